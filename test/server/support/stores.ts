import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inject } from "vitest";
import { createClusterIfMissing } from "../../../src/server/store/create-cluster.ts";
import { openPglite, type PgliteTest } from "../../../src/server/store/pglite-driver.ts";
import { openPostgres } from "../../../src/server/store/postgres-driver.ts";
import type { SqlDriver } from "../../../src/server/store/sql-driver.ts";
import { createDatabase } from "../../support/create-database.ts";

/** A database of one's own, with what removes it. */
export interface TestDatabase {
  readonly driver: SqlDriver;
  readonly remove: () => Promise<void>;
}

/** PGlite in a temporary folder, on a copy of database files that were created once: initdb takes seconds. */
export async function openTestPglite(test?: PgliteTest): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), "docket-pglite-"));
  cpSync(await freshCluster(), join(dataDir, "pg"), { recursive: true });
  const driver = await openPglite(dataDir, undefined, test);
  const remove = async () => {
    await driver.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { driver, remove };
}

/** Fresh database files, kept between runs. Several processes may ask at once: each creates its own, one is kept. */
async function freshCluster(): Promise<string> {
  const kept = join("node_modules", ".cache", "docket-test", `pglite-${pgliteVersion}`);
  if (existsSync(kept)) return kept;
  mkdirSync(dirname(kept), { recursive: true });
  const own = `${kept}-${process.pid}`;
  await createClusterIfMissing(own);
  try {
    renameSync(own, kept);
  } catch {
    // Another process was faster.
    rmSync(own, { recursive: true, force: true });
  }
  return kept;
}

const pgliteVersion = String(
  JSON.parse(readFileSync("node_modules/@electric-sql/pglite/package.json", "utf8")).version,
);

/** A database on the PostgreSQL that the tests share; `url` is the superuser's. */
export async function openTestPostgres(): Promise<TestDatabase & { readonly url: string }> {
  const provided = inject("postgres");
  if (!("url" in provided)) throw new Error(`expected a PostgreSQL, found none: ${provided.missing}`);
  const database = await createDatabase(provided.url);
  const driver = await openPostgres(database.url);
  const remove = async () => {
    await driver.close();
    await database.drop();
  };
  return { driver, remove, url: database.url };
}
