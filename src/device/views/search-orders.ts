import type { ExistingOrder } from "../../domain/order/order-state.ts";
import { isSameNumber, mayBeNumber } from "../search/order-index.ts";
import { readQuery } from "../search/read-query.ts";
import { orderSearchFields } from "../search/search-fields.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import type { StreamRow } from "../storage/rows.ts";
import { currentState } from "../streams/sums.ts";
import { type OrderView, orderViews } from "./queries.ts";

/** Orders that are read at a time: one request instead of a step per order. */
export const chunkSize = 500;

/** The newest orders of all that fit; `signal` stops the search early, with what was found until then. */
export async function findOrders(
  db: DeviceDatabase,
  wanted: {
    readonly fits: (order: ExistingOrder) => boolean;
    readonly limit?: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<readonly OrderView[]> {
  const { fits, limit = Number.POSITIVE_INFINITY, signal } = wanted;
  const found: StreamRow[] = [];
  await readOrders(db, signal, (order, row) => {
    if (fits(order)) found.push(row);
    return found.length < limit;
  });
  return found.flatMap(orderViews);
}

/** The orders that have exactly this number, or had it. */
export async function findOrdersByNumber(
  db: DeviceDatabase,
  text: string,
  signal?: AbortSignal,
): Promise<readonly OrderView[]> {
  const query = readQuery(text);
  if (!mayBeNumber(query)) return [];
  const fits = (order: ExistingOrder) =>
    orderSearchFields(order).codes.some((code) => isSameNumber(code, query));
  return findOrders(db, { fits, signal });
}

/**
 * Reads all orders, the newest first, until `each` has enough. Each chunk is read alone, so that saving goes on beside.
 */
async function readOrders(
  db: DeviceDatabase,
  signal: AbortSignal | undefined,
  each: (order: ExistingOrder, row: StreamRow) => boolean,
): Promise<void> {
  let before = behindAllOrders;
  while (signal?.aborted !== true) {
    const rows = await readOrderChunk(db, before);
    for (const row of rows) {
      const state = currentState(row);
      if (state.status !== "none" && !each(state as ExistingOrder, row)) return;
    }
    const last = rows.at(-1)?.sort;
    if (last === undefined || rows.length < chunkSize) return;
    before = last;
  }
}

/** Greater than the sort key of every order. */
export const behindAllOrders = "o/\uffff";

/** The newest orders before a sort key, the newest first: as many as are read at a time, fewer where no more follow. */
export async function readOrderChunk(db: DeviceDatabase, before: string): Promise<readonly StreamRow[]> {
  return db.streams.where("sort").between("o/", before, false, false).reverse().limit(chunkSize).toArray();
}
