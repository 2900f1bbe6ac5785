import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { createClusterIfMissing } from "./create-cluster.ts";
import { durableStartParams, makeDurableFileSystem } from "./durable-file-system.ts";
import { lockFolder } from "./folder-lock.ts";
import { makeQueue } from "./queue.ts";
import { codeOf } from "./retry.ts";
import type { SqlDriver, SqlRow, SqlSession } from "./sql-driver.ts";
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
    parsers: { [int8]: Number },
  });
}

/** PostgreSQL's type number of 64-bit integers. Ours are all within 2^53. */
const int8 = 20;

function serve(db: PGlite, unlock: () => Promise<void>): SqlDriver {
  const queue = makeQueue(waitingMax);
  return {
    transaction: (begin, work) => queue(() => runTransaction(db, begin, work)),
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

async function runTransaction<Result>(
  db: PGlite,
  begin: string,
  work: (session: SqlSession) => Promise<Result>,
): Promise<Result> {
  const session: SqlSession = {
    query: async (text, values = []) => (await db.query<SqlRow>(text, [...values])).rows,
  };
  await db.exec(begin).catch((error: unknown) => {
    throw db.closed ? storeUnavailable("it is closed", error) : error;
  });
  try {
    const result = await work(session);
    await commit(db);
    return result;
  } catch (error) {
    await db.exec("ROLLBACK");
    if (codeOf(error)?.startsWith("53")) throw storeUnavailable("the disk or the memory is full", error);
    throw error;
  }
}

/** COMMIT of a transaction in which a statement failed is answered ROLLBACK, without an error. */
async function commit(db: PGlite): Promise<void> {
  const [committed] = await db.exec("COMMIT");
  if (committed?.command !== "COMMIT") {
    throw new Error(`expected COMMIT, found ${committed?.command}: a failed statement was passed over`);
  }
}
