import { linesEver } from "../../device/outbox/lines-ever.ts";
import { listNotTakenBack } from "../../device/outbox/not-taken-back.ts";
import type { Device } from "../../device/storage/device.ts";
import { mustMeta } from "../../device/storage/meta.ts";
import type { CommandState, Ledger, OutboxRow, ResupplyRow } from "../../device/storage/rows.ts";
import { stateOf } from "../../device/streams/sums.ts";
import { type HistoryEntry, listHistories } from "../../device/views/history.ts";
import { findCustomer, findProduct, listOutbox } from "../../device/views/queries.ts";
import type { OrderLine } from "../../domain/order/order-line.ts";
import { noOrder, type OrderState } from "../../domain/order/order-state.ts";
import { stateAs } from "../../domain/state-as.ts";
import { idOf, kindOf } from "../../domain/stream-key.ts";
import { type Bulk, bulksOf } from "./bulk.ts";

/** What a command is about: its words, where to open it, and what is known around it. */
export interface Subject {
  readonly kind: string;
  /** An order's number, a customer's or product's name; undefined when it is not here. */
  readonly name: string | undefined;
  readonly href: string | undefined;
  /** The order without what waits here; `none` for what is no order. */
  readonly order: OrderState;
  /** Every line that the order ever had, the ones that were taken off too. */
  readonly lines: ReadonlyMap<string, OrderLine>;
  readonly history: readonly HistoryEntry[];
  /** Everything of this device that waits there. */
  readonly siblings: readonly OutboxRow[];
}

/**
 * The outbox as the screen shows it: counts of everything, the first `limit` commands of each state with their
 * subjects.
 */
export interface OutboxView {
  readonly ledger: Ledger;
  readonly counts: Readonly<Record<CommandState, number>>;
  readonly rows: { readonly [State in CommandState]: readonly RowIn<State>[] };
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly bulks: readonly Bulk[];
  /** What a restored server did not take back, for a person to look at. */
  readonly lost: readonly ResupplyRow[];
}

type RowIn<State> = Extract<OutboxRow, { readonly state: State }>;

/** Reads the outbox, for a live query. */
export async function readOutbox({ db }: Device, limit: number): Promise<OutboxView> {
  const [all, ledger, lost] = await Promise.all([
    listOutbox(db),
    mustMeta(db, "ledger"),
    listNotTakenBack(db),
  ]);
  const inState = <State extends CommandState>(state: State) =>
    all.filter((row): row is RowIn<State> => row.state === state);
  const parked = inState("parked");
  const held = inState("held");
  const pending = inState("pending");
  const discarded = inState("discarded");
  const counts = {
    parked: parked.length,
    held: held.length,
    pending: pending.length,
    discarded: discarded.length,
  };
  const rows = {
    parked: parked.slice(0, limit),
    held: held.slice(0, limit),
    pending: pending.slice(0, limit),
    discarded: discarded.slice(-limit).reverse(),
  };
  const shown: readonly OutboxRow[] = Object.values(rows).flat();
  const told = [...new Set(shown.filter(needsHistory).map(({ stream }) => stream))];
  const histories = told.length === 0 ? new Map() : await listHistories(db, told);
  const lostStreams = lost.flatMap(({ events }) => events.map(({ stream }) => stream));
  const streams = [...new Set([...shown.map(({ stream }) => stream), ...lostStreams])];
  const found = await Promise.all(
    streams.map(async (stream) => {
      const siblings = all.filter((row) => row.stream === stream);
      return [stream, await findSubject(db, stream, siblings, histories.get(stream) ?? [])] as const;
    }),
  );
  return { ledger, counts, rows, subjects: new Map(found), bulks: bulksOf(parked), lost };
}

/** Who changed it, and the name of a line that is gone, are in the log: it is read for those alone that tell it. */
function needsHistory(row: OutboxRow): boolean {
  if (row.state === "parked") return true;
  return row.state !== "pending" && "lineId" in row.command.data && row.command.type !== "add-line";
}

async function findSubject(
  db: Device["db"],
  stream: string,
  siblings: readonly OutboxRow[],
  history: readonly HistoryEntry[],
): Promise<Subject> {
  const [kind, id] = [kindOf(stream), idOf(stream)];
  const empty = { lines: new Map<string, OrderLine>(), order: noOrder, history, siblings };
  const none = { kind, name: undefined, href: undefined, ...empty };
  switch (kind) {
    case "order":
      return { ...none, ...(await orderSubject(db, stream, siblings, history)) };
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

async function orderSubject(
  db: Device["db"],
  stream: string,
  siblings: readonly OutboxRow[],
  history: readonly HistoryEntry[],
): Promise<Partial<Subject>> {
  const row = await db.streams.get(stream);
  const own = siblings.flatMap(({ events }) => events);
  const known = linesEver([...history.map(({ event }) => event), ...own]);
  if (row === undefined) return { lines: known };
  const order = stateAs("order", row.key, row.confirmed.state);
  const current = stateOf("order", row);
  const lines = current.status === "none" ? [] : current.lines;
  return {
    ...(current.status === "none" ? {} : named(current, idOf(stream))),
    order,
    lines: new Map([...lines.map((line) => [line.lineId, line] as const), ...known]),
  };
}

function named(order: Exclude<OrderState, { status: "none" }>, id: string): Pick<Subject, "name" | "href"> {
  const { number, externalRef, customer } = order;
  const name = [number ?? externalRef, customer?.name].filter(Boolean).join(" · ");
  return { name, href: `/orders/${id}` };
}
