import type { Table } from "dexie";
import type { DeviceDatabase } from "../storage/database.ts";
import { mustMeta, putMeta } from "../storage/meta.ts";
import type { Counters, Ledger, OutboxRow, StreamRow } from "../storage/rows.ts";
import { emptyStream, stale } from "../streams/fold.ts";
import { type StreamChange, writeStreams } from "../streams/project.ts";
import type { Rebased } from "../streams/rebase.ts";
import { refreshed } from "../streams/refold.ts";

/** The most commands that one transaction takes: a longer one would block every reader. */
export const commandsPerChange = 100;

/**
 * What can be done to the commands that wait, to their streams and to the ledger, within one transaction. Each way in
 * and out of the outbox is counted here and nowhere else, so that nothing vanishes (L6).
 */
export interface OutboxChange {
  /** A stream as this build folds it; one that is not here yet is empty. */
  readonly stream: (key: string) => Promise<StreamRow>;
  readonly streams: (keys: Iterable<string>) => Promise<ReadonlyMap<string, StreamRow>>;
  /**
   * Takes the next numbers for commands and for orders, and yields the counters as they were: the first of them is one
   * more. A number that stays unused is a hole. `known` are the counters where this change has read them just before.
   */
  readonly draw: (commands: number, orders?: number, known?: Counters) => Promise<Counters>;
  /** Adds new commands. */
  readonly add: (rows: readonly OutboxRow[]) => Promise<void>;
  /** Puts commands that are here already, as they have changed. */
  readonly put: (rows: readonly OutboxRow[]) => Promise<void>;
  /** Puts commands that are here already under the seq that each row names. */
  readonly renumber: (rows: ReadonlyMap<number, OutboxRow>) => Promise<void>;
  /** These commands leave: their events have come down. */
  readonly confirm: (seqs: readonly number[]) => Promise<void>;
  /** These commands leave: what they want is done already. */
  readonly settle: (seqs: readonly number[]) => Promise<void>;
  /** Writes changed streams, and their sort keys and sums with them (L2). */
  readonly write: (changes: readonly StreamChange[]) => Promise<void>;
  /** Writes what deciding a stream's commands again came to: the stream, its rows, and those that leave. */
  readonly rebased: (before: StreamRow, after: Rebased) => Promise<void>;
  /** Puts streams as a rebuild has made them, which makes their sums as well. */
  readonly putRebuilt: (rows: readonly StreamRow[]) => Promise<void>;
  /** Marks streams as folded by no build: each is folded again before use; `bare` without the state that it came as. */
  readonly makeStale: (keys: readonly string[] | "all", bare?: "bare") => Promise<void>;
}

/**
 * The one door to the outbox: opens the strict transaction over all that deciding about commands touches (and over
 * `also`), and writes the ledger at its end. All of `work` is saved, or nothing of it (L1). May be called within
 * itself.
 */
export async function changeOutbox<Result>(
  db: DeviceDatabase,
  work: (change: OutboxChange) => Promise<Result>,
  also: readonly Table[] = [],
): Promise<Result> {
  // Dexie keeps its transaction across awaits only in a function that is itself async.
  return db.transaction("rw", [db.meta, db.outbox, db.streams, db.sums, db.log, ...also], async () => {
    const counted = { created: 0, confirmed: 0, settled: 0 };
    const result = await work(makeChange(db, counted));
    await count(db, counted);
    return result;
  });
}

function makeChange(db: DeviceDatabase, counted: { -readonly [Key in keyof Ledger]: number }): OutboxChange {
  const remove = async (seqs: readonly number[]) => {
    if (seqs.length > 0) await db.outbox.bulkDelete([...seqs]);
  };
  const put = async (rows: readonly OutboxRow[]) => {
    if (rows.length > 0) await db.outbox.bulkPut([...rows]);
  };
  const settle = async (seqs: readonly number[]) => {
    await remove(seqs);
    counted.settled += seqs.length;
  };
  const write = (changes: readonly StreamChange[]) => writeStreams(db, changes);
  return {
    stream: async (key) => current(db, await db.streams.get(key), key),
    streams: async (wanted) => {
      const keys = [...new Set(wanted)];
      const stored = await db.streams.bulkGet(keys);
      const rows = await Promise.all(keys.map((key, index) => current(db, stored[index], key)));
      return new Map(rows.map((row) => [row.key, row]));
    },
    draw: async (commands, orders = 0, known) => {
      const counters = known ?? (await mustMeta(db, "counters"));
      const { seq, orderNumber } = counters;
      await putMeta(db, "counters", { seq: seq + commands, orderNumber: orderNumber + orders });
      return counters;
    },
    add: async (rows) => {
      if (rows.length > 0) await db.outbox.bulkAdd([...rows]);
      counted.created += rows.length;
    },
    put,
    renumber: async (rows) => {
      await remove([...rows.keys()]);
      await put([...rows.values()]);
    },
    confirm: async (seqs) => {
      await remove(seqs);
      counted.confirmed += seqs.length;
    },
    settle,
    write,
    rebased: async (before, { stream, changed, settled }) => {
      await put(changed);
      await settle(settled.map(({ seq }) => seq));
      await write([{ before, after: stream }]);
    },
    putRebuilt: async (rows) => {
      await db.streams.bulkPut([...rows]);
    },
    makeStale: async (keys, bare) => {
      const rows = keys === "all" ? db.streams.toCollection() : db.streams.where("key").anyOf([...keys]);
      await rows.modify((row, ref) => {
        const { base, ...rest } = row;
        ref.value = { ...rest, ...(base === undefined || bare ? {} : { base }), evolveVersion: stale };
      });
    },
  };
}

async function current(db: DeviceDatabase, row: StreamRow | undefined, key: string): Promise<StreamRow> {
  return row === undefined ? emptyStream(key) : refreshed(db, row);
}

async function count(db: DeviceDatabase, { created, confirmed, settled }: Ledger): Promise<void> {
  if (created + confirmed + settled === 0) return;
  const ledger = await mustMeta(db, "ledger");
  await putMeta(db, "ledger", {
    created: ledger.created + created,
    confirmed: ledger.confirmed + confirmed,
    settled: ledger.settled + settled,
  });
}
