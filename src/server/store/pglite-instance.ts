import { PGlite } from "@electric-sql/pglite";
import { type DiskFaults, durableStartParams, makeDurableFileSystem } from "./durable-file-system.ts";
import { makePreparedQuery } from "./pglite-query.ts";
import type { SqlSession } from "./sql-driver.ts";
import { storeUnavailable } from "./store-unavailable.ts";

/** One run of PGlite on a folder. */
export interface PgliteInstance {
  readonly query: SqlSession["query"];
  /** Runs one text of several statements without values, and answers the last command's name (`COMMIT`). */
  readonly exec: (text: string) => Promise<string | undefined>;
  /**
   * Whether it has stopped for good, because a write or a flush failed: what was committed is on disk, open it again.
   */
  readonly isBroken: () => boolean;
  /** Ends it, also when it is broken. */
  readonly close: () => Promise<void>;
}

/** Opens the database files in `folder`, which recovers all that was committed before a crash. */
export async function openPgliteInstance(folder: string, faults?: DiskFaults): Promise<PgliteInstance> {
  const fs = makeDurableFileSystem(folder, faults);
  const db = new PGlite({ fs, startParams: [...durableStartParams] });
  try {
    await db.waitReady;
  } catch (error) {
    closeFiles(db);
    throw error;
  }
  const isBroken = stopAtEnd(db);
  return {
    query: makePreparedQuery(db),
    exec: async (text) => (await db.exec(text)).at(-1)?.command,
    isBroken,
    close: async () => {
      if (isBroken()) closeFiles(db);
      else await db.close();
    },
  };
}

/** Cleans up an instance that can no longer shut down. */
function closeFiles(db: PGlite): void {
  const module: PGlite["Module"] | undefined = db.Module;
  module?.FS.quit();
}

/**
 * Makes the end of PGlite's PostgreSQL an error. As it comes, PGlite takes it for one more error of a statement, and
 * calls the dead PostgreSQL again, which never returns. The first thing it does after an error is to restore the stack:
 * there its loop is left, and from then on nothing reaches PostgreSQL any more.
 * Source: execProtocolRawSync of PGlite 0.5; a test that lets a flush fail would hang without this.
 */
function stopAtEnd(db: PGlite): () => boolean {
  const module = db.Module as unknown as EmscriptenModule;
  const { _PostgresMainLoopOnce: runOnce, stackRestore } = module;
  let end: Error | undefined;
  const throwIfEnded = () => {
    if (end !== undefined) throw end;
  };
  module._PostgresMainLoopOnce = () => {
    throwIfEnded();
    try {
      runOnce();
    } catch (error) {
      if (!isStatementError(error)) end = storeUnavailable("the database has stopped", error);
      throw error;
    }
  };
  module.stackRestore = (pointer) => {
    throwIfEnded();
    stackRestore(pointer);
  };
  for (const name of ["_PostgresSendReadyForQueryIfNecessary", "_pgl_pq_flush"] as const) {
    const call = module[name];
    module[name] = () => {
      throwIfEnded();
      call();
    };
  }
  return () => end !== undefined;
}

/** How PGlite's PostgreSQL says that a statement failed and it goes on: its long jump back into the main loop. */
function isStatementError(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status" in error && error.status === longJump;
}

const longJump = 100;

/** The part of PGlite's module that is touched here. */
interface EmscriptenModule {
  _PostgresMainLoopOnce: () => void;
  _PostgresSendReadyForQueryIfNecessary: () => void;
  _pgl_pq_flush: () => void;
  stackRestore: (pointer: number) => void;
}
