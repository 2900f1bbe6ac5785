import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { handleCommand } from "../../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import type { OutboxRow } from "../../../src/device/storage/rows.ts";
import { emptyStream } from "../../../src/device/streams/fold.ts";
import { findOrder, listOutbox } from "../../../src/device/views/queries.ts";
import { orderStream } from "../../../src/domain/stream-key.ts";
import { isOneTap, newId, redrawnId } from "../../../src/protocol/ids.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import { problem } from "../../../src/protocol/problem.ts";
import type { Verdict } from "../../../src/protocol/sync-messages.ts";
import { mustAccountForAll } from "../../../src/sync/engine/account-for-all.ts";
import { type Merged, type MergeInput, merge } from "../../../src/sync/engine/merge.ts";
import { mustBeSaved, startOrder } from "../../device/support/a-device.ts";
import { anOutboxRow, someTime } from "../../device/support/an-outbox-row.ts";
import { randomOutbox } from "../../device/support/random-outbox.ts";
import { aHeader, aLine, uuid } from "../../domain/builders.ts";
import { aFleet } from "../support/a-fleet.ts";

test("[L4] a second tap on a form after its first was confirmed is answered by the log: one effect, nothing waits", async () => {
  const { join } = await aFleet();
  const rep = await join("rep");
  const { stream, id } = await startOrder(rep.device);
  const tap = { id: newId(), stream, command: { type: "add-line", data: aLine(1) } } as const;
  mustBeSaved(await handleCommand(rep.device, tap));
  await rep.sync();
  const again = { ...tap, command: { type: "add-line", data: aLine(1, { lineId: newId() }) } } as const;
  mustBeSaved(await handleCommand(rep.device, again));
  await rep.sync();
  expect(await listOutbox(rep.device.db)).toEqual([]);
  expect((await findOrder(rep.device.db, id))?.order.lines).toHaveLength(1);
  expect((await checkLedger(rep.device.db)).balanced).toBe(true);
});

test("a command that was taken back while it was asked stays so after a no, and is a fact after a yes", () => {
  const stream = orderStream(uuid(7));
  const row = anOutboxRow(1, stream, {
    state: "discarded",
    command: { type: "start-order", data: { ...aHeader(), number: "D2-1" } },
    sent: true,
    replacedBy: uuid(2),
  });
  const merged = (verdict: Verdict) =>
    merge({
      streams: new Map([[stream, emptyStream(stream)]]),
      rows: [row],
      sent: [row.id],
      verdicts: [verdict],
      events: [],
      more: false,
      own: new Set([uuid(44)]),
      redraws: new Map(),
      numbers: new Map(),
      from: 10,
      clockOffsetMs: 0,
      nowMs: 0,
    });
  const no = problem("rule-broken", 422, "no");
  expect(merged({ command: row.id, outcome: "refused", problem: no }).puts).toEqual([]);
  expect(merged({ command: row.id, outcome: "conflict", version: 3 }).puts).toEqual([]);
  expect(merged({ command: row.id, outcome: "accepted", positions: [11] }).puts).toMatchObject([
    { state: "pending", accepted: true },
  ]);
  expect(merged({ command: row.id, outcome: "duplicate", positions: [9] })).toMatchObject({
    confirmed: [1],
    settled: [],
  });
  // The id stands for this device itself, under an identity that it had before: where its log has it already, it is done.
  const own = (position: number) =>
    merged({
      command: row.id,
      outcome: "refused",
      problem: problem("id-taken", 409, "taken", {
        taken: { device: uuid(44), stream, position, traceparent: row.traceparent },
      }),
    });
  expect(own(9)).toMatchObject({ confirmed: [1], settled: [] });
  expect(own(11)).toMatchObject({ confirmed: [], puts: [] });
});

