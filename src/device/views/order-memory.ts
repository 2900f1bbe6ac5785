import { makeOrderIndex, type OrderIndex } from "../search/order-index.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import type { StreamRow } from "../storage/rows.ts";
import { type ChangedRows, watchRows } from "../storage/watch-rows.ts";
import { stateOf } from "../streams/sums.ts";
import { type OrderView, orderViews } from "./queries.ts";
import { behindAllOrders, chunkSize, readOrderChunk } from "./search-orders.ts";

/**
 * What a device's orders are found by, read once, the newest first, and kept as they change. Whoever asks it goes on
 * with `step` until it is `isCurrent` and enough is read: an order that is in it is as it was found, and of those that
 * are newer than the oldest in it none is missing.
 */
export interface OrderMemory {
  readonly index: () => OrderIndex;
  /** Whether all orders have been read. */
  readonly isRead: () => boolean;
  /** Whether nothing has changed that was not read since. */
  readonly isCurrent: () => boolean;
  /** Reads what has changed, else the next orders. Who asks while it reads waits for the same. */
  readonly step: () => Promise<void>;
  /** These orders as screens show them; undefined where something has changed meanwhile. */
  readonly views: (keys: readonly string[]) => Promise<readonly OrderView[] | undefined>;
  /** Tells of each change, until its answer is called. */
  readonly onChange: (tell: () => void) => () => void;
  readonly stop: () => void;
}

/** How many views are kept between two keys, beside those shown: an order that is shown again is not read again. */
const viewsMax = 200;

/** The most changed orders that are read at a time. */
const changedMax = 500;

/** Makes an empty memory of a device's orders; it follows them until it is stopped. */
export function makeOrderMemory(db: DeviceDatabase): OrderMemory {
  let index = makeOrderIndex();
  // All orders from this sort key on are in the index.
  let readFrom = behindAllOrders;
  let isRead = false;
  const changed = new Set<string>();
  let reading: readonly string[] = [];
  let isManyChanged = false;
  let running: Promise<void> | undefined;
  const views = new Map<string, OrderView>();
  const listeners = new Set<() => void>();
  const isCurrent = () => changed.size + reading.length === 0 && !isManyChanged;
  const noteChanged = (rows: ChangedRows) => {
    if (rows === "many") isManyChanged = true;
    else for (const key of rows) changed.add(key);
    if (rows === "many") views.clear();
    else for (const key of rows) views.delete(key);
    for (const tell of [...listeners]) tell();
  };
  /** Takes an order as it is stored now; tells whether the index has it as it had it. */
  const take = (key: string, row: StreamRow | undefined): "same" | "changed" => {
    const sort = row?.sort;
    const order = row === undefined ? undefined : stateOf("order", row);
    // What is older than all that is read comes with its neighbours.
    const isIn = sort?.startsWith("o/") === true && (isRead || sort >= readFrom);
    if (order !== undefined && order.status !== "none" && isIn) return index.put(key, sort, order);
    index.drop(key);
    return "changed";
  };
  const readChanged = async () => {
    const keys = [...changed].slice(0, changedMax);
    reading = keys;
    for (const key of keys) changed.delete(key);
    try {
      const rows = await db.streams.bulkGet(keys);
      for (const [at, key] of keys.entries()) take(key, rows[at]);
    } catch (error) {
      for (const key of keys) changed.add(key);
      throw error;
    } finally {
      reading = [];
    }
  };
  const readNext = async () => {
    const rows = await readOrderChunk(db, readFrom);
    readFrom = rows.at(-1)?.sort ?? readFrom;
    isRead = rows.length < chunkSize;
    for (const row of rows) take(row.key, row);
  };
  const readAgain = () => {
    index = makeOrderIndex();
    readFrom = behindAllOrders;
    isRead = false;
    changed.clear();
    isManyChanged = false;
  };
  const work = async () => {
    if (isManyChanged) readAgain();
    else if (changed.size > 0) await readChanged();
    else if (!isRead) await readNext();
  };
  return {
    index: () => index,
    isRead: () => isRead,
    isCurrent,
    step: () => {
      running ??= work().finally(() => {
        running = undefined;
      });
      return running;
    },
    views: async (keys) => {
      const missing = keys.filter((key) => !views.has(key));
      const rows = missing.length === 0 ? [] : await db.streams.bulkGet(missing);
      if (!isCurrent()) return undefined;
      const found = new Map(keys.map((key) => [key, views.get(key)]));
      let isAsFound = true;
      for (const [at, key] of missing.entries()) {
        const row = rows[at];
        if (take(key, row) === "changed") isAsFound = false;
        else if (row !== undefined) found.set(key, orderViews(row)[0]);
      }
      // Another tab may have changed one, and not said so yet.
      if (!isAsFound) return undefined;
      if (views.size + missing.length > viewsMax) views.clear();
      const shown = [...found.values()].filter((view) => view !== undefined);
      for (const [key, view] of found) if (view !== undefined) views.set(key, view);
      return shown;
    },
    onChange: (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    stop: watchRows(db, { table: "streams", prefix: "order/" }, noteChanged),
  };
}
