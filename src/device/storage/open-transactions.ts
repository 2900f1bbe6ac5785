import type Dexie from "dexie";

/** A database that knows its open transactions, and how many requests of all of them it has answered to this page. */
export interface WithOpenTransactions {
  readonly openTransactions: ReadonlySet<IDBTransaction>;
  readonly answers: () => number;
}

/** Makes a database note each of its transactions until it is over. To be called before it is opened. */
export function noteTransactions(db: Dexie): void {
  const open = new Set<IDBTransaction>();
  let answers = 0;
  const count = () => {
    answers += 1;
  };
  Object.defineProperty(db, "openTransactions", { value: open });
  Object.defineProperty(db, "answers", { value: () => answers });
  db.use({
    stack: "dbcore",
    name: "open-transactions",
    create: (core) => ({
      ...core,
      transaction: (...wanted: Parameters<typeof core.transaction>) => {
        const begun = core.transaction(...wanted);
        const transaction = begun as typeof begun & IDBTransaction;
        open.add(transaction);
        // An answer goes by its transaction on its way down, and does not come back up.
        for (const answer of ["success", "error"]) transaction.addEventListener(answer, count, true);
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
  abort([...db.openTransactions]);
}

/** Aborts these transactions. Nothing of them was called saved. */
export function abort(transactions: readonly IDBTransaction[]): void {
  for (const transaction of transactions) {
    try {
      transaction.abort();
    } catch {
      // It has just come to its end.
    }
  }
}
