import { describe, expect, test } from "vitest";
import type { OrderEvent } from "../../../src/domain/order/order-events.ts";
import { orderLinesMax } from "../../../src/domain/order/order-limits.ts";
import { added, aLine, cancelled, drafted, orders, placed, shipped, uuid } from "../builders.ts";

const { given } = orders;
const first = aLine(1, { quantity: 5 });
const ordered = [drafted(), added(1, { quantity: 5 }), added(2), placed([first, aLine(2)])] as const;
const onlyOne = [drafted(), added(1, { quantity: 5 }), placed([first])] as const;
const substitute = aLine(3, { quantity: 5 });

const backOrdered = (quantity: number): OrderEvent => ({
  type: "line-back-ordered",
  schemaVersion: 1,
  data: { lineId: uuid(1), quantity },
});
const removed = (n: number): OrderEvent => ({
  type: "line-removed",
  schemaVersion: 1,
  data: { lineId: uuid(n) },
});
const changed = (from: number, to: number): OrderEvent => ({
  type: "line-quantity-changed",
  schemaVersion: 1,
  data: { lineId: uuid(1), from, to },
});
const wait = (quantity: number) =>
  ({ type: "back-order-line", data: { lineId: uuid(1), quantity } }) as const;
const replace = { type: "substitute-line", data: { lineId: uuid(1), line: substitute } } as const;

describe("waiting for a short line", () => {
  test("the line keeps how many of it the customer waits for", () => {
    given(...ordered)
      .when(wait(3))
      .then(backOrdered(3));
    expect(given(...ordered, backOrdered(3)).state).toMatchObject({
      status: "placed",
      lines: [{ lineId: uuid(1), quantity: 5, backOrdered: 3 }, {}],
    });
  });

  test("saying the same again says nothing new; another figure replaces the first", () => {
    given(...ordered, backOrdered(3))
      .when(wait(3))
      .thenAlready();
    given(...ordered, backOrdered(3))
      .when(wait(4))
      .then(backOrdered(4));
  });

  test("another quantity is another question: what was said goes, whichever way it came", () => {
    const { state } = given(...ordered, backOrdered(3), changed(5, 4));
    expect(state).toMatchObject({ lines: [{ quantity: 4 }, {}] });
    expect(state).not.toHaveProperty("lines.0.backOrdered");
  });

  test("nobody waits for more than the line asks for", () => {
    given(...ordered, changed(5, 2))
      .when(wait(3))
      .thenRejected({
        reason: "back-order-too-large",
        lineId: uuid(1),
        sku: "TEA-1",
        name: "Tea 1",
        quantity: 3,
        ordered: 2,
      });
  });

  test("only a line of a placed order is waited for", () => {
    given(drafted(), added(1)).when(wait(1)).thenRejected({ reason: "order-not-placed", status: "draft" });
    given(...ordered, shipped)
      .when(wait(1))
      .thenRejected({ reason: "order-not-placed", status: "shipped" });
    given(...ordered, removed(1))
      .when(wait(1))
      .thenRejected({ reason: "line-not-found", lineId: uuid(1), removed: true });
  });
});

describe("taking another product instead", () => {
  test("the line goes and the other comes, as one command", () => {
    given(...ordered)
      .when(replace)
      .then(removed(1), added(3, { quantity: 5 }));
  });

  test("the only line of a placed order is replaced too: the other comes first", () => {
    given(...onlyOne)
      .when(replace)
      .then(added(3, { quantity: 5 }), removed(1));
  });

  test("a full order has room for the other, since the line goes first", () => {
    const full = Array.from({ length: orderLinesMax }, (_, index) => aLine(index + 1));
    const events = [drafted(), ...full.map((line) => added(1, line))];
    const other = aLine(orderLinesMax + 1);
    given(...events)
      .when({ type: "substitute-line", data: { lineId: uuid(1), line: other } })
      .then(removed(1), added(1, other));
  });

  test("both or neither: nothing comes for a line that somebody took off meanwhile", () => {
    given(...ordered, removed(1))
      .when(replace)
      .thenRejected({ reason: "line-not-found", lineId: uuid(1), removed: true });
  });

  test("both or neither: nothing goes for a line that cannot come", () => {
    const twice = { type: "substitute-line", data: { lineId: uuid(1), line: aLine(2) } } as const;
    given(...ordered)
      .when(twice)
      .thenRejected({ reason: "line-exists", lineId: uuid(2) });
  });

  test("[L4] done already, it is not done again", () => {
    given(...ordered, removed(1), added(3, { quantity: 5 }))
      .when(replace)
      .thenAlready();
  });

  test("a cancelled order takes no other product", () => {
    given(...ordered, cancelled)
      .when(replace)
      .thenRejected({ reason: "order-not-open", status: "cancelled" });
  });
});
