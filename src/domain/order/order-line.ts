import type { PricedLine } from "../totals.ts";

/**
 * One line of an order. Name, unit, price and tax are as captured when the line was added: a later change of the
 * product never alters an order. `quantity` is a whole number >= 1 of `unit`.
 */
export interface OrderLine extends PricedLine {
  readonly lineId: string;
  readonly sku: string;
  readonly name: string;
  readonly unit: string;
  readonly note: string;
}

/**
 * A line as it is on an order. `backOrdered` is for how many of it the customer waits, 1..quantity: somebody was told
 * that it is short and chose so. It goes when the quantity changes, since then the question is another one.
 */
export interface StandingLine extends OrderLine {
  readonly backOrdered?: number;
}
