import type { DeviceDatabase } from "./database.ts";
import type {
  Beginning,
  Counters,
  Healing,
  Identity,
  Ledger,
  LogPosition,
  ReadModel,
  ScanNote,
} from "./rows.ts";
import type { Attempts, SyncStatus } from "./sync-status.ts";

/**
 * The seqs of the commands that a request has taken and that no answer has judged since. The server may have them,
 * which their rows do not say: taking them writes this alone.
 */
export type OnTheWay = readonly number[];

/** The bookkeeping of a database, by key. */
export interface Meta {
  readonly identity: Identity;
  readonly counters: Counters;
  readonly ledger: Ledger;
  readonly place: LogPosition;
  readonly readModel: ReadModel;
  readonly status: SyncStatus;
  readonly healing: Healing;
  /** Absent until something was sent. */
  readonly onTheWay: OnTheWay;
  /** Absent until it is known how this device begins. */
  readonly beginning: Beginning;
  readonly attempts: Attempts;
  /** The newest first; absent until something was scanned without result. */
  readonly scanNotes: readonly ScanNote[];
  /** The identity that is to follow `of`, drawn and kept before the server is asked for it. */
  readonly successor: { readonly of: string; readonly id: string; readonly token: string };
  /** Set when the work here was moved into another database: nothing more is saved here. */
  readonly movedTo: string;
}

/** What is under a key, or undefined in a database that has not got that far. */
export async function findMeta<Key extends keyof Meta>(
  db: DeviceDatabase,
  key: Key,
): Promise<Meta[Key] | undefined> {
  const row = await db.meta.get(key);
  return row?.value as Meta[Key] | undefined;
}

/**
 * What is under a key.
 * @throws Error when the database was never set up.
 */
export async function mustMeta<Key extends keyof Meta>(db: DeviceDatabase, key: Key): Promise<Meta[Key]> {
  const value = await findMeta(db, key);
  if (value === undefined) throw missingMeta(db, key);
  return value;
}

function missingMeta(db: DeviceDatabase, key: keyof Meta): Error {
  return new Error(`expected "${key}" in the database ${db.name}, found nothing`);
}

/** The bookkeeping that deciding about commands needs, as one read found it. */
export type Books = Pick<Meta, (typeof alwaysKept)[number]> & Partial<Pick<Meta, "movedTo" | "onTheWay">>;

const alwaysKept = ["counters", "identity", "ledger", "place", "readModel"] as const;

/**
 * Reads the bookkeeping that deciding about commands needs in one request: its keys lie next to each other.
 * @throws Error when the database was never set up.
 */
export async function readBooks(db: DeviceDatabase): Promise<Books> {
  const rows = await db.meta.where("key").between("counters", "readModel", true, true).toArray();
  const books = Object.fromEntries(rows.map(({ key, value }) => [key, value])) as unknown as Books;
  const missing = alwaysKept.find((key) => books[key] === undefined);
  if (missing !== undefined) throw missingMeta(db, missing);
  return books;
}

/** Puts a value under its key. */
export async function putMeta<Key extends keyof Meta>(
  db: DeviceDatabase,
  key: Key,
  value: Meta[Key],
): Promise<void> {
  await db.meta.put({ key, value });
}
