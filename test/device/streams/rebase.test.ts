import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OutboxRow, StreamRow } from "../../../src/device/storage/rows.ts";
import { emptyStream, foldKnown } from "../../../src/device/streams/fold.ts";
import { inTurn, type Rebased, rebase } from "../../../src/device/streams/rebase.ts";
import type { OrderCommand } from "../../../src/domain/order/order-commands.ts";
import type { OrderEvent } from "../../../src/domain/order/order-events.ts";
import { aLine, drafted, uuid } from "../../domain/builders.ts";
import { anOutboxRow, someTime } from "../support/an-outbox-row.ts";
import { randomOutbox } from "../support/random-outbox.ts";

const stream = `order/${uuid(1)}`;
const now = someTime;
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
  return anOutboxRow(seq, stream, { command, ...more });
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

test("a command that the server has yet to be asked about waits behind a parked one, and goes once nothing is before it", () => {
  const done: OrderEvent = {
    type: "line-quantity-changed",
    schemaVersion: 1,
    data: { lineId: uuid(1), from: 12, to: 5 },
  };
  const parked = waiting(1, setTo(99, 7), { state: "parked", parked: { why: "stuck" } });
  const unasked = waiting(2, setTo(12, 5), { unasked: true });
  const { changed, settled } = rebase(confirmed(drafted(), line, done), [parked, unasked], atEnd);
  expect({ changed, settled }).toMatchObject({
    changed: [{ seq: 2, state: "held", held: { why: "behind" } }],
    settled: [],
  });
  const [behind = unasked] = changed;
  expect(rebase(confirmed(drafted(), line, done), [behind], atEnd)).toMatchObject({
    changed: [{ seq: 2, state: "pending", unasked: true }],
    settled: [],
  });
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

describe("whatever waits on whatever is confirmed", () => {
  const rebased = (check: (out: Rebased, rows: readonly OutboxRow[], more: boolean) => void) =>
    fc.assert(
      fc.property(randomOutbox, ({ stream: before, rows, more }) =>
        check(rebase(before, rows, { ...atEnd, more }), rows, more),
      ),
      { numRuns: 2_000 },
    );

  test("[L6] [RB1] a command is never dropped: it stays pending, or becomes held, parked or settled", () => {
    rebased(({ changed, settled, stream: after }, rows) => {
      const waits = rows.filter(({ state }) => state !== "discarded");
      for (const row of settled) expect(rows).toContain(row);
      for (const row of changed) {
        expect(waits.map(({ seq }) => seq)).toContain(row.seq);
        expect(settled.map(({ seq }) => seq)).not.toContain(row.seq);
        expect(["pending", "held", "parked"]).toContain(row.state);
      }
      expect(new Set(changed.map(({ seq }) => seq)).size).toBe(changed.length);
      expect(after.waiting?.count ?? 0).toBe(waits.length - settled.length);
    });
  });

  test("[RB2] a command parks only when all of the log is here", () => {
    rebased(({ changed, settled }, rows, more) => {
      const wasParked = new Set(rows.filter(({ state }) => state === "parked").map(({ seq }) => seq));
      if (!more) return;
      expect(settled).toEqual([]);
      expect(changed.filter(({ state, seq }) => state === "parked" && !wasParked.has(seq))).toEqual([]);
    });
  });

  test("[RB3] behind a held or parked command the later ones of the stream are held", () => {
    rebased(({ changed, settled }, rows) => {
      const now = new Map(changed.map((row) => [row.seq, row]));
      const waits = inTurn(rows)
        .filter((row) => !settled.includes(row))
        .map((row) => now.get(row.seq) ?? row);
      const first = waits.findIndex(({ state }) => state !== "pending");
      if (first === -1) return;
      for (const { accepted, state } of waits.slice(first + 1))
        if (!accepted) expect(state).not.toBe("pending");
    });
  });

  test("[RB4] an accepted command is never parked, held or settled", () => {
    rebased(({ changed, settled }) => {
      expect(settled.filter(({ accepted }) => accepted)).toEqual([]);
      expect(changed.filter(({ accepted, state }) => accepted && state !== "pending")).toEqual([]);
    });
  });
});
