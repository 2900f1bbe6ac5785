import type { StockCommand } from "../../domain/stock/stock.ts";
import { stockMax } from "../../domain/stock/stock.ts";
import { findSkuId, findStockStream, type StreamKey } from "../../domain/stream-key.ts";
import { importedId } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import {
  type KnownThings,
  type ListPlan,
  listPlan,
  type PlannedCommand,
  type PlannedRow,
  type RowFault,
} from "./import-plan.ts";
import { parseText, parseWhole } from "./parse-cell.ts";
import { type ImportedProduct, parseSku } from "./plan-products.ts";
import type { ReadFile } from "./read-files.ts";
import { type Breathe, type ListFile, type RowReader, readRows } from "./read-rows.ts";

/** The lists that write stock down: goods that came in, and what was counted. */
export type StockList = "stockReceipts" | "stockCounts";

/** The streams that the stock files speak of: what happened on them tells what was imported before. */
export function stockStreamsOf(files: readonly ReadFile[]): readonly StreamKey[] {
  const streams = files.flatMap((one) => {
    if (!one.ok) return [];
    const { list, columns } = one.file.recognised;
    if (list !== "stockReceipts" && list !== "stockCounts") return [];
    const column = new Map<string, number>(columns).get("sku") ?? -1;
    return one.file.table.rows.flatMap(({ cells }) => findStockStream(cells[column] ?? "") ?? []);
  });
  return [...new Set(streams)];
}

/**
 * Plans receipts or counts. Each row has a name of its own, its receipt's or count's with the SKU, and its command's id
 * is made from that: a row that was imported before, here or on another device, is the same command, so it never counts
 * twice, whatever became of the file meanwhile. Rows that contradict one another, or what went in before, are left out
 * and told: were the first of two taken, their sum could never go in under that name.
 */
export async function planStock(
  file: ListFile<StockList>,
  known: KnownThings,
  imported: ReadonlyMap<string, ImportedProduct>,
  breathe: Breathe,
): Promise<ListPlan> {
  const { list, unused } = file.recognised;
  const entries = await readRows(file, breathe, (reader) => readEntry(list, reader));
  const rowsOf = new Map<string, number[]>();
  for (const { id, reader } of entries) {
    if (id === undefined) continue;
    const alike = rowsOf.get(id) ?? [];
    alike.push(reader.row);
    rowsOf.set(id, alike);
  }
  const faults: RowFault[] = [];
  const commands: PlannedCommand[] = [];
  const rows = entries.map(({ reader, sku, skuId, quantity, id }): PlannedRow => {
    const product = skuId === undefined ? undefined : (known.products.get(skuId) ?? imported.get(skuId));
    if (skuId !== undefined && product === undefined) reader.fault("sku", { wrong: "product-missing" });
    const alike = rowsOf.get(id ?? "") ?? [];
    if (alike.length > 1) reader.fault("sku", { wrong: "sku-twice", rows: alike });
    const before = known.imported.get(id ?? "");
    if (before === "in-outbox") reader.fault(undefined, { wrong: "in-outbox" });
    else if (before !== undefined && quantity !== undefined && before.quantity !== quantity)
      reader.fault("quantity", { wrong: "imported-otherwise", quantity: before.quantity });
    const row = { row: reader.row, label: product?.name ?? sku ?? "", fields: [] };
    const stream = findStockStream(sku ?? "");
    const incomplete = sku === undefined || quantity === undefined || stream === undefined;
    if (incomplete || id === undefined || reader.faults.length > 0) {
      faults.push(...reader.faults);
      return { ...row, status: "wrong" };
    }
    if (before !== undefined) return { ...row, status: "same" };
    const data = { sku, quantity };
    const command: StockCommand =
      list === "stockReceipts" ? { type: "receive-stock", data } : { type: "count-stock", data };
    commands.push({ id, stream, command });
    return { ...row, status: "new" };
  });
  return listPlan({ list, file: file.name, rows, faults, unused, commands });
}

/** What a row says; `id` is its command's, where the row has all that names it. */
function readEntry(list: StockList, reader: RowReader<StockList>) {
  const ref = reader.need("ref", (text) => parseText(text, limits.shortText));
  const sku = reader.need("sku", parseSku);
  const least = list === "stockReceipts" ? 1 : 0;
  const quantity = reader.need("quantity", (text) => parseWhole(text, least, stockMax));
  const skuId = sku === undefined ? undefined : findSkuId(sku);
  const isNamed = ref !== undefined && skuId !== undefined;
  const id = isNamed ? importedId("command", `${list}/${ref}/${skuId}`) : undefined;
  return { reader, sku, skuId, quantity, id };
}
