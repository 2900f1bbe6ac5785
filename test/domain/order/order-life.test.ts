import { describe, expect, test } from "vitest";
import { added, aLine, anAddress, cancelled, drafted, orders, placed, shipped, uuid } from "../builders.ts";

const { given } = orders;
const draft = [drafted(), added(1), added(2)] as const;
const open = [...draft, placed([aLine(1), aLine(2)])] as const;
const line = uuid(1);

describe("the life of an order", () => {
  test("placing carries the whole order with its totals", () => {
    given(...draft)
      .when({ type: "place-order", data: {} })
      .then(placed([aLine(1), aLine(2)]));
    expect(given(...open).state).toMatchObject({ status: "placed", number: "K7-1" });
  });

  test("an empty order is not placed, nor a cancelled one", () => {
    given(drafted()).when({ type: "place-order", data: {} }).thenRejected({ reason: "order-empty" });
    given(...draft, cancelled)
      .when({ type: "place-order", data: {} })
      .thenRejected({ reason: "order-not-draft", status: "cancelled" });
  });

  test("a placing that tells other lines, totals or address than the order has is refused", () => {
    given(...draft)
      .whenRecorded(placed([aLine(1)]))
      .thenRejected({ reason: "placed-differs", field: "lines" });
    const whole = placed([aLine(1), aLine(2)]);
    given(...draft)
      .whenRecorded({ ...whole, data: { ...whole.data, totals: { ...whole.data.totals, totalMinor: 1 } } })
      .thenRejected({ reason: "placed-differs", field: "totals" });
    given(...draft)
      .whenRecorded({ ...whole, data: { ...whole.data, shipTo: anAddress() } })
      .thenRejected({ reason: "placed-differs", field: "shipTo" });
  });

  test("only a placed order ships", () => {
    given(...open)
      .when({ type: "ship-order", data: { shippedOn: "2026-01-07" } })
      .then(shipped);
    given(...draft)
      .when({ type: "ship-order", data: { shippedOn: "2026-01-07" } })
      .thenRejected({ reason: "order-not-placed", status: "draft" });
    expect(given(...open, shipped).state).toMatchObject({ status: "shipped", shippedOn: "2026-01-07" });
  });

  test("an order is cancelled until it ships", () => {
    given(...open)
      .when({ type: "cancel-order", data: { note: "closed" } })
      .then(cancelled);
    given(...open, shipped)
      .when({ type: "cancel-order", data: { note: "closed" } })
      .thenRejected({ reason: "order-not-open", status: "shipped" });
    expect(given(...open, cancelled).state).toMatchObject({ status: "cancelled", cancelNote: "closed" });
  });

  test("a number that turned out taken is replaced, the printed one stays known", () => {
    const renumbered = {
      type: "order-renumbered",
      schemaVersion: 1,
      data: { from: "K7-1", to: "M2-1" },
    } as const;
    given(...open)
      .when({ type: "renumber-order", data: { from: "K7-1", to: "M2-1" } })
      .then(renumbered);
    expect(given(...open, renumbered).state).toMatchObject({ number: "M2-1", formerNumbers: ["K7-1"] });
    given(...open, renumbered)
      .when({ type: "renumber-order", data: { from: "K7-1", to: "Q9-1" } })
      .thenRejected({ reason: "number-changed-meanwhile", current: "M2-1" });
  });

  test("a number that no server took is noted on the order, which is found by it and keeps the one that it has", () => {
    const noted = {
      type: "order-renumbered",
      schemaVersion: 1,
      data: { from: "Q9-1", to: "K7-1" },
    } as const;
    const note = { type: "renumber-order", data: noted.data } as const;
    given(...open)
      .when(note)
      .then(noted);
    expect(given(...open, noted).state).toMatchObject({ number: "K7-1", formerNumbers: ["Q9-1"] });
    given(...open, noted)
      .when(note)
      .thenAlready();
  });

  test("times are those of the events", () => {
    expect(given(...open).state).toMatchObject({
      startedAt: "2026-01-05T09:00:01.000Z",
      placedAt: "2026-01-05T09:00:04.000Z",
      changedAt: "2026-01-05T09:00:04.000Z",
    });
  });
});

describe("what holds already", () => {
  const renumbered = {
    type: "order-renumbered",
    schemaVersion: 1,
    data: { from: "K7-1", to: "M2-1" },
  } as const;
  const removed = { type: "line-removed", schemaVersion: 1, data: { lineId: line } } as const;
  const changed = {
    type: "order-details-changed",
    schemaVersion: 1,
    data: { changes: { note: { from: "", to: "x" } } },
  } as const;

  test.each([
    ["a quantity", draft, { type: "set-quantity", data: { lineId: line, from: 9, to: 2 } }],
    ["nothing more", draft, { type: "add-quantity", data: { lineId: line, by: 0 } }],
    ["a line's discount", draft, { type: "set-line-discount", data: { lineId: line, from: 9, to: 0 } }],
    ["a line's note", draft, { type: "set-line-note", data: { lineId: line, from: "b", to: "" } }],
    ["a removal", [...draft, removed], { type: "remove-line", data: { lineId: line } }],
    [
      "a detail",
      [...draft, changed],
      { type: "change-order-details", data: { changes: { note: { from: "", to: "x" } } } },
    ],
    ["a placing", open, { type: "place-order", data: {} }],
    ["a placing of what has shipped", [...open, shipped], { type: "place-order", data: {} }],
    ["a shipping", [...open, shipped], { type: "ship-order", data: { shippedOn: "2026-01-09" } }],
    ["a cancelling", [...draft, cancelled], { type: "cancel-order", data: { note: "other" } }],
    ["a number", [...draft, renumbered], { type: "renumber-order", data: { from: "K7-1", to: "M2-1" } }],
  ] as const)("%s is settled", (_what, events, command) => {
    given(...events)
      .when(command)
      .thenAlready();
  });
});
