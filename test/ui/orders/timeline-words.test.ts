import { expect, test } from "vitest";
import { type HistoryEntry, mergeInTime } from "../../../src/device/views/history.ts";
import type { KnownEvent } from "../../../src/domain/kinds.ts";
import { orderListWords } from "../../../src/ui/orders/order-list-words.ts";
import { orderWords } from "../../../src/ui/orders/order-words.ts";
import { eventWords, lineNames } from "../../../src/ui/orders/timeline-words.ts";
import { commandWords } from "../../../src/ui/words/command-words.ts";
import { added, uuid } from "../../domain/builders.ts";
import { british } from "../builders.ts";

const entry = (event: KnownEvent, happenedAt: string, id = uuid(1)): HistoryEntry => ({
  event: { ...event, id },
  happenedAt,
  deviceId: uuid(2),
  actor: "Inventory",
  own: false,
  pending: false,
  command: uuid(3),
});
const brought = entry(added(1, { sku: "tea-1", name: "Tea" }), "10:00");
const said = (event: KnownEvent) => eventWords(entry(event, "12:00"), lineNames([brought]), british);
const allocated = (reserved: number, cause: "placed" | "freed" = "placed"): KnownEvent => ({
  type: "stock-allocated",
  schemaVersion: 1,
  data: { cause, lines: [{ sku: "TEA-1", wanted: 5, reserved, ahead: [] }] },
});

test("what inventory said is told with the names of the order's products, and why it was said", () => {
  expect(said(allocated(5))).toBe("Answered the order: everything reserved");
  expect(said(allocated(2))).toBe("Answered the order: 2 of 5 × Tea reserved");
  expect(said(allocated(5, "freed"))).toBe("Goods became free: everything reserved");
});

test("what became free or was booked out is told; nothing is told as nothing", () => {
  const lines = [{ sku: "TEA-1", quantity: 2 }];
  expect(said({ type: "stock-released", schemaVersion: 1, data: { lines } })).toBe(
    "Made free again: 2 × Tea",
  );
  expect(said({ type: "stock-issued", schemaVersion: 1, data: { lines } })).toBe(
    "Booked out of stock: 2 × Tea",
  );
  expect(said({ type: "stock-issued", schemaVersion: 1, data: { lines: [] } })).toBe(
    "Booked out of stock: nothing",
  );
});

test("waiting for a short line is told with its name", () => {
  const { lineId } = added(1).data;
  expect(said({ type: "line-back-ordered", schemaVersion: 1, data: { lineId, quantity: 3 } })).toBe(
    "Kept waiting for 3 of Tea",
  );
});

test("another number is told with the one that was there before, and why: in the history, on the order, in the list and the outbox", () => {
  const data = { from: "K7-2", to: "M4-3" };
  expect(said({ type: "order-renumbered", schemaVersion: 1, data })).toBe(
    "Changed the number from K7-2 to M4-3: another order already had K7-2",
  );
  expect(commandWords({ type: "renumber-order", data }, new Map(), british)).toBe(
    "Change the number from K7-2 to M4-3: another order already has K7-2",
  );
  expect(orderWords.numberChanged.title("K7-2", "M4-3")).toBe("The number changed from K7-2 to M4-3");
  expect(orderWords.numberChanged.text("K7-2")).toBe(
    "Another order already had K7-2. Paper may still say K7-2: search finds this order by it too.",
  );
  expect(orderListWords.numbered("M4-3", ["K7-2"])).toBe("M4-3 (was K7-2)");
  expect(orderListWords.numbered("M4-3", [])).toBe("M4-3");
});

test("what inventory said is between what people did, in time order; each keeps its own order", () => {
  const at = (happenedAt: string) => entry(allocated(5), happenedAt);
  // Taken offline at 10:30, received after 11:00: it is after what the order held already.
  const order = [at("10:00"), at("11:00"), at("10:30")];
  const inventory = [at("10:10"), at("12:00")];
  expect(mergeInTime(order, inventory).map(({ happenedAt }) => happenedAt)).toEqual([
    "10:00",
    "10:10",
    "11:00",
    "10:30",
    "12:00",
  ]);
});
