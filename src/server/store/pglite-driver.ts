import { rmSync } from "node:fs";
import { join } from "node:path";
import { createClusterIfMissing } from "./create-cluster.ts";
import type { DiskFaults } from "./durable-file-system.ts";
import { lockFolder } from "./folder-lock.ts";
import { openPgliteInstance, type PgliteInstance } from "./pglite-instance.ts";
import { makePrivateFolder, narrowTree, sumOf, wordsOfNarrowed } from "./private-files.ts";
import { makeQueue } from "./queue.ts";
import type { SqlDriver, SqlSession } from "./sql-driver.ts";
import { storeUnavailable } from "./store-unavailable.ts";

/**
 * The embedded PostgreSQL in `dataDir`, for one process at a time. It has one connection: transactions run one after
 * another, and only so many wait. Its files are private to this account: those that are not are made so, and `tell`
 * says it.
 */
export async function openPglite(
  dataDir: string,
  tell: (words: string) => void = () => {},
  test: PgliteTest = {},
): Promise<SqlDriver> {
  const narrowed = makePrivateFolder(dataDir);
  const unlock = await lockFolder(dataDir);
  const folder = join(dataDir, "pg");
  try {
    await createClusterIfMissing(folder);
    const words = wordsOfNarrowed(dataDir, sumOf([narrowed, narrowTree(folder)]));
    if (words !== undefined) tell(words);
    const open = () => {
      // PostgreSQL's own lock: empty after a kill at the wrong moment, and then it refuses to start. Ours is held.
      rmSync(join(folder, "postmaster.pid"), { force: true });
      return openPgliteInstance(folder, test.faults);
    };
    return serve(makeReopening(await open(), open, test.reopenPauseMs ?? 1_000), unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

const waitingMax = 2_000;

/** What a test can change: disks that fail, and how long to wait before such a disk is tried again. */
export interface PgliteTest {
  readonly faults?: DiskFaults;
  readonly reopenPauseMs?: number;
}

function serve(mustInstance: () => Promise<PgliteInstance>, unlock: () => Promise<void>): SqlDriver {
  const queue = makeQueue(waitingMax);
  return {
    transaction: (begin, work, atOnce) =>
      queue(async () => runTransaction(await mustInstance(), begin, work, atOnce)),
    // Only one process uses the folder, so it needs no other's notifications.
    notify: async () => {},
    listen: async () => async () => {},
    close: async () => {
      try {
        await queue(async () => (await mustInstance()).close());
      } finally {
        await unlock();
      }
    },
  };
}

/**
 * The instance that serves now. A broken one is replaced when it is asked for, and after each attempt in vain later
 * than before: the disk may be full for long.
 */
function makeReopening(
  first: PgliteInstance,
  open: () => Promise<PgliteInstance>,
  pauseMsMin: number,
): () => Promise<PgliteInstance> {
  let current = first;
  let notBeforeMs = 0;
  let pauseMs = pauseMsMin;
  return async () => {
    if (!current.isBroken()) return current;
    if (Date.now() < notBeforeMs) throw storeUnavailable("opening it again failed a moment ago");
    await current.close().catch(() => {
      // Its files may be closed already.
    });
    try {
      current = await open();
      pauseMs = pauseMsMin;
      return current;
    } catch (error) {
      notBeforeMs = Date.now() + pauseMs;
      pauseMs = Math.min(pauseMs * 2, pauseMsMax);
      throw storeUnavailable("it cannot be opened", error);
    }
  };
}

const pauseMsMax = 60_000;

/**
 * Statements of a transaction run one after another, in the order they are given, and COMMIT or ROLLBACK after all of
 * them: also those that were given together with one that failed. None may ever run outside of its transaction, where
 * it would be committed on its own and bound by no row-level security.
 */
async function runTransaction<Result>(
  instance: PgliteInstance,
  begin: string,
  work: (session: SqlSession) => Promise<Result>,
  atOnce: "atOnce" | undefined,
): Promise<Result> {
  const inOrder = makeQueue(statementsMax);
  let isOver = false;
  const query: SqlSession["query"] = async (text, values) => {
    if (isOver) throw new Error("expected no statement after the end of its transaction");
    return inOrder(() => instance.query(text, values));
  };
  await instance.exec(begin);
  try {
    const working = work({ query });
    // Nothing is waited for in between here: what is the same on both databases is what may be asked.
    if (atOnce !== undefined) isOver = true;
    const result = await working;
    isOver = true;
    await inOrder(() => commit(instance));
    return result;
  } catch (error) {
    isOver = true;
    await inOrder(async () => (instance.isBroken() ? undefined : instance.exec("ROLLBACK")));
    throw error;
  }
}

/** More statements than any transaction has under way at once. */
const statementsMax = 1_000;

/** COMMIT of a transaction in which a statement failed is answered ROLLBACK, without an error. */
async function commit(instance: PgliteInstance): Promise<void> {
  const command = await instance.exec("COMMIT");
  if (command !== "COMMIT") {
    throw new Error(`expected COMMIT, found ${command}: a failed statement was passed over`);
  }
}
