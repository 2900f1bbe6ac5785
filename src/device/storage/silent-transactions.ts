/** What was seen at a look: how many answers there had been, and at how many looks in a row each had had to wait. */
export interface SeenTransactions<Transaction> {
  readonly answers: number;
  readonly waited: ReadonlyMap<Transaction, number>;
}

/** How many looks in a row without an answer make a transaction a silent one. */
const silentLooks = 2;

/** Before the first look, and after silence that proves nothing. */
export function nothingSeen<Transaction>(): SeenTransactions<Transaction> {
  return { answers: 0, waited: new Map() };
}

/**
 * Looks at the open transactions once more. `answers` counts all that the database has answered to this page: while any
 * of its transactions gets on, the others wait for their turn.
 */
export function seeTransactions<Transaction>(
  before: SeenTransactions<Transaction>,
  open: ReadonlySet<Transaction>,
  answers: number,
): SeenTransactions<Transaction> {
  const looks = (transaction: Transaction) => {
    const last = before.answers === answers ? before.waited.get(transaction) : undefined;
    return last === undefined ? 0 : last + 1;
  };
  return { answers, waited: new Map([...open].map((transaction) => [transaction, looks(transaction)])) };
}

/** Those that were open all the while and got no answer. */
export function silentOnes<Transaction>({ waited }: SeenTransactions<Transaction>): readonly Transaction[] {
  return [...waited].filter(([, looks]) => looks >= silentLooks).map(([transaction]) => transaction);
}
