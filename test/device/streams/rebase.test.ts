import { expect, test } from "vitest";
import type { OutboxRow, StreamRow } from "../../../src/device/storage/rows.ts";
import { emptyStream, foldKnown } from "../../../src/device/streams/fold.ts";
import { rebase } from "../../../src/device/streams/rebase.ts";
import type { OrderCommand } from "../../../src/domain/order/order-commands.ts";
import type { OrderEvent } from "../../../src/domain/order/order-events.ts";
import { aLine, drafted, uuid } from "../../domain/builders.ts";

const stream = `order/${uuid(1)}`;
const now = "2026-01-05T10:00:00.000Z";
const atEnd = { clockOffsetMs: 0, more: false, now };

/** The confirmed stream after these events. */
function confirmed(...events: readonly OrderEvent[]): StreamRow {
  const row = emptyStream(stream);
  const folded = events.reduce(
    (before, event, index) => foldKnown(stream, before, uuid(500 + index), event, now),
    row.confirmed,
  );
  return { ...row, confirmed: folded };
}

function waiting(seq: number, command: OrderCommand, more: Partial<OutboxRow> = {}): OutboxRow {
  return {
    seq,
    rank: seq,
    id: uuid(seq),
    stream,
    state: "pending",
    command,
    events: [],
    expected: { version: 0, event: null },
    at: now,
    actor: "Van 1",
    traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
    sent: false,
    accepted: false,
    conflicts: 0,
    ...more,
  };
}

const line: OrderEvent = { type: "line-added", schemaVersion: 2, data: aLine(1, { quantity: 12 }) };
const setTo = (from: number, to: number): OrderCommand => ({
  type: "set-quantity",
  data: { lineId: uuid(1), from, to },
});

test("each waiting command is decided on the one before it, and expects its last event", () => {
  const { changed, stream: after } = rebase(
    confirmed(drafted(), line),
    [waiting(1, setTo(12, 5)), waiting(2, setTo(5, 7))],
    atEnd,
  );
  expect(changed.map(({ expected }) => expected.version)).toEqual([2, 3]);
  expect(changed[1]?.expected.event).toBe(changed[0]?.events[0]?.id);
  expect(after).toMatchObject({ pending: { version: 4 }, waiting: { state: "pending", count: 2 } });
});

test("what a command wished and somebody else did is settled, unless the server has accepted it", () => {
  const done: OrderEvent = {
    type: "line-quantity-changed",
    schemaVersion: 1,
    data: { lineId: uuid(1), from: 12, to: 5 },
  };
  const mine = waiting(1, setTo(12, 5));
  expect(rebase(confirmed(drafted(), line, done), [mine], atEnd).settled).toEqual([mine]);
  const accepted = { ...mine, accepted: true };
  expect(rebase(confirmed(drafted(), line, done), [accepted], atEnd)).toMatchObject({
    settled: [],
    changed: [],
  });
});

test("an accepted command is never parked: its own events are on their way", () => {
  const accepted = waiting(1, setTo(99, 5), { accepted: true });
  expect(rebase(confirmed(drafted(), line), [accepted], atEnd)).toMatchObject({ settled: [], changed: [] });
});

test("behind a parked command nothing parks or settles: what it needs may be the one before it", () => {
  const parked = waiting(1, setTo(12, 8), { state: "parked", parked: { why: "stuck" } });
  const needsIt = waiting(2, setTo(8, 3));
  const holdsAlready = waiting(3, setTo(8, 12));
  const { changed, settled } = rebase(confirmed(drafted(), line), [parked, needsIt, holdsAlready], atEnd);
  expect(settled).toEqual([]);
  expect(changed.map(({ state, held }) => [state, held?.why])).toEqual([
    ["held", "behind"],
    ["held", "behind"],
  ]);
});

test("[L6] every row that goes in stays, changed or not, or is settled", () => {
  const rows = [
    waiting(1, setTo(12, 5)),
    waiting(2, setTo(99, 1)),
    waiting(3, setTo(5, 5)),
    waiting(4, setTo(5, 6)),
  ];
  const { changed, settled, stream: after } = rebase(confirmed(drafted(), line), rows, atEnd);
  expect(after.waiting?.count).toBe(rows.length - settled.length);
  expect(changed.every(({ seq }) => rows.some((row) => row.seq === seq))).toBe(true);
});