test("[L4] a command that comes down under the id that a copy of the profile went on under is confirmed, and another's is not", () => {
  const stream = orderStream(uuid(7));
  const id = newId();
  const row = anOutboxRow(1, stream, { id, sent: true });
  const [mine, theirs] = [row.traceparent, `00-${"3".repeat(32)}-${"4".repeat(16)}-01`];
  const merged = (...overs: readonly Partial<LogEvent>[]) =>
    merge({
      streams: new Map([[stream, emptyStream(stream)]]),
      rows: [row],
      sent: [],
      verdicts: [],
      events: overs.map((over, index) => {
        const event = eventOn(stream, 11 + index, { command: redrawnId(id, mine), device: own });
        return { ...event, version: 1 + index, ...over };
      }),
      more: false,
      own: new Set([own]),
      redraws: new Map(),
      numbers: new Map(),
      from: 10,
      clockOffsetMs: 0,
      nowMs: 0,
    }).confirmed;
  const third = redrawnId(redrawnId(id, mine), mine);
  expect(merged({ traceparent: mine })).toEqual([1]);
  expect(merged({ traceparent: mine, command: third })).toEqual([1]);
  expect(merged({ traceparent: mine, device: other })).toEqual([]);
  expect(merged({ traceparent: theirs, command: redrawnId(id, theirs) })).toEqual([]);
  const taken = { traceparent: mine, command: third, device: other };
  expect(merged(taken, { traceparent: mine })).toEqual([1]);
  expect(merged({ traceparent: mine }, taken)).toEqual([1]);
  expect(merged(taken)).toEqual([]);
  expect(merged({ traceparent: mine, command: newId() })).toEqual([]);
});

/** What the server may say of a command, and what may come down: its own events, or another device's. */
const anAnswer = fc.record({
  outbox: randomOutbox,
  verdicts: fc.array(
    fc.constantFrom(
      "none",
      "accepted",
      "duplicate",
      "duplicate-read",
      "conflict",
      "refused",
      "holds",
      "taken",
      "number-taken",
    ),
    { minLength: 6, maxLength: 6 },
  ),
  lands: fc.array(fc.constantFrom("no", "own", "own-redrawn", "foreign"), { minLength: 6, maxLength: 6 }),
  others: fc.integer({ min: 0, max: 2 }),
});

const own = uuid(44);
const other = uuid(45);

type Drawn = typeof anAnswer extends fc.Arbitrary<infer Value> ? Value : never;

function verdictOf(row: OutboxRow, said: Drawn["verdicts"][number] | undefined): readonly Verdict[] {
  const command = row.id;
  switch (said) {
    case "accepted":
      return [{ command, outcome: "accepted", positions: [11] }];
    case "duplicate":
      return [{ command, outcome: "duplicate", positions: [12] }];
    case "duplicate-read":
      return [{ command, outcome: "duplicate", positions: [9] }];
    case "conflict":
      return [{ command, outcome: "conflict", version: 3 }];
    case "refused":
      return [{ command, outcome: "refused", problem: problem("rule-broken", 422, "no") }];
    case "number-taken":
      return [{ command, outcome: "refused", problem: problem("number-taken", 409, "taken") }];
    case "holds":
      return [{ command, outcome: "refused", problem: problem("workspace-full", 507, "full") }];
    case "taken": {
      const taken = {
        device: other,
        stream: row.stream,
        position: 9,
        traceparent: `00-${"3".repeat(32)}-${"4".repeat(16)}-01`,
      };
      return [{ command, outcome: "refused", problem: problem("id-taken", 409, "taken", { taken }) }];
    }
    default:
      return [];
  }
}

/** A line that has come down on an order, under the trace of `anOutboxRow`. */
function eventOn(
  stream: string,
  position: number,
  from: { readonly command: string; readonly device: string },
): LogEvent {
  return {
    position,
    id: uuid(800 + position),
    stream,
    version: 1,
    type: "line-added",
    schemaVersion: 2,
    data: aLine(3, { lineId: uuid(300 + position) }),
    at: someTime,
    recordedAt: someTime,
    clockOffsetMs: 0,
    seq: 1,
    actor: "Van 1",
    traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
    ...from,
  };
}

