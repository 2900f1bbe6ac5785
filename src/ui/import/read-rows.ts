import type { RowFault } from "./import-plan.ts";
import type { FieldOf, ListName } from "./list-columns.ts";
import type { Cell } from "./parse-cell.ts";
import type { CsvRow, CsvTable } from "./read-csv.ts";
import type { Recognised } from "./recognise-list.ts";

/** A file that was read and recognised. */
export interface ListFile<List extends ListName = ListName> {
  readonly name: string;
  readonly table: CsvTable;
  readonly recognised: Recognised<List>;
}

/** Reads the cells of one row by field, and remembers what is wrong with them. */
export interface RowReader<List extends ListName> {
  readonly row: number;
  /** The cell's value; undefined where the file has no such column, the cell is empty, or it is wrong. */
  readonly find: <Value>(field: FieldOf<List>, parse: (text: string) => Cell<Value>) => Value | undefined;
  /** The cell's value; an empty cell is wrong here. */
  readonly need: <Value>(field: FieldOf<List>, parse: (text: string) => Cell<Value>) => Value | undefined;
  readonly text: (field: FieldOf<List>) => string;
  readonly has: (field: FieldOf<List>) => boolean;
  readonly fault: (field: FieldOf<List> | undefined, fault: RowFault["fault"]) => void;
  readonly faults: readonly RowFault[];
}

/** Runs between two slices of an import: the page may draw, and somebody may stop it. */
export type Breathe = () => Promise<void>;

/** Rows that are worked on before the page may answer a tap: a few milliseconds' work. */
const sliceRows = 250;

/** Reads every row of a file with `read`, in slices. */
export async function readRows<List extends ListName, Out>(
  file: ListFile<List>,
  breathe: Breathe,
  read: (reader: RowReader<List>) => Out,
): Promise<readonly Out[]> {
  const out: Out[] = [];
  for (const [index, row] of file.table.rows.entries()) {
    if (index % sliceRows === sliceRows - 1) await breathe();
    out.push(read(makeRowReader(file, row)));
  }
  return out;
}

function makeRowReader<List extends ListName>(file: ListFile<List>, { row, cells }: CsvRow): RowReader<List> {
  const { header } = file.table;
  const faults: RowFault[] = [];
  const columnOf = (field: FieldOf<List>) => file.recognised.columns.get(field);
  const text = (field: FieldOf<List>) => cells[columnOf(field) ?? -1]?.trim() ?? "";
  const fault: RowReader<List>["fault"] = (field, found) => {
    const column = field === undefined ? "" : (header[columnOf(field) ?? -1] ?? "");
    faults.push({
      file: file.name,
      row,
      column,
      value: field === undefined ? "" : text(field),
      fault: found,
    });
  };
  const width = cells.findLastIndex((cell) => cell.trim() !== "") + 1;
  if (width > header.length || cells.length < header.length) {
    fault(undefined, { wrong: "row-width", found: cells.length, expected: header.length });
  }
  const need: RowReader<List>["need"] = (field, parse) => {
    const parsed =
      text(field) === "" ? ({ ok: false, fault: { wrong: "empty" } } as const) : parse(text(field));
    if (parsed.ok) return parsed.value;
    fault(field, parsed.fault);
    return undefined;
  };
  return {
    row,
    need,
    find: (field, parse) => (text(field) === "" ? undefined : need(field, parse)),
    text,
    has: (field) => columnOf(field) !== undefined,
    fault,
    faults,
  };
}

/** Without the members that are undefined: what a list does not say, it does not change. */
export function defined<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
