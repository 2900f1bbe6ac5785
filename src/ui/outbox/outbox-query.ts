import type { Device } from "../../device/device.ts";
import { mustMeta } from "../../device/meta.ts";
import { findCustomer, findOrder, findProduct, listOutbox } from "../../device/queries.ts";
import type { CommandState, Ledger, OutboxRow } from "../../device/rows.ts";
import { idOf, kindOf } from "../../domain/stream-key.ts";

/** What a command is about: its words, where to open it, and the names of its lines. */
export interface Subject {
  readonly kind: string;
  /** An order's number, a customer's or product's name; undefined when it is not here. */
  readonly name: string | undefined;
  readonly href: string | undefined;
  readonly lineNames: ReadonlyMap<string, string>;
}

/** The outbox as the screen shows it: counts of everything, the first `limit` commands of each state with their subjects. */
export interface OutboxView {
  readonly ledger: Ledger;
  readonly counts: Readonly<Record<CommandState, number>>;
  readonly rows: Readonly<Record<CommandState, readonly OutboxRow[]>>;
  readonly subjects: ReadonlyMap<string, Subject>;
}

const states = ["parked", "held", "pending", "discarded"] as const;

/** Reads the outbox, for a live query. */
export async function readOutbox({ db }: Device, limit: number): Promise<OutboxView> {
  const [all, ledger] = await Promise.all([listOutbox(db), mustMeta(db, "ledger")]);
  const inState = (state: CommandState) => all.filter((row) => row.state === state);
  const byState = states.map((state) => [state, inState(state)] as const);
  const rows = Object.fromEntries(
    byState.map(([state, found]) => [
      state,
      state === "discarded" ? found.slice(-limit).reverse() : found.slice(0, limit),
    ]),
  ) as unknown as OutboxView["rows"];
  const counts = Object.fromEntries(
    byState.map(([state, found]) => [state, found.length]),
  ) as unknown as OutboxView["counts"];
  const streams = [...new Set(states.flatMap((state) => rows[state].map(({ stream }) => stream)))];
  const found = await Promise.all(
    streams.map(async (stream) => [stream, await findSubject(db, stream)] as const),
  );
  return { ledger, counts, rows, subjects: new Map(found) };
}

async function findSubject(db: Device["db"], stream: string): Promise<Subject> {
  const [kind, id] = [kindOf(stream), idOf(stream)];
  const none = { kind, name: undefined, href: undefined, lineNames: new Map<string, string>() };
  switch (kind) {
    case "order": {
      const view = await findOrder(db, id);
      if (view === undefined) return none;
      const { number, externalRef, customer, lines } = view.order;
      const name = [number ?? externalRef, customer?.name].filter(Boolean).join(" · ");
      return {
        kind,
        name,
        href: `/orders/${id}`,
        lineNames: new Map(lines.map((line) => [line.lineId, line.name])),
      };
    }
    case "customer": {
      const view = await findCustomer(db, id);
      return view === undefined ? none : { ...none, name: view.customer.company, href: `/customers/${id}` };
    }
    case "product":
    case "stock": {
      const view = await findProduct(db, id);
      return { ...none, name: view?.product.name ?? decodeURIComponent(id), href: `/products/${id}` };
    }
    default:
      return { ...none, href: "/settings" };
  }
}
