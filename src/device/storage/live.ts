import { liveQuery } from "dexie";

/** A query that runs again whenever what it read changes, in this tab or another. */
export interface Live<Value> {
  readonly subscribe: (
    next: (value: Value) => void,
    error?: (reason: unknown) => void,
  ) => { readonly unsubscribe: () => void };
}

/** Makes a query over a device's database live. It may await nothing but that database. */
export function live<Value>(query: () => Promise<Value>): Live<Value> {
  // Dexie follows a query across its awaits only in a function that is itself async: in any other it would see what is
  // read before the first await, and never hear that the rest has changed.
  const observable = liveQuery(async () => query());
  return { subscribe: (next, error) => observable.subscribe(next, error) };
}
