import type { DeviceDatabase } from "../storage/database.ts";
import type { FormerSumRow, SumRow } from "../storage/rows.ts";
import { ordersPrefix, promisedPrefix, type Sums, salesPrefix } from "./sums.ts";

/** Into how many rows what is promised is spread: a page of many orders touches each once, not one row per product. */
const promisedRows = 64;

/**
 * Adds deltas to the sums of a generation, many of which share a row. What comes to nothing leaves, and so does a row
 * in which nothing is left: sums that were moved are what making them again comes to, row for row.
 */
export async function addSums(db: DeviceDatabase, generation: number, deltas: Sums): Promise<void> {
  const byRow = new Map<string, [string, readonly number[]][]>();
  for (const [key, amounts] of deltas) {
    if (amounts.every((amount) => amount === 0)) continue;
    const { row, id } = placeOf(key);
    const rowKey = `${generation}/${row}`;
    const others = byRow.get(rowKey);
    if (others === undefined) byRow.set(rowKey, [[id, amounts]]);
    else others.push([id, amounts]);
  }
  if (byRow.size === 0) return;
  const stored = await readRows(db, [...byRow.keys()]);
  const moved = [...byRow].map(([key, more]): SumRow => ({ key, sums: withMore(stored.get(key), more) }));
  const gone = moved.filter(({ sums }) => sums.length === 0).map(({ key }) => key);
  await Promise.all([
    db.sums.bulkPut(moved.filter(({ sums }) => sums.length > 0)),
    gone.length === 0 ? undefined : db.sums.bulkDelete(gone),
  ]);
}

/** More rows than this are read as one stretch, with those that lie between them. */
const rowsOneByOne = 8;

async function readRows(db: DeviceDatabase, keys: readonly string[]): Promise<ReadonlyMap<string, SumRow>> {
  const sorted = keys.toSorted();
  const [first, last] = [sorted[0] ?? "", sorted.at(-1) ?? ""];
  const rows =
    keys.length > rowsOneByOne
      ? await db.sums.where("key").between(first, last, true, true).toArray()
      : await db.sums.bulkGet(sorted);
  return new Map(rows.flatMap((row) => (row !== undefined && "sums" in row ? [[row.key, row]] : [])));
}

function withMore(
  row: SumRow | undefined,
  more: Iterable<readonly [string, readonly number[]]>,
): SumRow["sums"] {
  const sums = new Map<string, readonly number[]>(row?.sums.map(([id, ...amounts]) => [id, amounts]));
  for (const [id, amounts] of more) {
    const next = added(sums.get(id), amounts);
    if (next.some((amount) => amount !== 0)) sums.set(id, next);
    else sums.delete(id);
  }
  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, amounts]): SumRow["sums"][number] => [id, ...amounts]);
}

function added(before: readonly number[] | undefined, amounts: readonly number[]): readonly number[] {
  return amounts.map((amount, index) => amount + (before?.[index] ?? 0));
}

/** In which row a sum is, and under which id there: the end of its key after what names the read model. */
function placeOf(key: string): { readonly row: string; readonly id: string } {
  if (key.startsWith(promisedPrefix)) {
    const id = key.slice(promisedPrefix.length);
    return { row: promisedPrefix + String(rowNumberOf(id)).padStart(2, "0"), id };
  }
  if (key.startsWith(salesPrefix)) {
    const id = key.slice(salesPrefix.length);
    return { row: salesPrefix + id.slice(0, monthLength), id };
  }
  return { row: ordersPrefix, id: key.slice(ordersPrefix.length) };
}

const monthLength = "YYYY-MM".length;

/** The row of a product: FNV-1a over the id of its SKU, which is ASCII. Another one would be another `sumsVersion`. */
function rowNumberOf(sku: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < sku.length; index += 1) {
    hash = Math.imul(hash ^ sku.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash % promisedRows;
}

/**
 * The sums of one read model (`promised/`, `sales/`, `orders/`) in a generation, by id. `from` and `to` narrow the ids,
 * both included, and are whole months for sales. Where an older build has made them there is a row for each, and what
 * has moved since, until they are made again, lies beside them.
 */
export async function readSums(
  db: DeviceDatabase,
  generation: number,
  prefix: string,
  months: { readonly from: string; readonly to: string } = { from: "", to: "" },
): Promise<Sums> {
  const all = `${generation}/${prefix}`;
  const rows = await db.sums
    .where("key")
    .between(
      all + months.from.slice(0, monthLength),
      `${all}${months.to.slice(0, monthLength)}\uffff`,
      true,
      true,
    )
    .toArray();
  const sums = new Map<string, readonly number[]>();
  for (const row of rows) {
    for (const [id, amounts] of sumsIn(row, all)) sums.set(id, added(sums.get(id), amounts));
  }
  return sums;
}

function sumsIn(
  row: SumRow | FormerSumRow,
  prefix: string,
): readonly (readonly [string, readonly number[]])[] {
  if ("amounts" in row) return [[row.key.slice(prefix.length), row.amounts]];
  return row.sums.map(([id, ...amounts]) => [id, amounts]);
}
