import { saveFile } from "../design/save-file.ts";
import { act } from "../faults/act.ts";

/** Offers a text as a file to save; the browser asks where. `text` is CSV and gets the mark that Excel needs. */
export function downloadCsv(fileName: string, text: string): void {
  act(saveFile(fileName, ["\ufeff", text], "text/csv;charset=utf-8"));
}

/** CSV of rows of cells, comma-delimited, quoted where needed. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

/** A cell that a spreadsheet would take for a formula is kept text by a quote sign before it. */
function quoted(text: string): string {
  const safe = /^[=+@\t\r]|^-(?![\d.,]+$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
