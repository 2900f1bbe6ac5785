import type { DeviceDatabase } from "../../device/storage/database.ts";
import { listHistories } from "../../device/views/history.ts";
import { findOrder, listCustomers, listOutbox, listProducts } from "../../device/views/queries.ts";
import { listStock } from "../../device/views/stock-figures.ts";
import type { StreamKey } from "../../domain/stream-key.ts";
import { upcast } from "../../domain/upcast.ts";
import type { KnownWorkspace } from "../../domain/workspace/workspace.ts";
import type { KnownEntry, KnownThings } from "./import-plan.ts";
import type { Breathe } from "./read-rows.ts";

/** Orders that are read at a time. */
const orderBatch = 100;

/** What is here already of what the files speak of. */
export async function findKnown(
  db: DeviceDatabase,
  settings: KnownWorkspace,
  orderIds: readonly string[],
  stockStreams: readonly StreamKey[],
  breathe: Breathe,
): Promise<KnownThings> {
  const [customers, products, stock] = await Promise.all([
    listCustomers(db),
    listProducts(db),
    listStock(db),
  ]);
  const orders = new Map<string, NonNullable<Awaited<ReturnType<typeof findOrder>>>["order"]>();
  for (let start = 0; start < orderIds.length; start += orderBatch) {
    const views = await Promise.all(orderIds.slice(start, start + orderBatch).map((id) => findOrder(db, id)));
    for (const view of views) if (view !== undefined) orders.set(view.id, view.order);
    await breathe();
  }
  return {
    imported: await findStockEntries(db, stockStreams),
    currency: settings.currency,
    taxMode: settings.taxMode,
    customers: new Map(customers.map(({ id, customer }) => [id, customer])),
    products: new Map(products.map(({ skuId, product }) => [skuId, product])),
    stocked: new Set(stock.keys()),
    orders,
  };
}

/**
 * The receipts and counts that are known of these streams, by command: confirmed, on their way, or waiting in the
 * outbox for a person. What is older than this device's log is not here: the server knows its command, and takes it
 * once.
 */
async function findStockEntries(
  db: DeviceDatabase,
  streams: readonly StreamKey[],
): Promise<ReadonlyMap<string, KnownEntry>> {
  if (streams.length === 0) return new Map();
  const [histories, outbox] = await Promise.all([listHistories(db, streams), listOutbox(db)]);
  const entries = new Map<string, KnownEntry>();
  const wanted = new Set<string>(streams);
  for (const { id, stream, state } of outbox)
    if (wanted.has(stream) && (state === "parked" || state === "discarded")) entries.set(id, "in-outbox");
  for (const { event, command } of [...histories.values()].flat()) {
    const lifted = upcast(event);
    if (lifted.outcome === "known" && "quantity" in lifted.event.data)
      entries.set(command, { quantity: lifted.event.data.quantity });
  }
  return entries;
}
