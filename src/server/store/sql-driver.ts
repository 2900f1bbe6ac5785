/** One row, by column. What is in it is known only after reading it (`text`, `integer`). */
export type SqlRow = Readonly<Record<string, unknown>>;

/** What a statement may be given: lists become PostgreSQL arrays. */
export type SqlValue = string | number | null | readonly (string | number | null)[];

/** A transaction in which statements run in the order they are given, also when nobody waits in between. */
export interface SqlSession {
  readonly query: (text: string, values?: readonly SqlValue[]) => Promise<readonly SqlRow[]>;
}

/**
 * The little that differs between the two databases: how statements get there. Errors carry PostgreSQL's five-letter
 * code as `code`, or are `StoreUnavailable`.
 */
export interface SqlDriver {
  /**
   * `begin` is one text of several statements, the first of which is BEGIN. Commits when `work` resolves; `atOnce`:
   * with the statements that it gives before it waits, and takes none after them.
   */
  readonly transaction: <Result>(
    begin: string,
    work: (session: SqlSession) => Promise<Result>,
    atOnce?: "atOnce",
  ) => Promise<Result>;
  /** Sends these texts to every process that listens, outside of any transaction. */
  readonly notify: (payloads: readonly string[]) => Promise<void>;
  /** Hears what other processes notify. Returns its stop. */
  readonly listen: (heard: (payload: string) => void) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}

/** Reads a text column. */
export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new Error(`expected text in ${column}, found ${typeof value}`);
  return value;
}

/** Reads a text column that may be NULL. */
export function findText(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** Reads an integer column; drivers hand out 64 bits as text, number or bigint. */
export function integer(row: SqlRow, column: string): number {
  const value = Number(row[column]);
  if (row[column] === null || !Number.isSafeInteger(value)) {
    throw new Error(`expected an integer in ${column}, found ${String(row[column])}`);
  }
  return value;
}
