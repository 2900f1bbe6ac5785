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
import { type Breathe, type ListFile, readRows } from "./read-rows.ts";

/** The lists that write stock down: goods that came in, and what was counted. */
export type StockList = "stockReceipts" | "stockCounts";

/** The streams that the stock files speak of: what happened on them tells what was imported before. */
export function stockStreamsOf(files: readonly ReadFile[]): readonly StreamKey[] {
  const streams = files.flatMap((one) => {
    if (!one.ok) return [];
    const { list, columns } = one.file.recognised;
    if (list !== "stockReceipts" && list !== "stockCounts") return [];
    const place = new Map<string, number>(columns).get("sku") ?? -1;
    return one.file.table.rows.flatMap(({ cells }) => findStockStream(cells[place] ?? "") ?? []);
  });
  return [...new Set(streams)];
}

/**
 * Plans receipts or counts. Each row has a name of its own, its receipt's or count's with the SKU, and its command's id
 * is made from that: a row that was imported before, here or on another device, is the same command, so it never counts
 * twice, whatever became of the file meanwhile.
 */
export async function planStock(
  file: ListFile<StockList>,
  known: KnownThings,
  imported: ReadonlyMap<string, ImportedProduct>,
  breathe: Breathe,
): Promise<ListPlan> {
  const { list, unused } = file.recognised;
  const isReceipt = list === "stockReceipts";
  const firstRows = new Map<string, number>();
  const faults: RowFault[] = [];
  const commands: PlannedCommand[] = [];
  const rows = await readRows(file, breathe, (reader): PlannedRow => {
    const ref = reader.need("ref", (text) => parseText(text, limits.shortText));
    const sku = reader.need("sku", parseSku);
    const quantity = reader.need("quantity", (text) => parseWhole(text, isReceipt ? 1 : 0, stockMax));
    const skuId = sku === undefined ? undefined : findSkuId(sku);
    const stream = findStockStream(sku ?? "");
    const product = skuId === undefined ? undefined : (known.products.get(skuId) ?? imported.get(skuId));
    if (skuId !== undefined && product === undefined) reader.fault("sku", { wrong: "unknown-product" });
    const id = importedId("command", `${list}/${ref ?? ""}/${skuId ?? ""}`);
    const firstRow = ref === undefined || skuId === undefined ? undefined : firstRows.get(id);
    if (firstRow !== undefined) reader.fault("sku", { wrong: "duplicate", firstRow });
    firstRows.set(id, firstRow ?? reader.row);
    const row = { row: reader.row, label: product?.name ?? sku ?? "", fields: [] };
    const incomplete = sku === undefined || quantity === undefined || stream === undefined;
    if (incomplete || reader.faults.length > 0) {
      faults.push(...reader.faults);
      return { ...row, status: "wrong" };
    }
    if (known.imported.has(id)) return { ...row, status: "same" };
    const data = { sku, quantity };
    const command: StockCommand = isReceipt ? { type: "receive-stock", data } : { type: "count-stock", data };
    commands.push({ id, stream, command });
    return { ...row, status: "new" };
  });
  return listPlan({ list, file: file.name, rows, faults, unused, commands });
}
