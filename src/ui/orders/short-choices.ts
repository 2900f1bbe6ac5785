import type { LineAnswer } from "../../device/views/stock-answer.ts";
import type { OrderCommand } from "../../domain/order/order-commands.ts";
import type { OrderLine } from "../../domain/order/order-line.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { allowedQuantity } from "./allowed-quantity.ts";

/** What somebody may choose for a line that is short. */
export type ShortChoice = "take" | "wait" | "substitute" | "remove" | "cancel";

/**
 * What is offered for a short line, the likeliest first. Nothing reserved leaves nothing to take; the only line of an
 * order cannot go, the whole order can.
 */
export function shortChoices(answer: LineAnswer, isLast: boolean): readonly ShortChoice[] {
  const take: readonly ShortChoice[] = answer.reserved > 0 ? ["take"] : [];
  const wait: readonly ShortChoice[] = answer.waited ? [] : ["wait"];
  return [...take, ...wait, "substitute", isLast ? "cancel" : "remove"];
}

/** The command of a choice that needs nothing else. */
export function shortCommand(
  choice: Exclude<ShortChoice, "substitute" | "cancel">,
  line: OrderLine,
  answer: LineAnswer,
): OrderCommand {
  const { lineId } = line;
  if (choice === "wait") return { type: "back-order-line", data: { lineId, quantity: answer.short } };
  if (choice === "remove") return { type: "remove-line", data: { lineId } };
  return { type: "set-quantity", data: { lineId, from: line.quantity, to: answer.reserved } };
}

/**
 * The line of another product instead of a short one: the same quantity, sold as that product is sold; its note and
 * discount stay behind.
 */
export function substituteLine(product: KnownProduct, line: OrderLine, lineId: string): OrderLine {
  const { sku, name, unit, priceMinor, taxPpm } = product;
  const quantity = allowedQuantity(product, line.quantity);
  return { lineId, sku, name, unit, quantity, unitPriceMinor: priceMinor, discountBps: 0, taxPpm, note: "" };
}
