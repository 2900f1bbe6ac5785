import Dexie, { type DexieOptions, type Table } from "dexie";
import type { OutboxRow, ResupplyRow, SegmentRow, StreamRow, SumRow } from "./rows.ts";

/** One value of the database's own bookkeeping; `meta.ts` names the keys and their types. */
export interface MetaRow {
  readonly key: string;
  readonly value: unknown;
}

/** The tables of one workspace on this device. */
export interface DeviceDatabase extends Dexie {
  readonly log: Table<SegmentRow, number>;
  readonly outbox: Table<OutboxRow, number>;
  readonly streams: Table<StreamRow, string>;
  readonly sums: Table<SumRow, string>;
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
  db.version(1).stores({
    log: "first, *streams",
    outbox: "seq, &id, stream, state, [state+rank]",
    streams: "key, sort, group",
    sums: "key",
    meta: "key",
  });
  db.version(2).stores({ resupply: "command, [state+order]" });
  return db;
}
