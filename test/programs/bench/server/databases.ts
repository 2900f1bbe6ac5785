import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPostgres } from "../../../../scripts/find-postgres.mjs";
import { startPostgres } from "../../../../scripts/start-postgres.mjs";
import { createDatabase } from "../../../support/create-database.ts";
import { placeEmptyCluster } from "../../../support/empty-cluster.ts";
import { type RunningDocket, startDocket } from "../../../support/start-docket.ts";

/** A place for data on one of the two databases: a folder of PGlite's, or a database on PostgreSQL. */
export type Place = { readonly dataDir: string } | { readonly databaseUrl: string };

/** One of the databases that Docket runs on; every one who works is given a place of its own. */
export interface Database {
  readonly name: "PGlite" | "PostgreSQL";
  readonly makePlace: () => Promise<Place>;
}

/** The databases of this machine. */
export interface Databases {
  readonly all: readonly Database[];
  /** Why PostgreSQL is left out, where it is. */
  readonly notes: readonly string[];
  /** Stops PostgreSQL and deletes all places. Whoever works there must have ended. */
  readonly end: () => Promise<void>;
}

/** PGlite, and a fresh PostgreSQL (fsync on) where the machine has one. */
export async function openDatabases(): Promise<Databases> {
  const found = findPostgres();
  const folders: string[] = [];
  const removeFolders = () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", removeFolders);
  const pglite: Database = {
    name: "PGlite",
    makePlace: async () => {
      const dataDir = mkdtempSync(join(tmpdir(), "docket-bench-"));
      folders.push(dataDir);
      await placeEmptyCluster(dataDir);
      return { dataDir };
    },
  };
  const running = "missing" in found ? undefined : await startPostgres();
  const postgres: readonly Database[] =
    running === undefined
      ? []
      : [
          {
            name: "PostgreSQL",
            makePlace: async () => ({ databaseUrl: (await createDatabase(running.url)).url }),
          },
        ];
  return {
    all: [pglite, ...postgres],
    notes: "missing" in found ? [`PostgreSQL is left out: ${found.missing}`] : [],
    end: async () => {
      await running?.stop();
      process.off("exit", removeFolders);
      removeFolders();
    },
  };
}

/** The variables that tell a server, or the raw one, where its data is. */
export function variablesOf(place: Place): Readonly<Record<string, string>> {
  return "dataDir" in place ? { DATA_DIR: place.dataDir } : { DATABASE_URL: place.databaseUrl };
}

/** Starts a Docket there; `entry` is a kept build's. What one device may write within an hour is no limit here. */
export function startDocketAt(
  place: Place,
  options: { readonly entry?: string | undefined; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<RunningDocket> {
  const env = {
    LOG_LEVEL: "fatal",
    DEVICE_MIB_PER_HOUR: "1000000",
    WORKSPACE_MIB: "1000000",
    ...options.env,
    ...variablesOf(place),
  };
  return startDocket(env, options.entry);
}
