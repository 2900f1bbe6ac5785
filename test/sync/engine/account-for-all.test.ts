import { expect, test } from "vitest";
import type { OutboxRow } from "../../../src/device/storage/rows.ts";
import { emptyStream } from "../../../src/device/streams/fold.ts";
import { orderStream } from "../../../src/domain/stream-key.ts";
import { MergeBroken, mustAccountForAll } from "../../../src/sync/engine/account-for-all.ts";
import type { Merged, MergeInput } from "../../../src/sync/engine/merge.ts";
import { anOutboxRow } from "../../device/support/an-outbox-row.ts";
import { uuid } from "../../domain/builders.ts";

const stream = orderStream(uuid(7));

function aRow(seq: number, more: Partial<OutboxRow> = {}): OutboxRow {
  return anOutboxRow(seq, stream, { sent: true, ...more });
}

/** The note of the number that an order had before. */
const aNote = (seq: number) =>
  aRow(seq, { command: { type: "renumber-order", data: { from: "D2-1", to: "D2-2" } } });

const input: MergeInput = {
  streams: new Map([[stream, emptyStream(stream)]]),
  rows: [aRow(1), aRow(2), aRow(3), aRow(4), aRow(5)],
  sent: [],
  verdicts: [],
  events: [],
  more: false,
  own: new Set(),
  redraws: new Map(),
  numbers: new Map(),
  from: 0,
  clockOffsetMs: 0,
  nowMs: 0,
};

const nothing: Merged = { changes: [], puts: [], confirmed: [], settled: [], redrawn: new Map(), added: [] };

test("a merge in which each row has one fate, or none, is accounted for", () => {
  const { streams } = input;
  const [before = emptyStream(stream)] = streams.values();
  const merged: Merged = {
    changes: [{ before, after: before }],
    puts: [aRow(1, { conflicts: 1 })],
    confirmed: [2],
    settled: [3],
    redrawn: new Map([[4, aRow(9)]]),
    added: [aNote(10)],
  };
  expect(() => mustAccountForAll(input, merged)).not.toThrow();
  expect(() => mustAccountForAll(input, nothing)).not.toThrow();
});

test.each<[string, Partial<Merged>]>([
  ["is confirmed and put", { confirmed: [1], puts: [aRow(1)] }],
  ["is confirmed and settled", { confirmed: [1], settled: [1] }],
  ["is confirmed twice, and so counted twice", { confirmed: [1, 1] }],
  ["settles although it never came in", { settled: [77] }],
  ["is put although it never came in", { puts: [aRow(77)] }],
  ["is put under the id of another", { puts: [aRow(1, { id: uuid(2) })] }],
  [
    "is put under another id and keeps the old one as well",
    { redrawn: new Map([[1, aRow(9)]]), puts: [aRow(1)] },
  ],
  ["takes the number of another", { redrawn: new Map([[1, aRow(2)]]) }],
  ["is renumbered under the same id", { redrawn: new Map([[1, aRow(9, { id: uuid(1) })]]) }],
  ["is new and no note of a former number", { added: [aRow(9)] }],
  ["is new and replaces one that is here", { added: [aNote(1)] }],
  [
    "is new and replaces one that goes on under another id",
    { redrawn: new Map([[1, aRow(9)]]), added: [aNote(9)] },
  ],
  ["is new twice", { added: [aNote(9), aNote(9)] }],
  [
    "is on a stream that did not come in",
    { changes: [{ before: emptyStream("order/x"), after: emptyStream("order/x") }] },
  ],
])("[MG1] a merge after which a command %s is refused", (_what, wrong) => {
  expect(() => mustAccountForAll(input, { ...nothing, ...wrong })).toThrow(MergeBroken);
});
