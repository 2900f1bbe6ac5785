import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { schemaVersion } from "../store/migrations.ts";
import {
  type BackupHeader,
  type BackupLine,
  type BackupRow,
  backupFormat,
  findLine,
} from "./backup-format.ts";
import { type BackupTable, backupTables } from "./backup-tables.ts";

/** Some rows of one table, in the file's order. */
export interface BackupRows {
  readonly table: BackupTable;
  readonly columns: readonly string[];
  readonly rows: readonly BackupRow[];
}

/** What is around the rows. `sha256` is that of the content: two readings of one file give the same. */
export interface BackupFacts {
  readonly header: BackupHeader;
  readonly counts: Readonly<Record<string, number>>;
  readonly sha256: string;
}

/**
 * Reads a backup in batches, as bounded in memory as it was written, and returns what is around them at its end. Until
 * then nobody may count on what was read: only the end says that it is whole.
 * @throws Error in words when the file is missing, another one, cut, damaged, or of a newer build.
 */
export async function* readBackup(file: string): AsyncGenerator<BackupRows, BackupFacts, undefined> {
  const fault = (what: string, cause?: unknown) => new Error(`${file} ${what}`, { cause });
  const hash = createHash("sha256");
  const counts: Record<string, number> = {};
  let header: BackupHeader | undefined;
  let ended: BackupFacts | undefined;
  let open:
    | { readonly table: BackupTable; readonly columns: readonly string[]; rows: BackupRow[] }
    | undefined;
  for await (const bytes of readLines(file)) {
    const line: BackupLine | undefined = findLine(bytes.toString());
    if (ended !== undefined) throw fault(damaged);
    if (header === undefined) {
      if (line?.kind !== "header") throw fault(notOurs);
      ({ header } = line);
      if (header.format !== backupFormat || header.schema > schemaVersion) throw fault(tooNew(header));
    } else if (line?.kind === "table") {
      if (open !== undefined) yield open;
      open = { ...tableOf(line, fault), rows: [] };
    } else if (line?.kind === "row" && open !== undefined) {
      if (line.row.length !== open.columns.length) throw fault(damaged);
      open.rows.push(line.row);
      counts[open.table.name] = (counts[open.table.name] ?? 0) + 1;
      if (open.rows.length === batchRows) {
        yield open;
        open = { ...open, rows: [] };
      }
    } else if (line?.kind === "end") {
      if (open !== undefined) yield open;
      const sha256 = hash.digest("hex");
      const isSame = backupTables.every(({ name }) => (counts[name] ?? 0) === (line.counts[name] ?? 0));
      if (line.sha256 !== sha256 || !isSame) throw fault(damaged);
      ended = { header, counts: line.counts, sha256 };
      continue;
    } else throw fault(damaged);
    hash.update(bytes).update("\n");
  }
  if (ended !== undefined) return ended;
  throw fault(header === undefined ? notOurs : cut);
}

const batchRows = 250;

const notOurs = "is no backup of Docket";
const cut = "is cut off: it has no end";
const damaged = "is damaged: what is in it is not what was written";

function tooNew({ format, schema }: BackupHeader): string {
  return `was made by another build (format ${format}, schema ${schema}), this one knows format ${backupFormat} and schemas up to ${schemaVersion}: take a newer build`;
}

function tableOf(
  line: Extract<BackupLine, { kind: "table" }>,
  fault: (what: string) => Error,
): { readonly table: BackupTable; readonly columns: readonly string[] } {
  const table = backupTables.find(({ name }) => name === line.table);
  const isKnown = table !== undefined && line.columns.every((column) => Object.hasOwn(table.columns, column));
  if (!isKnown) throw fault(damaged);
  return { table, columns: line.columns };
}

/** The lines of a gzipped file, without their newlines. What is wrong with the file is told in words. */
async function* readLines(file: string): AsyncGenerator<Buffer, void, undefined> {
  const source = createReadStream(file);
  const unpacked = createGunzip();
  source.on("error", (error) => unpacked.destroy(error));
  source.pipe(unpacked);
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
        yield Buffer.concat([rest, chunk.subarray(from, end)]);
        rest = Buffer.alloc(0);
        from = end + 1;
      }
      rest = Buffer.concat([rest, chunk.subarray(from)]);
      if (rest.length > lineBytesMax) throw new Error(`${file} ${notOurs}`);
    }
  } catch (error) {
    throw faultOfFile(file, error);
  } finally {
    source.destroy();
    unpacked.destroy();
  }
}

const newline = 0x0a;

/** More than any row: the longest event takes 256 KiB, twice that with its quotes escaped. */
const lineBytesMax = 4 * 1024 * 1024;

/** Codes of Node's file system and zlib. Source: https://nodejs.org/api/errors.html, https://zlib.net/manual.html */
function faultOfFile(file: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return new Error(`there is no file ${file}`, { cause: error });
    case "EACCES":
    case "EISDIR":
      return new Error(`${file} cannot be read (${code})`, { cause: error });
    case "Z_BUF_ERROR":
      return new Error(`${file} ${cut}`, { cause: error });
    case "Z_DATA_ERROR":
      return new Error(`${file} ${notOurs}, or is damaged`, { cause: error });
    default:
      return error;
  }
}
