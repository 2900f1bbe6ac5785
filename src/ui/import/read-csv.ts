import type { ParseResult, Parser } from "papaparse";
import { importLimits } from "./import-limits.ts";

/** One row of a file. `row` is its number as a spreadsheet shows it: the header is row 1. */
export interface CsvRow {
  readonly row: number;
  readonly cells: readonly string[];
}

/** A file's rows, empty ones left out. */
export interface CsvTable {
  readonly delimiter: Delimiter;
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** Why a text is not a table. `row` is the spreadsheet's. */
export type CsvTrouble =
  | { readonly trouble: "empty-file" }
  | { readonly trouble: "header-only" }
  | { readonly trouble: "broken-quotes"; readonly row: number }
  | { readonly trouble: "too-many-rows"; readonly max: number };

export type CsvRead = { readonly ok: true; readonly table: CsvTable } | ({ readonly ok: false } & CsvTrouble);

const delimiters = [",", ";", "\t"] as const;
type Delimiter = (typeof delimiters)[number];

/** Characters that are parsed at a time: a few milliseconds' work, then the page may answer a tap. */
const chunkLength = 128 * 1024;

/**
 * Reads CSV text, delimited by comma, semicolon or tab, whichever its first row has most of. The parser is loaded
 * at the first call. `breathe` is awaited between chunks, so that the page stays alive.
 */
export async function readCsv(
  raw: string,
  breathe: (done: number) => Promise<void> = async () => {},
  chunkSize: number = chunkLength,
): Promise<CsvRead> {
  // One kind of line end: the parser guesses it from the first chunk, which may be cut before it.
  const text = raw.replaceAll(/\r\n?/g, "\n");
  if (text.trim() === "") return { ok: false, trouble: "empty-file" };
  const { default: papa } = await import("papaparse");
  const delimiter = likeliestDelimiter(papa, text);
  const records: string[][] = [];
  let brokenRow: number | undefined;
  await new Promise<void>((resolve, reject) => {
    papa.parse<string[]>(text, {
      delimiter,
      newline: "\n",
      chunkSize,
      chunk(results: ParseResult<string[]>, parser: Parser) {
        const broken = results.errors.find((error) => error.type === "Quotes");
        if (broken !== undefined) brokenRow ??= records.length + (broken.row ?? 0) + 1;
        records.push(...results.data);
        // The header and a possible last empty row are not counted.
        if (brokenRow !== undefined || records.length > importLimits.fileRows + 2) return parser.abort();
        parser.pause();
        breathe(Math.min(1, results.meta.cursor / text.length)).then(() => parser.resume(), reject);
      },
      complete: () => resolve(),
    });
  });
  if (brokenRow !== undefined) return { ok: false, trouble: "broken-quotes", row: brokenRow };
  return tableOf(delimiter, records);
}

function tableOf(delimiter: Delimiter, records: readonly string[][]): CsvRead {
  const rows = records
    .map((cells, index): CsvRow => ({ row: index + 1, cells }))
    .filter(({ cells }) => cells.some((text) => text.trim() !== ""));
  const [header, ...data] = rows;
  if (header === undefined) return { ok: false, trouble: "empty-file" };
  if (data.length === 0) return { ok: false, trouble: "header-only" };
  if (data.length > importLimits.fileRows)
    return { ok: false, trouble: "too-many-rows", max: importLimits.fileRows };
  return { ok: true, table: { delimiter, header: header.cells.map((name) => name.trim()), rows: data } };
}

function likeliestDelimiter(papa: typeof import("papaparse"), text: string): Delimiter {
  const start = text.slice(0, 10_000);
  const widths = delimiters.map(
    (delimiter) => papa.parse<string[]>(start, { delimiter, preview: 1 }).data[0]?.length ?? 0,
  );
  return delimiters[widths.indexOf(Math.max(...widths))] ?? ",";
}
