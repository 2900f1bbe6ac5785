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
  const observable = liveQuery(query);
  return { subscribe: (next, error) => observable.subscribe(next, error) };
}
