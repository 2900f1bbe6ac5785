import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { createClusterIfMissing } from "./create-cluster.ts";
import { durableStartParams, makeDurableFileSystem } from "./durable-file-system.ts";
import { lockFolder } from "./folder-lock.ts";
import { makePreparedQuery } from "./pglite-query.ts";
import { makeQueue } from "./queue.ts";
import { codeOf } from "./retry.ts";
import type { SqlDriver, SqlSession } from "./sql-driver.ts";
import { storeUnavailable } from "./store-unavailable.ts";

/**
 * The embedded PostgreSQL in `dataDir`, for one process at a time. It has one connection: transactions run one after
 * another, and only so many wait.
 */
export async function openPglite(dataDir: string, onFsync?: () => void): Promise<SqlDriver> {
  mkdirSync(dataDir, { recursive: true });
  const unlock = await lockFolder(dataDir);
  const folder = join(dataDir, "pg");
  try {
    await createClusterIfMissing(folder);
    return serve(await open(folder, onFsync), unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

const waitingMax = 2_000;

function open(folder: string, onFsync?: () => void): Promise<PGlite> {
  return PGlite.create({
    fs: makeDurableFileSystem(folder, onFsync),
    startParams: [...durableStartParams],
  });
}

function serve(db: PGlite, unlock: () => Promise<void>): SqlDriver {
  const queue = makeQueue(waitingMax);
  const query = makePreparedQuery(db);
  return {
    transaction: (begin, work) => queue(() => runTransaction(db, query, begin, work)),
    // One process has the folder, and hears itself.
    notify: async () => {},
    listen: async () => async () => {},
    close: async () => {
      await queue(() => db.close()).catch((error: unknown) => {
        if (!db.closed) throw error;
      });
      await unlock();
    },
  };
}

/**
 * Statements of a transaction run one after another, in the order they are given, and COMMIT or ROLLBACK after all of
 * them: also those that were given together with one that failed. None may ever run outside of its transaction, where
 * it would be committed by itself and bound by no row-level security.
 */
async function runTransaction<Result>(
  db: PGlite,
  run: SqlSession["query"],
  begin: string,
  work: (session: SqlSession) => Promise<Result>,
): Promise<Result> {
  const inOrder = makeQueue(statementsMax);
  let isOver = false;
  const query: SqlSession["query"] = (text, values) =>
    isOver
      ? Promise.reject(new Error("expected no statement after the end of its transaction"))
      : inOrder(() => run(text, values));
  await db.exec(begin).catch((error: unknown) => {
    throw db.closed ? storeUnavailable("it is closed", error) : error;
  });
  try {
    const result = await work({ query });
    isOver = true;
    await inOrder(() => commit(db));
    return result;
  } catch (error) {
    isOver = true;
    await inOrder(() => db.exec("ROLLBACK"));
    if (codeOf(error)?.startsWith("53")) throw storeUnavailable("the disk or the memory is full", error);
    throw error;
  }
}

/** More statements than any transaction has under way at once. */
const statementsMax = 1_000;

/** COMMIT of a transaction in which a statement failed is answered ROLLBACK, without an error. */
async function commit(db: PGlite): Promise<void> {
  const [committed] = await db.exec("COMMIT");
  if (committed?.command !== "COMMIT") {
    throw new Error(`expected COMMIT, found ${committed?.command}: a failed statement was passed over`);
  }
}
