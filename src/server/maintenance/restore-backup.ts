import { createSchema, readSchemaVersion, schemaVersion } from "../store/migrations.ts";
import { serverName } from "../store/postgres-driver.ts";
import { integer, type SqlDriver, type SqlSession } from "../store/sql-driver.ts";
import { makeBackupCheck } from "./check-backup.ts";
import { makeCopy } from "./make-copy.ts";
import { type BackupFacts, type BackupRows, readBackup } from "./read-backup.ts";

/** Reads a backup to its end and verifies the history of every workspace in it. Bounded in memory. */
export async function inspectBackup(file: string): Promise<BackupFacts> {
  const check = makeBackupCheck();
  const facts = await forEachBatch(file, async ({ table, columns, rows }) => {
    for (const row of rows) check.take(table.name, columns, row);
  });
  check.end();
  return facts;
}

/**
 * Puts what an inspected backup holds into the database, all or nothing: in one transaction.
 * @param how `facts` are those of `inspectBackup`; `replace`: what the database holds may go. Without it a database
 * that holds a workspace is refused. `asCopy`: the original goes on elsewhere (see `makeCopy`).
 * @throws Error in words; then the database is as it was.
 */
export async function restoreBackup(
  driver: SqlDriver,
  file: string,
  how: { readonly facts: BackupFacts; readonly replace: boolean; readonly asCopy: boolean },
): Promise<void> {
  const { facts, replace, asCopy } = how;
  await driver.transaction(begin, async (session) => {
    await assertNoServer(session);
    if (!replace) await assertEmpty(session);
    await session.query("DROP SCHEMA IF EXISTS docket CASCADE");
    await createSchema(session, facts.header.schema);
    const written = await forEachBatch(file, (batch) => insertRows(session, batch));
    if (written.sha256 !== facts.sha256) throw new Error(`${file} was changed while it was read: try again`);
    await createSchema(session, schemaVersion);
    if (asCopy) await makeCopy(session);
  });
}

async function forEachBatch(file: string, act: (batch: BackupRows) => Promise<void>): Promise<BackupFacts> {
  const batches = readBackup(file);
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return next.value;
    await act(next.value);
  }
}

const begin = "BEGIN; SET LOCAL lock_timeout = '10s'; SET LOCAL docket.maintenance = 'on'";

/** A running server keeps the old key and states in memory: it would go on with what is not there any more. */
async function assertNoServer({ query }: SqlSession): Promise<void> {
  const running = `SELECT count(*) AS running FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()`;
  const [row] = await query(running, [serverName]);
  if (row === undefined || integer(row, "running") === 0) return;
  throw new Error("a server uses this database: stop it first");
}

async function assertEmpty(session: SqlSession): Promise<void> {
  if ((await readSchemaVersion(session)) === 0) return;
  const [row] = await session.query(
    "SELECT coalesce(max(workspaces), 0) AS workspaces FROM docket.installation",
  );
  const workspaces = row === undefined ? 0 : integer(row, "workspaces");
  if (workspaces === 0) return;
  throw new Error(
    `the database holds ${workspaces} ${workspaces === 1 ? "workspace" : "workspaces"}: make a backup of it, then restore with --replace`,
  );
}

async function insertRows({ query }: SqlSession, { table, columns, rows }: BackupRows): Promise<void> {
  const values = columns.map((column, index) => `(r->>${index})::${table.columns[column]}`);
  const insert = `INSERT INTO docket.${table.name} (${columns.join(", ")})
    SELECT ${values.join(", ")} FROM json_array_elements($1::text::json) AS e(r)`;
  if (rows.length > 0) await query(insert, [JSON.stringify(rows)]);
}
