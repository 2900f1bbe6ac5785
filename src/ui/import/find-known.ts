import type { DeviceDatabase } from "../../device/database.ts";
import { listHistories } from "../../device/history.ts";
import { findOrder, listCustomers, listProducts } from "../../device/queries.ts";
import { listStock } from "../../device/stock-figures.ts";
import type { StreamKey } from "../../domain/stream-key.ts";
import type { KnownWorkspace } from "../../domain/workspace/workspace.ts";
import type { KnownThings } from "./import-plan.ts";
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
  const histories = await listHistories(db, stockStreams);
  const imported = [...histories.values()].flatMap((entries) => entries.map(({ command }) => command));
  return {
    imported: new Set(imported),
    currency: settings.currency,
    taxMode: settings.taxMode,
    customers: new Map(customers.map(({ id, customer }) => [id, customer])),
    products: new Map(products.map(({ skuId, product }) => [skuId, product])),
    stocked: new Set(stock.keys()),
    orders,
  };
}
