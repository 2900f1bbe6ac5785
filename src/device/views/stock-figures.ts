import type { LevelState } from "../../domain/level/level.ts";
import type { StockState } from "../../domain/stock/stock.ts";
import { allocationStream, findSkuId, idOf, orderStream } from "../../domain/stream-key.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { mustMeta } from "../storage/meta.ts";
import { openAllocationPrefix } from "../streams/list-keys.ts";
import { readSums } from "../streams/sum-rows.ts";
import { promisedPrefix, stateOf } from "../streams/sums.ts";

/**
 * Stock of a product: what is there by the newest word on it, when that was (ISO 8601 UTC), and what orders promise
 * of it that has not left the book yet.
 */
export interface StockView {
  readonly onHand: number;
  readonly asOf: string;
  readonly promised: number;
}

/**
 * What is there of one SKU. Inventory's level knows what shipped orders took; what this device knows beyond it is laid
 * on top: a count that inventory has not read replaces it, and what came in since is added. Undefined: never counted.
 */
export function onHandOf(
  stock: StockState | undefined,
  level: LevelState | undefined,
): Pick<StockView, "onHand" | "asOf"> | undefined {
  const counted = stock?.status === "known" ? stock : undefined;
  if (level?.status !== "known") return counted && { onHand: counted.onHand, asOf: counted.asOf };
  if (counted === undefined || counted.counts < level.counts) return level;
  if (counted.counts > level.counts) return counted;
  const since = counted.receivedSinceCount - level.receivedSinceCount;
  // Inventory may have read further than this device.
  if (since <= 0) return level;
  return {
    onHand: level.onHand + since,
    asOf: counted.asOf > level.asOf ? counted.asOf : level.asOf,
  };
}

/** The stock of every product that was ever counted or received, by the id of its SKU. */
export async function listStock(db: DeviceDatabase): Promise<ReadonlyMap<string, StockView>> {
  const { generation } = await mustMeta(db, "readModel");
  const [stocks, levels, promised, leaving] = await Promise.all([
    db.streams.where("key").startsWith("stock/").toArray(),
    db.streams.where("key").startsWith("level/").toArray(),
    readSums(db, generation, promisedPrefix),
    listLeaving(db),
  ]);
  const stock = new Map(stocks.map((row) => [idOf(row.key), stateOf("stock", row)]));
  const level = new Map(levels.map((row) => [idOf(row.key), stateOf("level", row)]));
  const views = [...new Set([...stock.keys(), ...level.keys()])].flatMap((sku) => {
    const known = onHandOf(stock.get(sku), level.get(sku));
    if (known === undefined) return [];
    const { onHand, asOf } = known;
    return [
      [sku, { onHand, asOf, promised: (promised.get(sku)?.[0] ?? 0) + (leaving.get(sku) ?? 0) }] as const,
    ];
  });
  return new Map(views);
}

/**
 * What was put aside for orders that are shipped and that inventory has not booked out: still promised, so that the
 * figure does not rise between the two. Only keys are read of all other orders.
 */
async function listLeaving(db: DeviceDatabase): Promise<ReadonlyMap<string, number>> {
  const [answered, placed] = await Promise.all([
    db.streams.where("group").startsWith(openAllocationPrefix).primaryKeys(),
    db.streams.where("group").startsWith("o/placed/").primaryKeys(),
  ]);
  const open = new Set(placed.map(idOf));
  const ids = answered.map(idOf).filter((id) => !open.has(id));
  const [orders, allocations] = await Promise.all([
    db.streams.bulkGet(ids.map(orderStream)),
    db.streams.bulkGet(ids.map(allocationStream)),
  ]);
  const leaving = new Map<string, number>();
  for (const [at, order] of orders.entries()) {
    const row = allocations[at];
    const allocation = row === undefined ? undefined : stateOf("allocation", row);
    const isShipped = order !== undefined && stateOf("order", order).status === "shipped";
    if (!isShipped || allocation?.status !== "answered") continue;
    for (const { sku, reserved } of allocation.lines) {
      const id = findSkuId(sku);
      if (id !== undefined) leaving.set(id, (leaving.get(id) ?? 0) + reserved);
    }
  }
  return leaving;
}