/** The input of a merge: what waits on one order, what the server says of it, and what has come down of it. */
function inputOf({ outbox: { stream, rows, more }, verdicts, lands, others }: Drawn): MergeInput {
  const said = rows.flatMap((row, index) => verdictOf(row, verdicts[index]));
  const landed = rows.flatMap((row, index) => {
    const how = lands[index];
    if (how === undefined || how === "no") return [];
    const command = how === "own-redrawn" ? redrawnId(row.id, row.traceparent) : row.id;
    return [{ command, device: how === "foreign" ? other : own }];
  });
  const foreign = Array.from({ length: others }, (_, index) => ({
    command: uuid(700 + index),
    device: other,
  }));
  const events = [...landed, ...foreign].map((from, index) => ({
    ...eventOn(stream.key, 11 + index, from),
    version: stream.confirmed.version + 1 + index,
  }));
  const redraws = new Map(rows.map(({ id, seq }) => [id, { id: uuid(900 + seq), seq: 900 + seq }]));
  const traceparent = `00-${"5".repeat(32)}-${"6".repeat(16)}-01`;
  const numbers = new Map(
    rows.map(({ id, seq }) => [
      id,
      { number: `K7-${500 + seq}`, seq: 2_000 + seq * 2, at: someTime, traceparent },
    ]),
  );
  return {
    streams: new Map([[stream.key, stream]]),
    rows,
    sent: rows.map(({ id }) => id),
    verdicts: said,
    events,
    more,
    own: new Set([own]),
    redraws,
    numbers,
    from: 10,
    clockOffsetMs: 0,
    nowMs: 0,
  };
}

describe("whatever the server says of whatever waits", () => {
  const merging = (check: (input: MergeInput, merged: Merged) => void) =>
    fc.assert(
      fc.property(anAnswer, (drawn) => {
        const input = inputOf(drawn);
        check(input, merge(input));
      }),
      { numRuns: 2_000 },
    );

  test("[L6] [MG1] every row that came in is put, confirmed, settled, put under another id, or left as it was", () => {
    merging((input, merged) => {
      mustAccountForAll(input, merged);
      // What a person has taken back leaves as a fact alone.
      const discarded = input.rows.filter(({ state }) => state === "discarded").map(({ seq }) => seq);
      expect(merged.settled.filter((seq) => discarded.includes(seq))).toEqual([]);
    });
  });

  test("[RB4] what the server has accepted stays so, whatever it says of it later", () => {
    merging(({ rows, verdicts }, { puts }) => {
      const answered = new Set(verdicts.map(({ command }) => command));
      const accepted = new Set(
        rows.filter(({ accepted, id }) => accepted && answered.has(id)).map(({ seq }) => seq),
      );
      for (const { seq, state, accepted: isAccepted } of puts)
        if (accepted.has(seq)) expect({ state, isAccepted }).toEqual({ state: "pending", isAccepted: true });
    });
  });

  test("[L4] [MG2] a row is confirmed by its own events, under whichever of its ids, or by the same ones, never by what another device has put under its id", () => {
    merging((input, merged) => {
      const said = new Map(input.verdicts.map((verdict) => [verdict.command, verdict.outcome]));
      for (const seq of merged.confirmed) {
        const row = input.rows.find((known) => known.seq === seq);
        if (row === undefined) throw new Error(`expected row ${seq} to have come in`);
        const isOwn = input.events.some(
          ({ command, traceparent, device }) => device === own && isOneTap(row, { id: command, traceparent }),
        );
        const isTaken = ["accepted", "duplicate"].includes(said.get(row.id) ?? "");
        expect(isOwn || isTaken || row.accepted).toBe(true);
      }
    });
  });

  test("[L9] [MG3] the confirmed state of a stream is the fold of its log, whatever was pending", () => {
    merging((input, merged) => {
      for (const { before, after } of merged.changes) {
        const alone = merge({ ...input, rows: [], verdicts: [], sent: [] }).changes[0]?.after ?? before;
        expect(after.confirmed).toEqual(alone.confirmed);
      }
    });
  });

  test("[MG4] a stream that is not touched is not changed", () => {
    merging((input) => {
      const untouched = emptyStream("order/untouched");
      const streams = new Map([...input.streams, [untouched.key, untouched]]);
      const { changes } = merge({ ...input, streams });
      expect(changes.map(({ after }) => after.key)).not.toContain(untouched.key);
    });
  });
});
