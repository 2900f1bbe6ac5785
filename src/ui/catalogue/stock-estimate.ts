import type { StockView } from "../../device/views/stock-figures.ts";

/** What can be told of a product's stock. `left` may be below zero: more is promised than there is. */
export interface StockEstimate {
  readonly left: number;
  readonly state: "enough" | "low" | "short";
}

/** What is left of a stock once open orders are served; `reorderLevel` 0 marks nothing as low. */
export function estimateStock(stock: StockView, reorderLevel: number): StockEstimate {
  const left = stock.onHand - stock.promised;
  if (left < 0) return { left, state: "short" };
  return { left, state: reorderLevel > 0 && left <= reorderLevel ? "low" : "enough" };
}
