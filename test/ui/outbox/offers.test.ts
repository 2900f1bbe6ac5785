import { describe, expect, test } from "vitest";
import type { CommandRow, OutboxRow, ParkedReason, ParkedRow } from "../../../src/device/storage/rows.ts";
import { discard, park } from "../../../src/device/streams/stand.ts";
import type { HistoryEntry } from "../../../src/device/views/history.ts";
import type { KnownCommand, KnownRejection } from "../../../src/domain/kinds.ts";
import type { ExistingOrder } from "../../../src/domain/order/order-state.ts";
import { bulksOf } from "../../../src/ui/outbox/bulk.ts";
import { addAgain, type OfferFacts, offersFor } from "../../../src/ui/outbox/offers.ts";
import { whoChanged } from "../../../src/ui/outbox/who-changed.ts";
import { anOutboxRow, someTime } from "../../device/support/an-outbox-row.ts";
import { aHeader, aLine, uuid } from "../../domain/builders.ts";

const line = aLine(1, { quantity: 4, name: "Chai" });
const { lineId } = line;
const setQuantity: KnownCommand = { type: "set-quantity", data: { lineId, from: 4, to: 9 } };

function row(command: KnownCommand, parked: ParkedReason, more: Partial<CommandRow> = {}): ParkedRow {
  return park(anOutboxRow(1, `order/${uuid(50)}`, { command, sent: true, ...more }), parked, someTime);
}

const order: ExistingOrder = {
  ...aHeader(),
  status: "shipped",
  placedAt: "2026-01-05T10:00:00.000Z",
  shippedOn: "2026-01-06",
  number: "K7-1",
  formerNumbers: [],
  externalRef: null,
  historical: false,
  asImported: false,
  lines: [line],
  removedLineIds: [],
  startedAt: "2026-01-05T10:00:00.000Z",
  changedAt: "2026-01-05T10:00:00.000Z",
};
const around = (siblings: readonly OutboxRow[], more: Partial<OfferFacts> = {}): OfferFacts => ({
  order,
  lines: new Map([[lineId, line]]),
  siblings,
  mayOrder: true,
  hasPlace: true,
  today: "2026-02-01",
  ...more,
});
const rejected = (rejection: KnownRejection): ParkedReason => ({ why: "rejected", rejection });
const refused = (code: string): ParkedReason => ({
  why: "refused",
  problem: { type: `urn:docket:problem:${code}`, title: code, status: 403, code },
});
const offers = (one: OutboxRow, more: Partial<OfferFacts> = {}) => offersFor(one, around([one], more));

describe("what is offered about a parked command", () => {
  test("a new order, where this one is no longer open; never to send again what would be rejected again", () => {
    const late = row(setQuantity, rejected({ reason: "order-not-open", status: "shipped" }));
    expect(offers(late)).toEqual({ primary: "new-order", others: ["open", "discard"] });
    expect(offers(late, { mayOrder: false })).toEqual({ primary: "open", others: ["discard"] });
  });
  test("to look at the order, where nothing of it can go on a new one", () => {
    const noting: KnownCommand = { type: "set-line-note", data: { lineId, from: "", to: "warm" } };
    const late = row(noting, rejected({ reason: "order-not-open", status: "shipped" }));
    expect(offers(late)).toEqual({ primary: "open", others: ["discard"] });
  });
  test("to add the line again that somebody took off, with what was wanted of it", () => {
    const gone = row(setQuantity, rejected({ reason: "line-not-found", lineId, removed: true }));
    expect(offers(gone)).toMatchObject({ primary: "add-again" });
    expect(addAgain(gone, around([gone]).lines)).toMatchObject({ name: "Chai", quantity: 9 });
    const more = row({ type: "add-quantity", data: { lineId, by: 2 } }, gone.parked ?? { why: "stuck" });
    expect(addAgain(more, around([more]).lines)).toMatchObject({ quantity: 6 });
    expect(addAgain(more, new Map())).toBeUndefined();
  });
  test("both values, where two people gave one", () => {
    const conflict = { field: "quantity", before: 4, yours: 9, theirs: 8 };
    const both = rejected({ reason: "line-changed-meanwhile", lineId, sku: "T", name: "Chai", conflict });
    expect(offers(row(setQuantity, both))).toEqual({ primary: "keep-mine", others: ["keep-theirs"] });
  });
  test("to send again as the main thing only where it can help", () => {
    const add: KnownCommand = { type: "add-line", data: line };
    expect(offers(row(add, refused("number-taken"))).primary).toBe("send-again");
    expect(offers(row(add, { why: "stuck" })).primary).toBe("send-again");
    for (const code of ["not-allowed", "rule-broken", "invalid-event", "from-the-future"]) {
      const { primary, others } = offers(row(add, refused(code)));
      expect(primary).not.toBe("send-again");
      expect(others).toContain("send-again");
    }
  });
  test("to bring back what was discarded, and to take off what was put on a new order", () => {
    const discarded = discard(row(setQuantity, { why: "stuck" }), someTime);
    expect(offers(discarded).others).toEqual(["bring-back"]);
    expect(offers({ ...discarded, replacedBy: uuid(2) }).others).toEqual([]);
    const moved = { ...discarded, replacedBy: uuid(2), movedTo: `order/${uuid(60)}` };
    expect(offers(moved).others).toEqual(["undo-new-order"]);
  });
});

