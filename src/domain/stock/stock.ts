import { already, type Decision, recordIfAccepted } from "../decision.ts";
import type { CommandOf, EventOf, Happened } from "../event.ts";
import { unreachable } from "../unreachable.ts";

/** Sets the stock of a product that has none recorded yet (an import); later ones change nothing. */
export type OpenStock = CommandOf<"open-stock", StockQuantity>;
/** Somebody counted the shelf: this is what is there. */
export type CountStock = CommandOf<"count-stock", StockQuantity>;
/** Goods came in. */
export type ReceiveStock = CommandOf<"receive-stock", StockQuantity>;
export type StockCommand = OpenStock | CountStock | ReceiveStock;

/** `quantity` is a whole number of the product's unit: >= 0 counted, >= 1 received. */
export interface StockQuantity {
  readonly sku: string;
  readonly quantity: number;
}

export type StockCounted = EventOf<"stock-counted", 1, StockQuantity>;
export type StockReceived = EventOf<"stock-received", 1, StockQuantity>;
export type StockEvent = StockCounted | StockReceived;

export interface NoStock {
  readonly status: "none";
}
/**
 * `onHand` is what was counted last and came in since, whatever has been shipped from it: that is told by
 * `level/<sku>`. `asOf` is when the last count or receipt happened: the age of the figure.
 */
export interface KnownStock {
  readonly status: "known";
  readonly sku: string;
  readonly onHand: number;
  readonly asOf: string;
  /** How often it was counted, and what came in since the last count: what tells two states of it apart. */
  readonly counts: number;
  readonly receivedSinceCount: number;
}
export type StockState = NoStock | KnownStock;

export type StockRejection = { readonly reason: "stock-too-large"; readonly max: number };

/** The largest stock of one product. */
export const stockMax = 1_000_000_000;

/** Stock before its first event. */
export const noStock: NoStock = { status: "none" };

/** From what somebody wants of a stock to the facts that follow, or why none do. */
export function decideStock(command: StockCommand, stock: StockState): Decision<StockEvent, StockRejection> {
  switch (command.type) {
    case "open-stock":
      if (stock.status === "known") return already;
      return fact({ type: "stock-counted", schemaVersion: 1, data: command.data }, stock);
    case "count-stock":
      return fact({ type: "stock-counted", schemaVersion: 1, data: command.data }, stock);
    case "receive-stock":
      return fact({ type: "stock-received", schemaVersion: 1, data: command.data }, stock);
    default:
      return unreachable(command);
  }
}

function fact(event: StockEvent, stock: StockState): Decision<StockEvent, StockRejection> {
  return recordIfAccepted(acceptsStock, event, stock);
}

/** May this fact follow this state? */
export function acceptsStock(event: StockEvent, stock: StockState): StockRejection | undefined {
  return afterwards(event, stock) > stockMax ? { reason: "stock-too-large", max: stockMax } : undefined;
}

/** The stock after one more event. */
export function evolveStock(stock: StockState, event: Happened<StockEvent>): StockState {
  if (event.type !== "stock-counted" && event.type !== "stock-received") return stock;
  const before = stock.status === "known" ? stock : { counts: 0, receivedSinceCount: 0 };
  const since =
    event.type === "stock-counted"
      ? { counts: before.counts + 1, receivedSinceCount: 0 }
      : { counts: before.counts, receivedSinceCount: before.receivedSinceCount + event.data.quantity };
  return { status: "known", sku: event.data.sku, onHand: afterwards(event, stock), asOf: event.at, ...since };
}

function afterwards(event: StockEvent, stock: StockState): number {
  const before = stock.status === "known" && event.type === "stock-received" ? stock.onHand : 0;
  return before + event.data.quantity;
}
