import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { openPglite, type PgliteTest } from "../../../src/server/store/pglite-driver.ts";
import { openPostgres } from "../../../src/server/store/postgres-driver.ts";
import type { SqlDriver } from "../../../src/server/store/sql-driver.ts";
import { createDatabase } from "../../support/with-postgres.ts";

/** A database of one's own, with what removes it. */
export interface TestDatabase {
  readonly driver: SqlDriver;
  readonly remove: () => Promise<void>;
}

/** PGlite in a temporary folder. */
export async function openTestPglite(test?: PgliteTest): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), "docket-pglite-"));
  const driver = await openPglite(dataDir, test);
  const remove = async () => {
    await driver.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { driver, remove };
}

/** A database on the PostgreSQL that the tests share. */
export async function openTestPostgres(): Promise<TestDatabase> {
  const provided = inject("postgres");
  if (!("url" in provided)) throw new Error(`expected a PostgreSQL, found none: ${provided.missing}`);
  const database = await createDatabase(provided.url);
  const driver = await openPostgres(database.url);
  const remove = async () => {
    await driver.close();
    await database.drop();
  };
  return { driver, remove };
}
