import { quantityMax } from "../../domain/order/order-limits.ts";
import type { OrderLine } from "../../domain/order/order-line.ts";
import { findSkuId } from "../../domain/stream-key.ts";
import { importedId } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import type { KnownThings, RowFault } from "./import-plan.ts";
import {
  currencyDigits,
  parseDecimal,
  parsePercent,
  parseTaxPercent,
  parseText,
  parseWhole,
} from "./parse-cell.ts";
import { amountMinorMax, type ImportedProduct, parseSku, taxPpmMax } from "./plan-products.ts";
import { type Breathe, type ListFile, type RowReader, readRows } from "./read-rows.ts";

/** One row of the lines' file. `line` is undefined where the row is wrong. */
export interface ReadLine {
  readonly row: number;
  readonly ref: string;
  readonly label: string;
  readonly line: OrderLine | undefined;
  readonly faults: readonly RowFault[];
}

const short = (text: string) => parseText(text, limits.shortText);

/** The order number that a row names, as it is compared: trimmed, composed. */
export function parseRef(text: string) {
  return short(text);
}

/**
 * Reads the lines of imported orders. Ids derive from order and SKU (and which line of that SKU it is, counted from the
 * first), so that two devices agree. Name and unit are captured from the list's own columns, else from the products; a
 * line that is already here keeps what it captured.
 */
export async function readOrderLines(
  file: ListFile<"orderLines">,
  known: KnownThings,
  bySku: ReadonlyMap<string, ImportedProduct>,
  breathe: Breathe,
): Promise<readonly ReadLine[]> {
  const digits = currencyDigits(known.currency);
  const seen = new Map<string, number>();
  return readRows(file, breathe, (reader): ReadLine => {
    const ref = reader.need("ref", parseRef);
    const sku = reader.need("sku", parseSku);
    const quantity = reader.need("quantity", (text) => parseWhole(text, 1, quantityMax));
    const unitPriceMinor = reader.need("price", (text) => parseDecimal(text, digits, amountMinorMax));
    const discountBps = reader.find("discount", (text) => parsePercent(text, 10_000)) ?? 0;
    const taxPpm = reader.find("tax", (text) => parseTaxPercent(text, taxPpmMax)) ?? 0;
    const note = reader.find("note", (text) => parseText(text, limits.longText)) ?? "";
    const key = `${ref ?? ""}/${findSkuId(sku ?? "") ?? ""}`;
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    const lineId = importedId("line", nth === 1 ? key : `${key}/${nth}`);
    const captured = sku === undefined ? undefined : capture(reader, sku, lineId, ref ?? "", known, bySku);
    if (sku !== undefined && captured === undefined) reader.fault("sku", { wrong: "unknown-product" });
    const label = [ref, sku].filter((part) => part !== undefined).join(" · ");
    const { row, faults } = reader;
    if (
      faults.length > 0 ||
      captured === undefined ||
      quantity === undefined ||
      unitPriceMinor === undefined
    ) {
      return { row, ref: ref ?? "", label, line: undefined, faults };
    }
    const line = { lineId, ...captured, note, quantity, unitPriceMinor, discountBps, taxPpm };
    return { row, ref: ref ?? "", label, line, faults };
  });
}

/** SKU, name and unit as the line captures them; undefined for a SKU that is not known here. */
function capture(
  reader: RowReader<"orderLines">,
  sku: string,
  lineId: string,
  ref: string,
  known: KnownThings,
  bySku: ReadonlyMap<string, ImportedProduct>,
): Pick<OrderLine, "sku" | "name" | "unit"> | undefined {
  const here = known.orders.get(importedId("order", ref))?.lines.find((line) => line.lineId === lineId);
  const skuId = findSkuId(sku) ?? "";
  const product = here ?? bySku.get(skuId) ?? known.products.get(skuId);
  const name = reader.find("name", short) ?? product?.name;
  if (name === undefined) return undefined;
  return { sku: product?.sku ?? sku, name, unit: reader.find("unit", short) ?? product?.unit ?? "" };
}
