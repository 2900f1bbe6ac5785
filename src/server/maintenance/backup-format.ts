import * as v from "valibot";
import { unreachable } from "../../domain/unreachable.ts";

/**
 * A backup file: gzip of JSON lines. First the header, then for each table its name and columns and a line per row, in
 * the order of `backupTables`, at the end the counts and the SHA-256 of all bytes before that line. Values are
 * PostgreSQL's texts or null. So a file that is cut off, altered or no backup is noticed.
 */
export const backupFormat = 1;

const headerSchema = v.strictObject({
  docket: v.literal("backup"),
  format: v.number(),
  schema: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
});
const tableSchema = v.strictObject({ table: v.string(), columns: v.array(v.string()) });
const rowSchema = v.array(v.nullable(v.string()));
const endSchema = v.strictObject({ end: v.record(v.string(), v.number()), sha256: v.string() });

/** `schema` is the version of the database's tables, `createdAt` the moment that the backup shows. */
export type BackupHeader = Readonly<v.InferOutput<typeof headerSchema>>;

/** A row: texts by column, as the database prints them. */
export type BackupRow = readonly (string | null)[];

/** One line of a backup. */
export type BackupLine =
  | { readonly kind: "header"; readonly header: BackupHeader }
  | { readonly kind: "table"; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: "row"; readonly row: BackupRow }
  | { readonly kind: "end"; readonly counts: Readonly<Record<string, number>>; readonly sha256: string };

/** A line as it is in the file, without its newline: JSON has none inside. */
export function formatLine(line: BackupLine): string {
  switch (line.kind) {
    case "header":
      return JSON.stringify(line.header);
    case "table":
      return JSON.stringify({ table: line.table, columns: line.columns });
    case "row":
      return JSON.stringify(line.row);
    case "end":
      return JSON.stringify({ end: line.counts, sha256: line.sha256 });
    default:
      return unreachable(line);
  }
}

/** Reads a line; undefined if it is not a backup's line. */
export function findLine(text: string): BackupLine | undefined {
  const value = findJson(text);
  if (v.is(rowSchema, value)) return { kind: "row", row: value };
  if (v.is(tableSchema, value)) return { kind: "table", ...value };
  if (v.is(headerSchema, value)) return { kind: "header", header: value };
  if (v.is(endSchema, value)) return { kind: "end", counts: value.end, sha256: value.sha256 };
  return undefined;
}

function findJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
