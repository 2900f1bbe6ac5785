import { describe, expect, test } from "vitest";
import { addressLine } from "../../../src/domain/address.ts";
import type { ExistingOrder } from "../../../src/domain/order/order-state.ts";
import { added, aHeader, aLine, anAddress, drafted, orders, placed, shipped, uuid } from "../builders.ts";

const { given } = orders;
const draft = [drafted(), added(1), added(2)] as const;
const open = [...draft, placed([aLine(1), aLine(2)])] as const;
const line = uuid(1);

describe("taking an order", () => {
  test("an order begins as a draft with its number", () => {
    given()
      .when({ type: "start-order", data: { ...aHeader(), number: "K7-1" } })
      .then(drafted());
    expect(given(drafted()).state).toMatchObject({
      status: "draft",
      number: "K7-1",
      lines: [],
      historical: false,
    });
  });

  test("an order begins once", () => {
    given(drafted())
      .when({ type: "start-order", data: { ...aHeader(), number: "K7-2" } })
      .thenRejected({ reason: "order-exists", status: "draft" });
  });

  test("a line is added with name, price and tax as captured", () => {
    given(drafted())
      .when({ type: "add-line", data: aLine(1) })
      .then(added(1));
    expect(given(drafted(), added(1)).state).toMatchObject({ lines: [aLine(1)] });
  });

  test("the same line is added once, also after it was removed", () => {
    const removed = { type: "line-removed", schemaVersion: 1, data: { lineId: line } } as const;
    const again = { type: "add-line", data: aLine(1) } as const;
    given(drafted(), added(1)).when(again).thenRejected({ reason: "line-exists", lineId: line });
    given(drafted(), added(1), removed).when(again).thenRejected({ reason: "line-exists", lineId: line });
  });

  test("nothing is wished of an order that is not there", () => {
    given()
      .when({ type: "add-line", data: aLine(1) })
      .thenRejected({ reason: "order-not-found" });
    given().when({ type: "place-order", data: {} }).thenRejected({ reason: "order-not-found" });
    given()
      .when({ type: "change-order-details", data: { changes: { note: { from: "", to: "a" } } } })
      .thenRejected({ reason: "order-not-found" });
  });

  test("quantities have a range", () => {
    const max = 1_000_000;
    for (const quantity of [0, max + 1]) {
      given(drafted())
        .when({ type: "add-line", data: aLine(1, { quantity }) })
        .thenRejected({ reason: "quantity-out-of-range", quantity, max });
    }
    given(...draft)
      .when({ type: "set-quantity", data: { lineId: line, from: 2, to: 0 } })
      .thenRejected({ reason: "quantity-out-of-range", quantity: 0, max });
    given(...draft)
      .when({ type: "add-quantity", data: { lineId: line, by: -2 } })
      .thenRejected({ reason: "quantity-out-of-range", quantity: 0, max });
  });

  test("an order has at most 1,200 lines", () => {
    const full = Array.from({ length: 1200 }, (_, index) => added(index + 1));
    given(drafted(), ...full)
      .when({ type: "add-line", data: aLine(2000) })
      .thenRejected({ reason: "too-many-lines", max: 1200 });
  });
});

