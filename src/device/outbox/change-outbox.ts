import type { Table } from "dexie";
import type { DeviceDatabase } from "../storage/database.ts";
import { type Books, mustMeta, putMeta, readBooks } from "../storage/meta.ts";
import type { Counters, Ledger, OutboxRow, StreamRow } from "../storage/rows.ts";
import { emptyStream, stale } from "../streams/fold.ts";
import { putStreams, type StreamChange, writeStreams } from "../streams/project.ts";
import { readStreams } from "../streams/read-streams.ts";
import type { Rebased } from "../streams/rebase.ts";
import { refreshed } from "../streams/refold.ts";

/** The most commands that one transaction takes: a longer one would block every reader. */
export const commandsPerChange = 100;

/**
 * What can be done to the commands that wait, to their streams and to the ledger, within one transaction. Each way in
 * and out of the outbox is counted here and nowhere else, so that nothing vanishes (L6).
 */
export interface OutboxChange {
  /** The bookkeeping as it is now, in one request. */
  readonly books: () => Promise<Books>;
  /** A stream as this build folds it; one that is not here yet is empty. */
  readonly stream: (key: string) => Promise<StreamRow>;
  readonly streams: (keys: Iterable<string>) => Promise<ReadonlyMap<string, StreamRow>>;
  /**
   * Takes the next numbers for commands and for orders, and yields the counters as they were: the first of them is one
   * more. A number that stays unused is a hole.
   */
  readonly draw: (commands: number, orders?: number) => Promise<Counters>;
  /**
   * Saves new commands, the counters once their numbers are taken, and their streams, all in one wave of requests.
   * `books` are what this change has read just before.
   */
  readonly save: (books: Books, saved: SavedCommands) => Promise<void>;
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

/** New commands with what saving them changes. */
export interface SavedCommands {
  readonly rows: readonly OutboxRow[];
  readonly counters: Counters;
  readonly changes: readonly StreamChange[];
}

/**
 * The one door to the outbox: opens the strict transaction over all that deciding about commands touches (and over
 * `also`), and has written the ledger at its end. All of `work` is saved, or nothing of it (L1). May be called within
 * itself: then it is part of the outer change, which counts for both.
 */
export async function changeOutbox<Result>(
  db: DeviceDatabase,
  work: (change: OutboxChange) => Promise<Result>,
  also: readonly Table[] = [],
): Promise<Result> {
  // Dexie keeps its transaction across awaits only in a function that is itself async.
  return db.transaction("rw", [db.meta, db.outbox, db.streams, db.sums, db.log, ...also], async (tx) => {
    const outer = underWay.get(tx.idbtrans);
    if (outer !== undefined) return work(outer);
    const tally = makeTally(db);
    const change = makeChange(db, tally);
    underWay.set(tx.idbtrans, change);
    try {
      const result = await work(change);
      await tally.close();
      return result;
    } finally {
      underWay.delete(tx.idbtrans);
    }
  });
}

/** The change that each transaction is for, so that there is one count and one writer of the ledger in it. */
const underWay = new WeakMap<IDBTransaction, OutboxChange>();

/** What comes into the outbox and leaves it in one transaction, and the ledger that this leads to. */
interface Tally {
  readonly count: (more: Partial<Ledger>) => void;
  /** The ledger as it was before this transaction has written it. */
  readonly begin: (ledger: Ledger) => void;
  /** Writes the ledger as it is counted so far, once it is known what it was. */
  readonly write: () => Promise<void>;
  /** Writes the ledger unless it says already what was counted. */
  readonly close: () => Promise<void>;
}

function makeTally(db: DeviceDatabase): Tally {
  let before: Ledger | undefined;
  let counted: Ledger = { created: 0, confirmed: 0, settled: 0 };
  let written = counted;
  const write = async () => {
    written = counted;
    before ??= await mustMeta(db, "ledger");
    await putMeta(db, "ledger", {
      created: before.created + written.created,
      confirmed: before.confirmed + written.confirmed,
      settled: before.settled + written.settled,
    });
  };
  return {
    count: ({ created = 0, confirmed = 0, settled = 0 }) => {
      if (created + confirmed + settled === 0) return;
      counted = {
        created: counted.created + created,
        confirmed: counted.confirmed + confirmed,
        settled: counted.settled + settled,
      };
    },
    begin: (ledger) => {
      before ??= ledger;
    },
    write,
    close: async () => {
      if (written !== counted) await write();
    },
  };
}

function makeChange(db: DeviceDatabase, tally: Tally): OutboxChange {
  const remove = async (seqs: readonly number[]) => {
    // What lies side by side goes at once: a request for each of 200 would be most of what an answer takes.
    const [single, runs] = inRuns(seqs);
    await Promise.all([
      single.length > 0 ? db.outbox.bulkDelete([...single]) : undefined,
      ...runs.map(([first, last]) => db.outbox.where("seq").between(first, last, true, true).delete()),
    ]);
  };
  const put = async (rows: readonly OutboxRow[]) => {
    if (rows.length > 0) await db.outbox.bulkPut([...rows]);
  };
  const settle = async (seqs: readonly number[]) => {
    tally.count({ settled: seqs.length });
    await remove(seqs);
  };
  const add = async (rows: readonly OutboxRow[]) => {
    tally.count({ created: rows.length });
    if (rows.length > 0) await db.outbox.bulkAdd([...rows]);
  };
  const write = (changes: readonly StreamChange[]) => writeStreams(db, changes);
  return {
    books: async () => {
      const books = await readBooks(db);
      tally.begin(books.ledger);
      return books;
    },
    stream: async (key) => current(db, await db.streams.get(key), key),
    streams: async (wanted) => {
      const keys = [...new Set(wanted)];
      const stored = await readStreams(db, keys);
      const rows = await Promise.all(keys.map((key) => current(db, stored.get(key), key)));
      return new Map(rows.map((row) => [row.key, row]));
    },
    draw: async (commands, orders = 0) => {
      const counters = await mustMeta(db, "counters");
      const { seq, orderNumber } = counters;
      await putMeta(db, "counters", { seq: seq + commands, orderNumber: orderNumber + orders });
      return counters;
    },
    save: async ({ readModel }, { rows, counters, changes }) => {
      // Where one fails, all of the transaction does.
      await Promise.all([
        putMeta(db, "counters", counters),
        add(rows),
        writeStreams(db, changes, readModel),
        tally.write(),
      ]);
    },
    add,
    put,
    renumber: async (rows) => {
      await remove([...rows.keys()]);
      await put([...rows.values()]);
    },
    confirm: async (seqs) => {
      tally.count({ confirmed: seqs.length });
      await remove(seqs);
    },
    settle,
    write,
    rebased: async (before, { stream, changed, settled }) => {
      await put(changed);
      await settle(settled.map(({ seq }) => seq));
      await write([{ before, after: stream }]);
    },
    putRebuilt: (rows) => putStreams(db, rows),
    makeStale: async (keys, bare) => {
      const rows = keys === "all" ? db.streams.toCollection() : db.streams.where("key").anyOf([...keys]);
      await rows.modify((row, ref) => {
        const { base, ...rest } = row;
        ref.value = { ...rest, ...(base === undefined || bare ? {} : { base }), evolveVersion: stale };
      });
    },
  };
}

/** Seqs as runs without holes, first and last of each, and those that are worth no run. */
function inRuns(
  seqs: readonly number[],
): readonly [single: readonly number[], runs: readonly (readonly [first: number, last: number])[]] {
  const runs: [first: number, last: number][] = [];
  for (const seq of seqs.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && seq <= run[1] + 1) run[1] = seq;
    else runs.push([seq, seq]);
  }
  const isLong = ([first, last]: readonly [number, number]) => last - first >= 2;
  const single = runs.filter((run) => !isLong(run)).flatMap(([first, last]) => [...new Set([first, last])]);
  return [single, runs.filter(isLong)];
}

async function current(db: DeviceDatabase, row: StreamRow | undefined, key: string): Promise<StreamRow> {
  return row === undefined ? emptyStream(key) : refreshed(db, row);
}
