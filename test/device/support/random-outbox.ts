import fc from "fast-check";
import type { OutboxRow, StreamRow } from "../../../src/device/storage/rows.ts";
import { emptyStream, foldKnown } from "../../../src/device/streams/fold.ts";
import type { OrderCommand } from "../../../src/domain/order/order-commands.ts";
import type { OrderEvent } from "../../../src/domain/order/order-events.ts";
import { problem } from "../../../src/protocol/problem.ts";
import { aLine, drafted, uuid } from "../../domain/builders.ts";
import { anOutboxRow, someTime } from "./an-outbox-row.ts";

/** The stream of the one order that random commands are about. */
const orderKey = `order/${uuid(1)}`;

/** A confirmed order with a draft, a line of 12, and what has happened to that line since. */
const confirmedOrder: fc.Arbitrary<StreamRow> = fc
  .record({
    quantities: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    isEmpty: fc.boolean(),
    isUnreadable: fc.integer({ max: 9, min: 0 }).map((n) => n === 0),
  })
  .map(({ quantities, isEmpty, isUnreadable }) => {
    const row = emptyStream(orderKey);
    const line: OrderEvent = { type: "line-added", schemaVersion: 2, data: aLine(1, { quantity: 12 }) };
    const changes = quantities.map(
      (to, index): OrderEvent => ({
        type: "line-quantity-changed",
        schemaVersion: 1,
        data: { lineId: uuid(1), from: quantities[index - 1] ?? 12, to },
      }),
    );
    const events = isEmpty ? [] : [drafted(), line, ...changes];
    const confirmed = events.reduce(
      (before, event, index) => foldKnown(orderKey, before, uuid(500 + index), event, someTime),
      row.confirmed,
    );
    return { ...row, confirmed, ...(isUnreadable ? { unreadableFrom: 7 } : {}) };
  });

const command: fc.Arbitrary<OrderCommand> = fc.oneof(
  fc
    .record({ from: fc.integer({ min: 1, max: 12 }), to: fc.integer({ min: 1, max: 4 }) })
    .map(({ from, to }): OrderCommand => ({ type: "set-quantity", data: { lineId: uuid(1), from, to } })),
  fc.integer({ min: 1, max: 4 }).map((n): OrderCommand => ({ type: "add-line", data: aLine(n) })),
  fc
    .integer({ min: 1, max: 3 })
    .map((n): OrderCommand => ({ type: "remove-line", data: { lineId: uuid(n) } })),
  fc.constant<OrderCommand>({ type: "place-order", data: {} }),
);

/** How a command may be in the outbox, so far as the protocol can bring it there. */
const standing: fc.Arbitrary<Partial<OutboxRow>> = fc.constantFrom<Partial<OutboxRow>>(
  { state: "pending" },
  { state: "pending", sent: true },
  { state: "pending", sent: true, accepted: true },
  { state: "pending", sent: true, conflicts: 1 },
  { state: "pending", unasked: true },
  { state: "held", held: { why: "behind" }, since: someTime },
  { state: "held", held: { why: "more-to-come" }, since: someTime },
  {
    state: "held",
    held: { why: "failing", code: "server-busy" },
    since: someTime,
    probes: { count: 1, atMs: 0 },
  },
  { state: "held", held: { why: "unreadable-stream" }, since: someTime },
  { state: "parked", parked: { why: "stuck" }, since: someTime },
  {
    state: "parked",
    sent: true,
    parked: { why: "refused", problem: problem("rule-broken", 422, "no") },
    since: someTime,
  },
  { state: "discarded", since: someTime },
);

/** The outbox rows of the order: up to six, each with its own seq and id, in some order. */
const outboxRows: fc.Arbitrary<readonly OutboxRow[]> = fc
  .array(fc.tuple(command, standing), { maxLength: 6 })
  .map((list) =>
    list.map(([wanted, how], index) => anOutboxRow(index + 1, orderKey, { command: wanted, ...how })),
  )
  .chain((rows) => fc.shuffledSubarray([...rows], { minLength: rows.length }));

/** An order as confirmed, what waits on it, and whether more of the log is to come. */
export const randomOutbox = fc.record({ stream: confirmedOrder, rows: outboxRows, more: fc.boolean() });
