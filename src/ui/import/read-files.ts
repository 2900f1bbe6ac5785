import { decodeText } from "./decode-text.ts";
import { importLimits } from "./import-limits.ts";
import type { ListName } from "./list-columns.ts";
import { type CsvTrouble, readCsv } from "./read-csv.ts";
import type { Breathe, ListFile } from "./read-rows.ts";
import { type HeaderTrouble, recogniseList } from "./recognise-list.ts";

/** A file as it was chosen: the browser's `File` fits. */
export interface ChosenFile {
  readonly name: string;
  readonly size: number;
  readonly arrayBuffer: () => Promise<ArrayBuffer>;
}

/** Why a whole file cannot be imported, as facts; the words are in `problem-words.ts`. Sizes in bytes. */
export type FileTrouble =
  | CsvTrouble
  | HeaderTrouble
  | { readonly trouble: "file-too-large"; readonly bytes: number; readonly max: number }
  | { readonly trouble: "too-many-files"; readonly max: number }
  | { readonly trouble: "list-twice"; readonly list: ListName; readonly other: string }
  | { readonly trouble: "lines-without-orders" }
  | { readonly trouble: "orders-without-lines" }
  | { readonly trouble: "not-allowed"; readonly list: ListName }
  | { readonly trouble: "not-readable"; readonly message: string };

/** A file that was chosen: usable with its list, or not and why. */
export type ReadFile =
  | { readonly ok: true; readonly name: string; readonly encoding: string; readonly file: ListFile }
  | { readonly ok: false; readonly name: string; readonly trouble: FileTrouble };

/** Reads every chosen file and recognises its list by its header. A file that cannot be used stops no other. */
export async function readFiles(
  files: readonly ChosenFile[],
  breathe: Breathe,
): Promise<readonly ReadFile[]> {
  const read: ReadFile[] = [];
  for (const [index, file] of files.entries()) {
    if (index >= importLimits.files) {
      read.push({
        ok: false,
        name: file.name,
        trouble: { trouble: "too-many-files", max: importLimits.files },
      });
    } else {
      read.push(await readFile(file, breathe));
    }
  }
  return withCompany(withoutSecond(read));
}

/** The files with those lists left out, with the reason, that this device's role may not import. */
export function onlyAllowed(files: readonly ReadFile[], allowed: readonly ListName[]): readonly ReadFile[] {
  return files.map((one) => {
    const list = one.ok ? one.file.recognised.list : undefined;
    if (list === undefined || allowed.includes(list)) return one;
    return { ok: false, name: one.name, trouble: { trouble: "not-allowed", list } };
  });
}

async function readFile(chosen: ChosenFile, breathe: Breathe): Promise<ReadFile> {
  const { name } = chosen;
  const failed = (trouble: FileTrouble): ReadFile => ({ ok: false, name, trouble });
  if (chosen.size > importLimits.fileBytes) {
    return failed({ trouble: "file-too-large", bytes: chosen.size, max: importLimits.fileBytes });
  }
  const bytes = await chosen.arrayBuffer().catch((error: unknown) => String(error));
  if (typeof bytes === "string") return failed({ trouble: "not-readable", message: bytes });
  const { text, encoding } = decodeText(new Uint8Array(bytes));
  const csv = await readCsv(text, breathe);
  if (!csv.ok) return failed(csv);
  const header = recogniseList(csv.table.header);
  if (!header.ok) return failed(header);
  return { ok: true, name, encoding, file: { name, table: csv.table, recognised: header.recognised } };
}

/** Two files of one list: the second is refused, since which of them is right cannot be known. */
function withoutSecond(read: readonly ReadFile[]): readonly ReadFile[] {
  const first = new Map<ListName, string>();
  return read.map((one): ReadFile => {
    if (!one.ok) return one;
    const { list } = one.file.recognised;
    const other = first.get(list);
    if (other !== undefined)
      return { ok: false, name: one.name, trouble: { trouble: "list-twice", list, other } };
    first.set(list, one.name);
    return one;
  });
}

/** Orders and their lines are in two files, and neither means anything alone. */
function withCompany(read: readonly ReadFile[]): readonly ReadFile[] {
  const lists = new Set(read.flatMap((one) => (one.ok ? [one.file.recognised.list] : [])));
  return read.map((one): ReadFile => {
    if (!one.ok) return one;
    const { list } = one.file.recognised;
    if (list === "orders" && !lists.has("orderLines")) {
      return { ok: false, name: one.name, trouble: { trouble: "orders-without-lines" } };
    }
    if (list === "orderLines" && !lists.has("orders")) {
      return { ok: false, name: one.name, trouble: { trouble: "lines-without-orders" } };
    }
    return one;
  });
}
