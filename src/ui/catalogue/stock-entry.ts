import type { StockView } from "../../device/stock-figures.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { type StockCommand, stockMax } from "../../domain/stock/stock.ts";
import { findStockStream, type StreamKey } from "../../domain/stream-key.ts";
import { parseEntry } from "../orders/entry-text.ts";

/** What is written down: what stands on the shelf, or what came in. */
export type StockMode = "count" | "receive";

/** What Enter does in the box. `ask`: the product is known and the figure is not; the box becomes `text` to type it into. */
export type StockEntry =
  | { readonly outcome: "nothing" }
  | { readonly outcome: "unknown"; readonly text: string }
  | { readonly outcome: "ask"; readonly text: string }
  | { readonly outcome: "wrong" }
  | {
      readonly outcome: "save";
      readonly stream: StreamKey;
      readonly command: StockCommand;
      readonly quantity: number;
    };

/**
 * Reads the box when Enter is pressed, with the product that is marked in its list. A quantity is always typed: a
 * second scan in its place is longer than any quantity, so it is refused and never taken for one.
 */
export function readStockEntry(
  typed: string,
  product: KnownProduct | undefined,
  mode: StockMode,
): StockEntry {
  const entry = parseEntry(typed);
  if (entry.kind === "nothing") return { outcome: "nothing" };
  if (entry.kind === "adjust" || product === undefined) return { outcome: "unknown", text: typed.trim() };
  const stream = findStockStream(product.sku);
  if (stream === undefined) return { outcome: "unknown", text: typed.trim() };
  const { quantity } = entry;
  if (quantity === undefined) return { outcome: "ask", text: `*${product.sku}` };
  if (quantity > stockMax || (mode === "receive" && quantity < 1)) return { outcome: "wrong" };
  const data = { sku: product.sku, quantity };
  const command: StockCommand =
    mode === "count" ? { type: "count-stock", data } : { type: "receive-stock", data };
  return { outcome: "save", stream, command, quantity };
}

/**
 * Takes a figure back: a count of what was there before it. A product that nobody had counted is counted as none, since
 * what was written down cannot be unwritten.
 */
export function undoStockEntry(sku: string, before: StockView | undefined): StockCommand {
  return { type: "count-stock", data: { sku, quantity: Math.max(0, before?.onHand ?? 0) } };
}
