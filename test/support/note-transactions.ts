import { afterEach } from "vitest";

const methods = [
  "get",
  "getAll",
  "getAllKeys",
  "count",
  "openCursor",
  "openKeyCursor",
  "put",
  "add",
  "delete",
];

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0).toReversed()) one();
});

/**
 * Notes each transaction that asks IndexedDB for something from now on, to the end of the test, in the order of their
 * first requests: `<database>: <stores> <mode>`. Those in which Dexie only looks at the schema ask for nothing.
 */
export function noteTransactions(): readonly string[] {
  const begun: string[] = [];
  const seen = new Set<IDBTransaction>();
  const note = (transaction: IDBTransaction) => {
    if (seen.has(transaction)) return;
    seen.add(transaction);
    begun.push(`${transaction.db.name}: ${[...transaction.objectStoreNames].join(" ")} ${transaction.mode}`);
  };
  watch(IDBObjectStore.prototype, (store) => note(store.transaction));
  watch(IDBIndex.prototype, (index) => note(index.objectStore.transaction));
  return begun;
}

function watch<Kind extends object>(prototype: Kind, note: (asking: Kind) => void): void {
  const own = prototype as Record<string, (this: Kind, ...wanted: unknown[]) => unknown>;
  for (const method of methods) {
    const original = own[method];
    if (original === undefined) continue;
    own[method] = function (...wanted) {
      note(this);
      return original.apply(this, wanted);
    };
    undo.push(() => Object.assign(prototype, { [method]: original }));
  }
}
