import { onTestFinished } from "vitest";

const methods = ["get", "getAll", "getAllKeys", "count", "openCursor", "openKeyCursor"] as const;

/** Counts what is asked of a table from now on; a read of rows by an index counts as one, whatever way it goes. */
export function countReads(table: string): () => number {
  let count = 0;
  const follow = <Kind extends IDBObjectStore | IDBIndex>(
    prototype: Kind,
    names: readonly (keyof Kind & string)[],
    storeOf: (asked: Kind) => string,
  ) => {
    for (const name of names) {
      const original = prototype[name] as (...wanted: unknown[]) => IDBRequest;
      const counted = function (this: Kind, ...wanted: unknown[]) {
        if (storeOf(this) === table) count += 1;
        return original.apply(this, wanted);
      };
      Object.assign(prototype, { [name]: counted });
      onTestFinished(() => {
        Object.assign(prototype, { [name]: original });
      });
    }
  };
  follow(IDBObjectStore.prototype, methods, ({ name }) => name);
  follow(IDBIndex.prototype, methods, ({ objectStore }) => objectStore.name);
  return () => count;
}
