import type { StockView } from "../../device/views/stock-figures.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { type StockCommand, stockMax } from "../../domain/stock/stock.ts";
import { findStockStream, type StreamKey } from "../../domain/stream-key.ts";
import { parseEntry } from "./entry-text.ts";

/** What is written down: what is on the shelf, or what came in. */
export type StockMode = "count" | "receive";

/**
 * What Enter does in the box. `ask`: the product is known and the figure is not; the box becomes `text` to type it
 * into.
 */
export type StockEntry =
  | { readonly outcome: "nothing" }
  | { readonly outcome: "unknown"; readonly text: string }
  /** Several products have exactly this code: a person chooses. */
  | { readonly outcome: "several"; readonly text: string }
  | { readonly outcome: "ask"; readonly text: string }
  | { readonly outcome: "wrong" }
  | {
      readonly outcome: "save";
      readonly stream: StreamKey;
      readonly command: StockCommand;
      readonly quantity: number;
    };

/**
 * Reads the box when Enter is pressed, with the product that is marked in its list, and how many products have exactly
 * what is there as their code. A quantity is always typed: scans are told by their speed and never reach it, and a
 * number of seven figures or more is none.
 */
export function readStockEntry(
  typed: string,
  product: KnownProduct | undefined,
  mode: StockMode,
  exactCount = 1,
): StockEntry {
  const entry = parseEntry(typed);
  if (entry.kind === "nothing") return { outcome: "nothing" };
  if (entry.kind === "no-quantity") return { outcome: "wrong" };
  if (entry.kind === "product" && product === undefined && exactCount > 1) {
    return { outcome: "several", text: entry.text.replace(/^\*/, "") };
  }
  if (entry.kind === "adjust" || product === undefined) return { outcome: "unknown", text: typed.trim() };
  const stream = findStockStream(product.sku);
  if (stream === undefined) return { outcome: "unknown", text: typed.trim() };
  const { quantity } = entry;
  if (quantity === undefined) return { outcome: "ask", text: `*${product.sku}` };
  if (quantity > stockMax || quantity >= sevenFigures || (mode === "receive" && quantity < 1))
    return { outcome: "wrong" };
  const data = { sku: product.sku, quantity };
  const command: StockCommand =
    mode === "count" ? { type: "count-stock", data } : { type: "receive-stock", data };
  return { outcome: "save", stream, command, quantity };
}

/** What a scan does to the box. */
export interface StockScan {
  /** Written down at once: the figure was there already (`12*`). */
  readonly entry: string;
  /** What was there and was not saved, to be told: it was meant for something else. */
  readonly unsaved: string | undefined;
}

/**
 * Reads a scan of a product into the box, which may hold something already. A figure alone is for this product; the
 * product that was asked about before it, without a figure, is let go; anything else was not finished.
 */
export function readStockScan(typed: string, sku: string): StockScan {
  const text = typed.trim();
  const figure = figureAlone(text);
  if (figure !== undefined) return { entry: `${figure}*${sku}`, unsaved: undefined };
  return { entry: `*${sku}`, unsaved: text === "" || text.startsWith("*") ? undefined : text };
}

/** The figure where nothing but one is in the box (`12*`): it is for what is scanned next, and nothing after that. */
export function figureAlone(typed: string): string | undefined {
  return /^(\d{1,7})\s*[*×]$/u.exec(typed.trim())?.[1];
}

const sevenFigures = 1_000_000;

/**
 * Takes a figure back: a count of what was there before it. A product that nobody had counted is counted as none, since
 * an entry cannot be removed again.
 */
export function undoStockEntry(sku: string, before: StockView | undefined): StockCommand {
  return { type: "count-stock", data: { sku, quantity: Math.max(0, before?.onHand ?? 0) } };
}
