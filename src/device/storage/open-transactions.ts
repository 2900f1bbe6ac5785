import type Dexie from "dexie";

/** A database that knows its open transactions. */
export interface WithOpenTransactions {
  readonly openTransactions: ReadonlySet<IDBTransaction>;
}

/** Makes a database note each of its transactions until it is over. To be called before it is opened. */
export function noteTransactions(db: Dexie): void {
  const open = new Set<IDBTransaction>();
  Object.defineProperty(db, "openTransactions", { value: open });
  db.use({
    stack: "dbcore",
    name: "open-transactions",
    create: (core) => ({
      ...core,
      transaction: (...wanted: Parameters<typeof core.transaction>) => {
        const begun = core.transaction(...wanted);
        const transaction = begun as typeof begun & IDBTransaction;
        open.add(transaction);
        for (const end of ["complete", "abort"])
          transaction.addEventListener(end, () => open.delete(transaction));
        return begun;
      },
    }),
  });
}

/**
 * Aborts what is open: a page that is left, and kept by its browser, would hold up every other page in the middle of a
 * write. Nothing of it was called saved.
 */
export function abortTransactions(db: WithOpenTransactions): void {
  for (const transaction of db.openTransactions) {
    try {
      transaction.abort();
    } catch {
      // It has just come to its end.
    }
  }
}
