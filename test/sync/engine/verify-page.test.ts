import { expect, test } from "vitest";
import { linkHash } from "../../../src/protocol/chain.ts";
import { cursorStart, formatCursor } from "../../../src/protocol/cursor.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import { verifyPage } from "../../../src/sync/engine/verify-page.ts";
import { uuid } from "../../domain/builders.ts";

function anEvent(position: number, command: number): LogEvent {
  return {
    position,
    id: uuid(1000 + position),
    stream: `order/${uuid(1)}`,
    version: position,
    type: "line-removed",
    schemaVersion: 1,
    data: { lineId: uuid(position) },
    at: "2026-01-05T09:00:00.000Z",
    recordedAt: "2026-01-05T09:00:01.000Z",
    clockOffsetMs: 0,
    device: uuid(7),
    seq: command,
    command: uuid(command),
    actor: "Van 1",
    traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
  };
}

/** Two commands of two events and one event, chained from the start. */
function aPage() {
  const first = [anEvent(1, 1), anEvent(2, 1)];
  const firstHash = linkHash(cursorStart.hash, first);
  const second = [anEvent(3, 2)];
  const secondHash = linkHash(firstHash, second);
  const events = [
    anEvent(1, 1),
    { ...anEvent(2, 1), hash: firstHash },
    { ...anEvent(3, 2), hash: secondHash },
  ];
  return { events, cursor: formatCursor({ position: 3, hash: secondHash }) };
}

test("a page that continues the log verifies, and tells where it ends", () => {
  const page = aPage();
  expect(verifyPage(cursorStart, page)).toMatchObject({ outcome: "verified", end: { position: 3 } });
});

test("an empty page ends where it began", () => {
  const page = { events: [], cursor: formatCursor(cursorStart) };
  expect(verifyPage(cursorStart, page)).toEqual({ outcome: "verified", end: cursorStart });
});

test.each([
  ["an event is missing", (events: LogEvent[]) => events.slice(1)],
  ["an event is there twice", (events: LogEvent[]) => [events[0], ...events]],
  [
    "a price was altered",
    (events: LogEvent[]) => events.map((e) => (e.position === 2 ? { ...e, data: { lineId: uuid(9) } } : e)),
  ],
  ["two events changed places", (events: LogEvent[]) => [events[1], events[0], events[2]]],
  ["it ends within a command", (events: LogEvent[]) => events.slice(0, 1)],
  ["a command has no end", (events: LogEvent[]) => events.map(({ hash: _hash, ...event }) => event)],
  ["it is longer than its cursor says", (events: LogEvent[]) => events.slice(0, 2)],
])("[L5] a page does not verify when %s", (_why, spoil) => {
  const page = aPage();
  const spoilt = spoil(page.events).filter((event) => event !== undefined);
  expect(verifyPage(cursorStart, { ...page, events: spoilt }).outcome).toBe("broken");
});
