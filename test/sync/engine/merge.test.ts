import { expect, test } from "vitest";
import { handleCommand } from "../../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import type { OutboxRow } from "../../../src/device/storage/rows.ts";
import { emptyStream } from "../../../src/device/streams/fold.ts";
import { findOrder, listOutbox } from "../../../src/device/views/queries.ts";
import { orderStream } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { problem } from "../../../src/protocol/problem.ts";
import type { Verdict } from "../../../src/protocol/sync-messages.ts";
import { merge } from "../../../src/sync/engine/merge.ts";
import { mustBeSaved, startOrder } from "../../device/support/a-device.ts";
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
  const row: OutboxRow = {
    seq: 1,
    rank: 1,
    id: uuid(1),
    stream,
    state: "discarded",
    command: { type: "start-order", data: { ...aHeader(), number: "D2-1" } },
    events: [],
    expected: { version: 0, event: null },
    at: "2026-01-05T09:00:00.000Z",
    actor: "Van 1",
    traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
    sent: true,
    accepted: false,
    conflicts: 0,
    replacedBy: uuid(2),
  };
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