describe("changing an order", () => {
  test("a quantity is set from the one that was seen", () => {
    given(...draft)
      .when({ type: "set-quantity", data: { lineId: line, from: 2, to: 5 } })
      .then({ type: "line-quantity-changed", schemaVersion: 1, data: { lineId: line, from: 2, to: 5 } });
  });

  test("[L10] the same field changed to different values is a conflict that shows both", () => {
    const theirs = {
      type: "line-quantity-changed",
      schemaVersion: 1,
      data: { lineId: line, from: 2, to: 9 },
    } as const;
    given(...draft, theirs)
      .when({ type: "set-quantity", data: { lineId: line, from: 2, to: 5 } })
      .thenRejected({
        reason: "line-changed-meanwhile",
        lineId: line,
        sku: "TEA-1",
        name: "Tea 1",
        conflict: { field: "quantity", before: 2, yours: 5, theirs: 9 },
      });
  });

  test("[L10] two people's additions to one line are both kept", () => {
    const theirs = {
      type: "line-quantity-changed",
      schemaVersion: 1,
      data: { lineId: line, from: 2, to: 9 },
    } as const;
    given(...draft, theirs)
      .when({ type: "add-quantity", data: { lineId: line, by: 3 } })
      .then({ type: "line-quantity-changed", schemaVersion: 1, data: { lineId: line, from: 9, to: 12 } });
  });

  test("a line that was removed meanwhile is told from one that never was", () => {
    const removed = { type: "line-removed", schemaVersion: 1, data: { lineId: line } } as const;
    given(...draft, removed)
      .when({ type: "set-quantity", data: { lineId: line, from: 2, to: 5 } })
      .thenRejected({ reason: "line-not-found", lineId: line, removed: true });
    given(...draft)
      .when({ type: "remove-line", data: { lineId: uuid(77) } })
      .thenRejected({ reason: "line-not-found", lineId: uuid(77), removed: false });
    expect(given(...draft, removed).state).toMatchObject({ lines: [aLine(2)], removedLineIds: [line] });
  });

  test("discount and note of a line change on their own", () => {
    given(...draft)
      .when({ type: "set-line-discount", data: { lineId: line, from: 0, to: 500 } })
      .then({ type: "line-discount-changed", schemaVersion: 1, data: { lineId: line, from: 0, to: 500 } });
    given(...draft)
      .when({ type: "set-line-note", data: { lineId: line, from: "", to: "no sugar" } })
      .then({
        type: "line-note-changed",
        schemaVersion: 1,
        data: { lineId: line, from: "", to: "no sugar" },
      });
  });

  test("details change field by field; only the same field is a conflict (L10)", () => {
    const theirs = {
      type: "order-details-changed",
      schemaVersion: 1,
      data: { changes: { note: { from: "", to: "ring twice" } } },
    } as const;
    given(...draft, theirs)
      .when({ type: "change-order-details", data: { changes: { reference: { from: "", to: "PO 9" } } } })
      .then({
        type: "order-details-changed",
        schemaVersion: 1,
        data: { changes: { reference: { from: "", to: "PO 9" } } },
      });
    given(...draft, theirs)
      .when({ type: "change-order-details", data: { changes: { note: { from: "", to: "knock" } } } })
      .thenRejected({
        reason: "details-changed-meanwhile",
        conflicts: [{ field: "note", before: "", yours: "knock", theirs: "ring twice" }],
      });
  });

  test("a placed order is amended until it ships", () => {
    given(...open)
      .when({ type: "add-line", data: aLine(3) })
      .then(added(3));
    given(...open, shipped)
      .when({ type: "add-line", data: aLine(3) })
      .thenRejected({ reason: "order-not-open", status: "shipped" });
  });

  test("a placed order keeps its last line", () => {
    const one = [drafted(), added(1), placed([aLine(1)])] as const;
    given(...one)
      .when({ type: "remove-line", data: { lineId: line } })
      .thenRejected({ reason: "last-line-of-placed-order", lineId: line });
  });

  test("no change makes an amount that cannot be computed", () => {
    const dear = { quantity: 1_000_000, unitPriceMinor: 9_000_000_000, discountBps: 10_000 };
    const order = [
      drafted({ taxMode: "exclusive" }),
      added(1, { ...dear, discountBps: 0 }),
      added(2, dear),
    ] as const;
    given(...order)
      .when({ type: "set-line-discount", data: { lineId: uuid(2), from: 10_000, to: 0 } })
      .thenRejected({ reason: "amount-too-large" });
    given(...order)
      .when({
        type: "change-order-details",
        data: { changes: { freightMinor: { from: 0, to: 10_000_000_000_000 } } },
      })
      .thenRejected({ reason: "amount-too-large" });
    given(...order)
      .when({ type: "add-line", data: aLine(3, { ...dear, discountBps: 0 }) })
      .thenRejected({ reason: "amount-too-large" });
  });
});

test("an address reads as on an envelope", () => {
  expect(addressLine(anAddress({ region: "Connacht" }))).toBe(
    "Harbour Café, 3 Quay Street, H91 A1 Galway, Connacht, Ireland",
  );
  expect(addressLine(anAddress({ name: "", street: "", city: "", postalCode: "" }))).toBe("Ireland");
});

test("a change to one line leaves the others as they are", () => {
  const state = given(...draft, {
    type: "line-note-changed",
    schemaVersion: 1,
    data: { lineId: line, from: "", to: "x" },
  }).state;
  expect((state as ExistingOrder).lines).toEqual([aLine(1, { note: "x" }), aLine(2)]);
});
