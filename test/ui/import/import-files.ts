import { decideOn, evolveOn, initialOf, type KnownState } from "../../../src/domain/kinds.ts";
import type { KnownThings, PlannedCommand } from "../../../src/ui/import/import-plan.ts";
import { planImport } from "../../../src/ui/import/plan-import.ts";
import { type ChosenFile, readFiles } from "../../../src/ui/import/read-files.ts";

/** A file as a browser would hand it over. */
export function aFile(name: string, content: string | Uint8Array): ChosenFile {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { name, size: bytes.length, arrayBuffer: async () => bytes.slice().buffer };
}

/** A business without anything in it. */
export const nothing: KnownThings = {
  currency: "EUR",
  taxMode: "exclusive",
  customers: new Map(),
  products: new Map(),
  stocked: new Set(),
  imported: new Map(),
  orders: new Map(),
};

/** Reads and plans files, without slices. */
export async function plan(files: readonly ChosenFile[], known: KnownThings = nothing) {
  const read = await readFiles(files, async () => {});
  return { read, ...(await planImport(read, known, async () => {})) };
}

/** What a business has once these commands were saved: decided and folded by the domain itself. */
export function afterwards(commands: readonly PlannedCommand[], known: KnownThings = nothing): KnownThings {
  const states = new Map<string, KnownState>();
  for (const [id, state] of known.customers) states.set(`customer/${id}`, state);
  for (const [id, state] of known.products) states.set(`product/${id}`, state);
  for (const [id, state] of known.orders) states.set(`order/${id}`, state);
  for (const { stream, command } of commands) {
    const before = states.get(stream) ?? initialOf(stream);
    const decision = decideOn(stream, command, before);
    const events = decision.outcome === "events" ? decision.events : [];
    const at = "2026-01-05T09:00:00.000Z";
    states.set(
      stream,
      events.reduce<KnownState>((state, event) => evolveOn(stream, state, { ...event, at }), before),
    );
  }
  const ofKind = (kind: string) =>
    new Map(
      [...states]
        .filter(([key]) => key.startsWith(`${kind}/`))
        .map(([key, state]) => [key.slice(kind.length + 1), state]),
    );
  return {
    ...known,
    customers: ofKind("customer") as unknown as KnownThings["customers"],
    products: ofKind("product") as unknown as KnownThings["products"],
    stocked: new Set([...known.stocked, ...ofKind("stock").keys()]),
    orders: ofKind("order") as unknown as KnownThings["orders"],
  };
}
