import { type FieldOf, type ListName, listColumns, listNames } from "./list-columns.ts";

/** A file whose header says which list it is. `columns` gives the index of each field's column. */
export interface Recognised<List extends ListName = ListName> {
  readonly list: List;
  readonly columns: ReadonlyMap<FieldOf<List>, number>;
  /** Columns that Docket has no use for, as the file names them. */
  readonly unused: readonly string[];
}

/** Why a header is none that Docket can use. `closest` is the list that it comes nearest to. */
export type HeaderTrouble =
  | { readonly trouble: "unknown-columns"; readonly found: readonly string[] }
  | {
      readonly trouble: "missing-columns";
      readonly closest: ListName;
      readonly missing: readonly string[];
      readonly found: readonly string[];
    }
  | { readonly trouble: "column-twice"; readonly columns: readonly string[] }
  | { readonly trouble: "unclear-column"; readonly column: string; readonly use: string };

/** Which list a header belongs to: the one whose needed columns are all there, and most of the others. */
export function recogniseList(
  header: readonly string[],
): { readonly ok: true; readonly recognised: Recognised } | ({ readonly ok: false } & HeaderTrouble) {
  const names = header.map(columnKey);
  const matches = listNames.map((list) => matchList(list, names));
  const whole = matches
    .filter((match) => match.missing.length === 0)
    .sort((a, b) => b.columns.size - a.columns.size);
  const best = whole[0];
  if (best === undefined) return troubleOf(header, matches);
  const both = bothKindsOfStock(header, whole);
  if (both !== undefined) return { ok: false, trouble: "column-twice", columns: both };
  const unclear = listColumns[best.list].find(({ unclear }) => unclear?.some((name) => names.includes(name)));
  if (unclear !== undefined && !best.columns.has(unclear.field)) {
    const column = header[names.findIndex((name) => unclear.unclear?.includes(name))] ?? unclear.field;
    return { ok: false, trouble: "unclear-column", column, use: unclear.names[0] };
  }
  const twice = best.clashes[0];
  if (twice !== undefined)
    return { ok: false, trouble: "column-twice", columns: twice.map((index) => header[index] ?? "") };
  const used = new Set(best.columns.values());
  const unused = header.filter((name, index) => name !== "" && !used.has(index));
  return { ok: true, recognised: { list: best.list, columns: best.columns, unused } as Recognised };
}

/** A file that names receipts as well as counts: what it would do to the stock differs, so it is asked about. */
function bothKindsOfStock(header: readonly string[], whole: readonly Match[]): readonly string[] | undefined {
  const stock = whole.filter(({ list }) => list === "stockReceipts" || list === "stockCounts");
  if (stock.length < 2) return undefined;
  return stock.map(({ columns }) => header[columns.get("ref") ?? -1] ?? "");
}

/** A column's name as it is compared: without case, accents, spaces and signs. */
function columnKey(name: string): string {
  return name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("%", " percent ")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "_")
    .replaceAll(/^_+|_+$/g, "");
}

interface Match {
  readonly list: ListName;
  readonly columns: ReadonlyMap<string, number>;
  readonly missing: readonly string[];
  /** Indices of columns that all mean one field. */
  readonly clashes: readonly (readonly number[])[];
}

function matchList(list: ListName, names: readonly string[]): Match {
  const columns = new Map<string, number>();
  const missing: string[] = [];
  const clashes: number[][] = [];
  for (const { field, names: known, needed } of listColumns[list]) {
    const indices = names.flatMap((name, index) => (known.some((one) => one === name) ? [index] : []));
    const [first] = indices;
    if (indices.length > 1) clashes.push(indices);
    if (first !== undefined) columns.set(field, first);
    else if (needed === true) missing.push(known[0]);
  }
  return { list, columns, missing, clashes };
}

function troubleOf(
  header: readonly string[],
  matches: readonly Match[],
): { readonly ok: false } & HeaderTrouble {
  const closest = [...matches].sort(
    (a, b) => b.columns.size - a.columns.size || a.missing.length - b.missing.length,
  )[0];
  if (closest === undefined || closest.columns.size === 0)
    return { ok: false, trouble: "unknown-columns", found: header };
  return {
    ok: false,
    trouble: "missing-columns",
    closest: closest.list,
    missing: closest.missing,
    found: header,
  };
}
