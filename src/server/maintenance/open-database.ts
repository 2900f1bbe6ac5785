import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { readSchemaVersion, schemaVersion } from "../store/migrations.ts";
import { openPglite } from "../store/pglite-driver.ts";
import { openPostgres } from "../store/postgres-driver.ts";
import type { SqlDriver, SqlSession } from "../store/sql-driver.ts";

/** The configured database. */
export type DatabaseLocation = Pick<Config, "databaseUrl" | "dataDir">;

/**
 * Opens the configured database for a program that is no server, without changing anything in it. `tell` hears when
 * its files were open to others.
 * @throws Error when there is none, when a server uses the folder, or when PostgreSQL does not answer.
 */
export async function openDatabase(
  location: DatabaseLocation,
  tell: (words: string) => void,
): Promise<SqlDriver> {
  const { databaseUrl, dataDir } = location;
  if (databaseUrl === null && !existsSync(join(dataDir, "pg", "PG_VERSION"))) {
    throw new Error(`there is no database in ${dataDir}: name its folder in DATA_DIR, or set DATABASE_URL`);
  }
  return openOrCreateDatabase(location, tell);
}

/** The same; an embedded database that is not there is created. */
export function openOrCreateDatabase(
  { databaseUrl, dataDir }: DatabaseLocation,
  tell: (words: string) => void,
): Promise<SqlDriver> {
  if (databaseUrl === null) return openPglite(dataDir, tell);
  return openPostgres(databaseUrl, { applicationName: "docket-maintenance", transactionMsMax: dayMs });
}

const dayMs = 24 * 60 * 60_000;

/** Begins a transaction that sees all workspaces at one moment, and changes nothing. */
export const beginReading =
  "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL docket.maintenance = 'on'";

/**
 * Expects the schema that this build knows: of another one it could not tell what everything is.
 * @throws Error that says which program to start.
 */
export async function assertSchema(session: SqlSession): Promise<void> {
  const found = await readSchemaVersion(session);
  if (found === schemaVersion) return;
  if (found === 0) throw new Error("the database holds no Docket: name another in DATA_DIR or DATABASE_URL");
  if (found > schemaVersion)
    throw new Error(
      `the database has schema ${found}, this build knows ${schemaVersion}: take a newer build`,
    );
  throw new Error(
    `the database has schema ${found}, this build ${schemaVersion}: start the server once, which brings it up to date`,
  );
}
