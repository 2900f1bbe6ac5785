import { expect, test } from "vitest";
import type { OutboxRow } from "../../../src/device/storage/rows.ts";
import { limits } from "../../../src/protocol/limits.ts";
import { probeIsDue, selectCommands } from "../../../src/sync/engine/select-commands.ts";
import { anOutboxRow } from "../../device/support/an-outbox-row.ts";
import { aLine, uuid } from "../../domain/builders.ts";

const nowMs = Date.parse("2026-01-05T10:00:00.000Z");
const all = { commandsMax: 200, nowMs, suspects: new Set<string>() };

function aRow(seq: number, stream: string, more: Partial<OutboxRow> = {}): OutboxRow {
  const events = [{ id: uuid(1000 + seq), type: "line-added", schemaVersion: 2, data: aLine(seq) }];
  return anOutboxRow(seq, stream, { events, expected: { version: seq - 1, event: null }, ...more });
}

const seqs = (rows: readonly OutboxRow[]) => rows.map(({ seq }) => seq);

test("commands go in ascending seq, streams among one another", () => {
  expect(seqs(selectCommands([aRow(3, "order/a"), aRow(1, "order/a"), aRow(2, "order/b")], all))).toEqual([
    1, 2, 3,
  ]);
});

test("[L7] none goes behind one of its stream that is held or parked, other streams do", () => {
  const rows = [aRow(1, "order/a", { state: "parked" }), aRow(2, "order/a"), aRow(3, "order/b")];
  expect(seqs(selectCommands(rows, all))).toEqual([3]);
});

test("what is accepted is not sent again, and what follows it goes", () => {
  expect(seqs(selectCommands([aRow(1, "order/a", { accepted: true }), aRow(2, "order/a")], all))).toEqual([
    2,
  ]);
});

test("a replacing command goes first, those behind it in the next request", () => {
  const rows = [aRow(2, "order/a"), aRow(9, "order/a", { rank: 1 })];
  expect(seqs(selectCommands(rows, all))).toEqual([9]);
});

test("a discarded command neither goes nor stops anything", () => {
  expect(seqs(selectCommands([aRow(1, "order/a", { state: "discarded" }), aRow(2, "order/a")], all))).toEqual(
    [2],
  );
});

test("a held stream is probed with one command when its own backoff is over", () => {
  const problem = { type: "x", title: "x", status: 422, code: "unknown-type" };
  const held = (atMs: number) =>
    aRow(1, "order/a", { state: "held", held: { why: "refused", problem }, probes: { count: 2, atMs } });
  expect(seqs(selectCommands([held(nowMs - 119_000), aRow(2, "order/a")], all))).toEqual([]);
  expect(seqs(selectCommands([held(nowMs - 120_000), aRow(2, "order/a")], all))).toEqual([1]);
});

test("[L12] a clock that jumped back does not put a probe years away", () => {
  const held = aRow(1, "order/a", {
    state: "held",
    held: { why: "failing", code: "server-busy" },
    probes: { count: 1, atMs: nowMs + 400 * 24 * 3_600_000 },
  });
  expect(probeIsDue(held, nowMs)).toBe(true);
});

test("a command that failed alone lets the others pass", () => {
  const rows = [aRow(1, "order/a"), aRow(2, "order/a"), aRow(3, "order/b")];
  expect(seqs(selectCommands(rows, { ...all, suspects: new Set([uuid(1)]) }))).toEqual([3]);
});

test("[L7] [L8] a probe that failed alone lets the others pass too", () => {
  const held = aRow(1, "order/a", {
    state: "held",
    held: { why: "failing", code: "server-busy" },
    probes: { count: 1, atMs: nowMs - 60_000 },
  });
  const rows = [held, aRow(2, "order/a"), aRow(3, "order/b")];
  expect(seqs(selectCommands(rows, all))).toEqual([1, 3]);
  expect(seqs(selectCommands(rows, { ...all, suspects: new Set([uuid(1)]) }))).toEqual([3]);
});

test("[L16] a request stays within its bytes, and one command always fits", () => {
  const note = "x".repeat(limits.requestBytes / 3);
  const big = (seq: number, stream: string) =>
    aRow(seq, stream, { events: [{ id: uuid(seq), type: "line-added", schemaVersion: 2, data: { note } }] });
  const chosen = selectCommands(
    [big(1, "order/a"), big(2, "order/b"), big(3, "order/c"), big(4, "order/a")],
    all,
  );
  expect(seqs(chosen)).toEqual([1, 2]);
  const huge = aRow(1, "order/a", {
    events: [{ id: uuid(1), type: "x", schemaVersion: 1, data: note.repeat(4) }],
  });
  expect(seqs(selectCommands([huge, aRow(2, "order/b")], all))).toEqual([1]);
});