describe("many for one reason", () => {
  const many = (count: number, parked: ParkedReason) =>
    Array.from({ length: count }, (_, index) => row(setQuantity, parked, { seq: index }));
  test("are answered together from three on, the most frequent reason first", () => {
    const rows = [
      ...many(3, refused("not-allowed")),
      ...many(4, rejected({ reason: "order-not-open", status: "shipped" })),
      ...many(2, { why: "stuck" }),
    ];
    expect(
      bulksOf(rows).map(({ reason, rows: own, maySendAgain }) => [reason, own.length, maySendAgain]),
    ).toEqual([
      ["order-not-open", 4, false],
      ["not-allowed", 3, true],
    ]);
  });
  test("are not those where two people's values are in dispute", () => {
    const conflict = { field: "quantity", before: 4, yours: 9, theirs: 8 };
    const both = rejected({ reason: "line-changed-meanwhile", lineId, sku: "T", name: "Chai", conflict });
    expect(bulksOf(many(5, both))).toEqual([]);
  });
});

describe("who changed it", () => {
  const entry = (
    type: string,
    data: unknown,
    actor: string,
    more: Partial<HistoryEntry> = {},
  ): HistoryEntry => ({
    event: { id: uuid(9), type, schemaVersion: 1, data },
    happenedAt: "2026-01-07T10:00:00.000Z",
    deviceId: uuid(3),
    actor,
    own: false,
    pending: false,
    command: uuid(8),
    ...more,
  });
  const note = { from: "", to: "x" };
  const history = [
    entry("line-added", line, "Van 1"),
    entry("line-quantity-changed", { lineId, from: 4, to: 8 }, "Counter"),
    entry("line-quantity-changed", { lineId: uuid(2), from: 4, to: 7 }, "Warehouse"),
    entry("order-details-changed", { changes: { note } }, "Office"),
    entry("order-details-changed", { changes: { reference: note } }, "Van 2"),
    entry("line-removed", { lineId }, "Depot"),
    entry("order-shipped", { shippedOn: "2026-01-07" }, "Ramp"),
    entry("line-quantity-changed", { lineId, from: 8, to: 9 }, "me", { pending: true }),
  ];
  const conflict = { field: "quantity", before: 4, yours: 9, theirs: 8 };
  const conflicts = [{ ...conflict, field: "note" }];
  test.each<[KnownRejection, string | undefined, string]>([
    [{ reason: "line-changed-meanwhile", lineId, sku: "T", name: "Chai", conflict }, undefined, "Counter"],
    [{ reason: "line-not-found", lineId, removed: true }, undefined, "Depot"],
    [{ reason: "details-changed-meanwhile", conflicts }, "note", "Office"],
    [{ reason: "details-changed-meanwhile", conflicts }, "reference", "Van 2"],
    [{ reason: "order-not-open", status: "shipped" }, undefined, "Ramp"],
  ])("is told by the log: %j %s", (rejection, field, actor) => {
    expect(whoChanged(history, rejection, field)?.actor).toBe(actor);
  });
  test("is not made up where the log does not tell", () => {
    expect(whoChanged([], { reason: "line-not-found", lineId, removed: true })).toBeUndefined();
    expect(whoChanged(history, { reason: "order-empty" })).toBeUndefined();
  });
});
