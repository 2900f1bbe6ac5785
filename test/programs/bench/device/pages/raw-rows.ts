import type { DrawnOrder } from "./draw-list.ts";

/** An order as the raw programs keep it: what the list shows, and the bytes of what Docket keeps of it. */
export interface RawOrder {
  readonly id: string;
  /** Less for every newer order: the newest are read from the front. */
  readonly rank: number;
  readonly drawn: DrawnOrder;
  readonly bytes: unknown;
}

/** Opens the database of the raw programs: orders by rank, and a store of rows for what is put by hand. */
export async function openRaw(): Promise<IDBDatabase> {
  const request = indexedDB.open("raw", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("orders", { keyPath: "id" }).createIndex("rank", "rank");
    request.result.createObjectStore("rows", { autoIncrement: true });
  };
  return done(request);
}

/** The newest orders, in one request. */
export async function readNewest(db: IDBDatabase, count: number): Promise<readonly RawOrder[]> {
  return done(db.transaction("orders").objectStore("orders").index("rank").getAll(null, count));
}

/** Puts values into a store in one transaction, and resolves when it is complete. */
export function putAll(
  db: IDBDatabase,
  store: "orders" | "rows",
  values: readonly unknown[],
  durability: "strict" | "relaxed",
): Promise<void> {
  const writing = db.transaction(store, "readwrite", { durability });
  const rows = writing.objectStore(store);
  for (const value of values) rows.put(value);
  return new Promise((resolve, reject) => {
    writing.oncomplete = () => resolve();
    writing.onabort = () => reject(writing.error);
  });
}

/** The result of a request. */
function done<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
