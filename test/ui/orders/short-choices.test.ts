import { expect, test } from "vitest";
import type { LineAnswer } from "../../../src/device/views/stock-answer.ts";
import { shortChoices, shortCommand, substituteLine } from "../../../src/ui/orders/short-choices.ts";
import { aLine, uuid } from "../../domain/builders.ts";
import { product } from "../builders.ts";

const line = aLine(1, { quantity: 5, note: "warm", discountBps: 500 });
const { lineId } = line;
const answer = (more: Partial<LineAnswer> = {}): LineAnswer => ({
  lineId,
  wanted: 5,
  reserved: 2,
  short: 3,
  ahead: [],
  waited: false,
  ...more,
});

test("of a short line one takes what is there, waits, takes something else, or takes it off", () => {
  expect(shortChoices(answer(), false)).toEqual(["take", "wait", "substitute", "remove"]);
});
test("nothing reserved leaves nothing to take", () => {
  expect(shortChoices(answer({ reserved: 0, short: 5 }), false)).toEqual(["wait", "substitute", "remove"]);
});
test("the only line of an order cannot go: the order can be cancelled", () => {
  expect(shortChoices(answer(), true).at(-1)).toBe("cancel");
});
test("who waits already is not offered to wait", () => {
  expect(shortChoices(answer({ waited: true }), false)).not.toContain("wait");
});
test("each choice is one command, on the line as it was seen", () => {
  expect(shortCommand("take", line, answer())).toEqual({
    type: "set-quantity",
    data: { lineId, from: 5, to: 2 },
  });
  expect(shortCommand("wait", line, answer())).toEqual({
    type: "back-order-line",
    data: { lineId, quantity: 3 },
  });
  expect(shortCommand("remove", line, answer())).toEqual({ type: "remove-line", data: { lineId } });
});
test("another product comes at its own price, as many as it is sold in, without the old line's discount and note", () => {
  const other = product({ sku: "JAM", name: "Jam", priceMinor: 250, stepQuantity: 6, minQuantity: 6 });
  expect(substituteLine(other.product, line, uuid(9))).toMatchObject({
    lineId: uuid(9),
    sku: "JAM",
    quantity: 6,
    unitPriceMinor: 250,
    discountBps: 0,
    note: "",
  });
});
