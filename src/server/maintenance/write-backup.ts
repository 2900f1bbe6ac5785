import { createHash } from "node:crypto";
import { closeSync, createWriteStream, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { schemaVersion } from "../store/migrations.ts";
import type { SqlDriver, SqlSession } from "../store/sql-driver.ts";
import { type BackupLine, type BackupRow, backupFormat, formatLine } from "./backup-format.ts";
import { type BackupTable, backupTables } from "./backup-tables.ts";
import { makeBackupCheck } from "./check-backup.ts";
import { assertSchema, beginReading } from "./open-database.ts";
import { assertAllVisible } from "./verify-database.ts";

/** How many rows of each table a backup holds. */
export type BackupCounts = Readonly<Record<string, number>>;

/**
 * Writes everything that the database held at one moment into a file that only its owner reads (0600: it holds the key
 * of the seals). On PostgreSQL servers go on meanwhile. The file is there, flushed, under its name when it is whole and
 * its history was verified; before, or after a failure, it is not.
 * @throws Error when the file exists, cannot be written, or when a history is broken.
 */
export async function writeBackup(driver: SqlDriver, file: string, now: Date): Promise<BackupCounts> {
  if (existsSync(file)) throw new Error(`${file} exists already: name another file`);
  const unfinished = `${file}.unfinished-${process.pid}`;
  try {
    const counts: Record<string, number> = {};
    await driver.transaction(beginReading, async (session) => {
      await assertSchema(session);
      await assertAllVisible(session);
      const target = createWriteStream(unfinished, { flags: "wx", mode: 0o600, flush: true });
      await pipeline(Readable.from(chunks(session, now, counts)), createGzip(), target);
    });
    renameSync(unfinished, file);
    flushFolder(dirname(file));
    return counts;
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** The text of a backup in chunks of some hundred rows. Counts each table's rows into `counts`. */
async function* chunks(
  session: SqlSession,
  now: Date,
  counts: Record<string, number>,
): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash("sha256");
  const check = makeBackupCheck();
  const chunk = (lines: readonly BackupLine[]) => {
    const bytes = Buffer.from(lines.map((line) => `${formatLine(line)}\n`).join(""));
    hash.update(bytes);
    return bytes;
  };
  const createdAt = now.toISOString();
  yield chunk([
    { kind: "header", header: { docket: "backup", format: backupFormat, schema: schemaVersion, createdAt } },
  ]);
  for (const table of backupTables) {
    const columns = Object.keys(table.columns);
    counts[table.name] = 0;
    yield chunk([{ kind: "table", table: table.name, columns }]);
    for await (const rows of readTable(session, table)) {
      for (const row of rows) check.take(table.name, columns, row);
      counts[table.name] = (counts[table.name] ?? 0) + rows.length;
      yield chunk(rows.map((row) => ({ kind: "row", row })));
    }
  }
  check.end();
  yield Buffer.from(`${formatLine({ kind: "end", counts, sha256: hash.digest("hex") })}\n`);
}

/** Rows in the order of their key, read page by page from where the last one ended: no page grows with the table. */
async function* readTable(
  { query }: SqlSession,
  { name, columns, key }: BackupTable,
): AsyncGenerator<readonly BackupRow[], void, undefined> {
  const names = Object.keys(columns);
  const texts = names.map((column) => `${column}::text AS ${column}`).join(", ");
  const order = key.join(", ");
  const after = key.map((column, index) => `$${index + 1}::${columns[column]}`).join(", ");
  const page = (where: string) =>
    `SELECT ${texts} FROM docket.${name} AS t${where} ORDER BY ${ordered(key)} LIMIT ${pageRows}`;
  let rows = (await query(page(""))).map((row) => names.map((column) => textOf(row[column])));
  while (rows.length > 0) {
    yield rows;
    if (rows.length < pageRows) return;
    const last = rows.at(-1) ?? [];
    const lastKey = key.map((column) => last[names.indexOf(column)] ?? null);
    const next = await query(page(` WHERE (${order}) > (${after})`), lastKey);
    rows = next.map((row) => names.map((column) => textOf(row[column])));
  }
}

/** By the column itself: without the table's name its text would be meant, and 10 come before 9. */
function ordered(key: readonly string[]): string {
  return key.map((column) => `t.${column}`).join(", ");
}

const pageRows = 250;

function textOf(value: unknown): string | null {
  if (value === null || typeof value === "string") return value;
  throw new Error(`expected text or NULL, found ${typeof value}`);
}

/** A renamed file is on disk when its folder is. */
function flushFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
