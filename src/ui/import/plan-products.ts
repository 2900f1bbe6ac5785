import { quantityMax } from "../../domain/order/order-limits.ts";
import { decideProduct, noProduct, type ProductFields } from "../../domain/product/product.ts";
import { stockMax } from "../../domain/stock/stock.ts";
import { findProductStream, findSkuId, findStockStream } from "../../domain/stream-key.ts";
import { limits } from "../../protocol/limits.ts";
import {
  type KnownThings,
  type ListPlan,
  listPlan,
  type PlannedCommand,
  type PlannedRow,
  type RowFault,
} from "./import-plan.ts";
import {
  type Cell,
  currencyDigits,
  faulty,
  parseBarcodes,
  parseDecimal,
  parseTaxPercent,
  parseText,
  parseWhole,
  parseYesNo,
} from "./parse-cell.ts";
import { type Breathe, defined, type ListFile, type RowReader, readRows } from "./read-rows.ts";

/** A product as order lines of the same import capture it. */
export interface ImportedProduct {
  readonly sku: string;
  readonly name: string;
  readonly unit: string;
}

/** The largest amount that one field may hold, in minor units. */
export const amountMinorMax = 10_000_000_000_000;
/** The highest tax, in parts per million: 1000 %. */
export const taxPpmMax = 10_000_000;
const barcodesMax = 20;

const short = (text: string) => parseText(text, limits.shortText);

/** A SKU that can be a key: not empty, well-formed, at most 64 bytes encoded. */
export function parseSku(text: string): Cell<string> {
  const parsed = short(text);
  return parsed.ok && findSkuId(parsed.value) === undefined ? faulty({ wrong: "not-a-sku" }) : parsed;
}

/** Plans a product list, with the stock it opens. `bySku` holds its usable products by the id of the SKU. */
export async function planProducts(
  file: ListFile<"products">,
  known: KnownThings,
  breathe: Breathe,
): Promise<{ readonly plan: ListPlan; readonly bySku: ReadonlyMap<string, ImportedProduct> }> {
  const digits = currencyDigits(known.currency);
  const bySku = new Map<string, ImportedProduct>();
  const firstRows = new Map<string, number>();
  const faults: RowFault[] = [];
  const commands: PlannedCommand[] = [];
  const rows = await readRows(file, breathe, (reader): PlannedRow => {
    const sku = reader.need("sku", parseSku);
    const skuId = sku === undefined ? undefined : findSkuId(sku);
    const firstRow = skuId === undefined ? undefined : firstRows.get(skuId);
    if (firstRow !== undefined) reader.fault("sku", { wrong: "duplicate", firstRow });
    if (skuId !== undefined) firstRows.set(skuId, firstRow ?? reader.row);
    const name = reader.need("name", short);
    const priceMinor = reader.need("price", (text) => parseDecimal(text, digits, amountMinorMax));
    const given = fieldsOf(reader);
    const inStock = reader.find("inStock", (text) => parseWhole(text, 0, stockMax));
    const row = { row: reader.row, label: name ?? sku ?? "", fields: [] };
    const stream = findProductStream(sku ?? "");
    const stock = findStockStream(sku ?? "");
    const incomplete =
      sku === undefined || skuId === undefined || name === undefined || priceMinor === undefined;
    if (incomplete || stream === undefined || stock === undefined || reader.faults.length > 0) {
      faults.push(...reader.faults);
      return { ...row, status: "wrong" };
    }
    const product = known.products.get(skuId) ?? noProduct;
    const command = {
      type: "import-product",
      data: { sku, fields: { ...given, name, priceMinor } },
    } as const;
    const decision = decideProduct(command, product);
    bySku.set(skuId, { sku, name, unit: given.unit ?? (product.status === "known" ? product.unit : "") });
    if (decision.outcome === "events") commands.push({ stream, command });
    const opens = inStock !== undefined && !known.stocked.has(skuId);
    if (opens)
      commands.push({ stream: stock, command: { type: "open-stock", data: { sku, quantity: inStock } } });
    if (decision.outcome !== "events")
      return { ...row, status: opens ? "changed" : "same", fields: opens ? ["stock"] : [] };
    const [event] = decision.events;
    if (event.type === "product-added") return { ...row, status: "new" };
    return { ...row, status: "changed", fields: Object.keys(event.data.changes) };
  });
  const { unused } = file.recognised;
  return { plan: listPlan({ list: "products", file: file.name, rows, faults, unused, commands }), bySku };
}

function fieldsOf(reader: RowReader<"products">): Partial<ProductFields> {
  return defined({
    category: reader.find("category", short),
    unit: reader.find("unit", short),
    taxPpm: reader.find("tax", (text) => parseTaxPercent(text, taxPpmMax)),
    barcodes: reader.find("barcode", (text) => parseBarcodes(text, barcodesMax, limits.shortText)),
    minQuantity: reader.find("minQuantity", (text) => parseWhole(text, 1, quantityMax)),
    stepQuantity: reader.find("stepQuantity", (text) => parseWhole(text, 1, quantityMax)),
    reorderLevel: reader.find("reorderLevel", (text) => parseWhole(text, 0, stockMax)),
    archived: reader.find("archived", parseYesNo),
  });
}
