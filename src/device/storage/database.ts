import Dexie, { type DexieOptions, type Table } from "dexie";
import { liftCommand, liftRejection } from "../../domain/upcast-command.ts";
import { noteTransactions, type WithOpenTransactions } from "./open-transactions.ts";
import type { FormerSumRow, OutboxRow, ParkedReason, ResupplyRow, StreamRow, SumRow } from "./rows.ts";
import type { SegmentRow } from "./segment-row.ts";

/** One value of the database's own bookkeeping; `meta.ts` names the keys and their types. */
export interface MetaRow {
  readonly key: string;
  readonly value: unknown;
}

/** The tables of one workspace on this device. */
export interface DeviceDatabase extends Dexie, WithOpenTransactions {
  readonly log: Table<SegmentRow, number>;
  readonly outbox: Table<OutboxRow, number>;
  readonly streams: Table<StreamRow, string>;
  readonly sums: Table<SumRow | FormerSumRow, string>;
  readonly meta: Table<MetaRow, string>;
  readonly resupply: Table<ResupplyRow, string>;
}

/**
 * Opens (or makes) the database of a workspace. Every read-write transaction is strict: `complete` fires after the
 * flush to disk, so that "Saved" means saved (L1); the browsers' default is relaxed. Options are for tests, which
 * bring an `indexedDB` of their own.
 */
export function openDatabase(name: string, options: DexieOptions = {}): DeviceDatabase {
  const db = new Dexie(name, { chromeTransactionDurability: "strict", ...options }) as DeviceDatabase;
  noteTransactions(db);
  db.version(1).stores({
    log: "first, *streams",
    outbox: "seq, &id, stream, state, [state+rank]",
    streams: "key, sort, group",
    sums: "key",
    meta: "key",
  });
  db.version(2).stores({ resupply: "command, [state+order]" });
  // Until here commands had their first shapes. A number of its own for every change of them keeps an older build, in
  // another tab or after a downgrade, from deciding commands that it would misread.
  db.version(3).upgrade((tx) => liftOutbox(tx.table("outbox"), 1));
  // Until here orders were not counted in the sums: an older build, in another tab, would move the rest without them.
  db.version(4).stores({});
  // Until here a row said itself that a request had taken it: an older build would take back what is on the way. Each
  // sum was a row of its own, which it would read and move beside those of this one, and the log was text, which it
  // would look for in the packed segments of this one.
  db.version(schemaNumber).stores({});
  // A newer build, in another tab, changes the schema: this one lets go and writes nothing more.
  db.on("versionchange", () => {
    db.close({ disableAutoOpen: true });
    return false;
  });
  // Dexie would open a newer schema and write to it as if it were this one's.
  db.on("ready", () => assertKnown(db), true);
  return db;
}

/** The newest schema that this build reads and writes. */
const schemaNumber = 5;

/** Brings the commands that wait, and why they wait, one step on, in the transaction of the upgrade. */
async function liftOutbox(outbox: Table<OutboxRow, number>, from: number): Promise<void> {
  await outbox.toCollection().modify((row, ref) => {
    const command = liftCommand(row.command, from, from + 1);
    ref.value =
      row.parked === undefined
        ? { ...row, command }
        : { ...row, command, parked: liftReason(row.parked, from) };
  });
}

function liftReason(parked: ParkedReason, from: number): ParkedReason {
  return parked.why === "rejected" ? { ...parked, rejection: liftRejection(parked.rejection, from) } : parked;
}

/** A newer build has changed the schema here: the app must be updated, until then nothing is read or written. */
export class NewerSchema extends Error {
  readonly code = "newer-schema";
}

function assertKnown(db: Dexie): void {
  // Dexie counts the browser's version in tens of its own.
  const found = (db.backendDB()?.version ?? 0) / 10;
  if (found <= schemaNumber) return;
  throw new NewerSchema(
    `the database ${db.name} has schema ${found}, this build knows ${schemaNumber}: update the app`,
  );
}
