import { expect, test } from "vitest";
import { handleCommand } from "../../../src/device/outbox/handle-command.ts";
import { rebuildAll } from "../../../src/device/outbox/rebuild.ts";
import { emptyStream, foldConfirmed } from "../../../src/device/streams/fold.ts";
import { findOrder, listOutbox } from "../../../src/device/views/queries.ts";
import { linkHash } from "../../../src/protocol/chain.ts";
import { formatCursor } from "../../../src/protocol/cursor.ts";
import { eventIdOf, newId } from "../../../src/protocol/ids.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import { syncResponseSchema } from "../../../src/protocol/sync-messages.ts";
import { aLine, uuid } from "../../domain/builders.ts";
import { fired } from "../../support/fired.ts";
import { madeUp } from "../../support/over-the-wire.ts";
import { aFleet, type Member } from "../../sync/support/a-fleet.ts";
import { addLine, startOrder } from "../support/a-device.ts";

/** Feeds a device one event, as a newer build of another device might have written it. */
async function hear(member: Member, stream: string, version: number, type: string, schemaVersion: number) {
  const place = (await member.device.db.meta.get("place"))?.value as {
    readonly position: number;
    readonly hash: string;
  };
  const command = newId();
  const event: LogEvent = {
    position: place.position + 1,
    id: eventIdOf(command, 0),
    stream,
    version,
    type,
    schemaVersion,
    data: { colour: "green" },
    at: "2026-01-05T09:00:00.000Z",
    recordedAt: "2026-01-05T09:00:01.000Z",
    clockOffsetMs: 0,
    device: uuid(77),
    seq: 1,
    command,
    actor: "A newer app",
    traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
  };
  const hash = linkHash(place.hash, [event]);
  const cursor = formatCursor({ position: event.position, hash });
  const head = event.position;
  const page = { verdicts: [], events: [{ ...event, hash }], cursor, more: false, head, knownSeq: 0 };
  return member.exchange(async () => ({
    outcome: "answered",
    body: madeUp(syncResponseSchema, { serverTime: new Date().toISOString(), ...page }),
  }));
}

test("[L13] an event of a newer build makes its stream read-only with its last readable state; others go on", async () => {
  const { owner, join } = await aFleet();
  const order = await startOrder(owner.device);
  const other = await startOrder(owner.device);
  await addLine(owner.device, order.stream);
  await owner.sync();
  const rep = await join("rep");
  await rep.sync();
  expect(await hear(rep, order.stream, 3, "order-painted", 1)).toMatchObject({ outcome: "passed" });
  fired(18, import.meta.url);
  expect(await findOrder(rep.device.db, order.id)).toMatchObject({ readOnly: true, order: { lines: [{}] } });
  const refused = await handleCommand(rep.device, {
    stream: order.stream,
    command: { type: "place-order", data: {} },
  });
  expect(refused).toMatchObject({ outcome: "not-saved", why: "read-only" });
  const line = await handleCommand(rep.device, {
    stream: other.stream,
    command: { type: "add-line", data: aLine(1) },
  });
  expect(line.outcome).toBe("saved");
});

test("[L13] what was pending on a stream that turns read-only is held, not lost", async () => {
  const { owner, join } = await aFleet();
  const order = await startOrder(owner.device);
  await owner.sync();
  const rep = await join("rep");
  await rep.sync();
  await addLine(rep.device, order.stream);
  await hear(rep, order.stream, 2, "line-added", 99);
  expect(await listOutbox(rep.device.db)).toMatchObject([
    { state: "held", held: { why: "unreadable-stream" } },
  ]);
});

test("[L13] an informative event that this build does not know is skipped, and nothing turns read-only", async () => {
  const { owner } = await aFleet();
  const order = await startOrder(owner.device);
  await owner.sync();
  await hear(owner, order.stream, 2, "informative/order-admired", 1);
  expect(await findOrder(owner.device.db, order.id)).toMatchObject({ readOnly: false, version: 2 });
});

test("[L13] after an update that can read it, the stream is folded again from the log", async () => {
  const { owner } = await aFleet();
  const order = await startOrder(owner.device);
  await addLine(owner.device, order.stream);
  await owner.sync();
  const before = await findOrder(owner.device.db, order.id);
  // As an older build would have left it: blind from the second event on.
  const row = await owner.device.db.streams.get(order.stream);
  if (row === undefined) throw new Error("expected the order's stream");
  const { confirmed } = emptyStream(order.stream);
  await owner.device.db.streams.put({ ...row, confirmed, unreadableFrom: 3 });
  await rebuildAll(owner.device.db);
  expect(await findOrder(owner.device.db, order.id)).toEqual(before);
});

test("[L13] later events of a blind stream are not folded over the gap", () => {
  const blind = { ...emptyStream(`order/${uuid(1)}`), unreadableFrom: 5 };
  const event = { position: 6, stream: blind.key, type: "line-removed", schemaVersion: 1 } as LogEvent;
  expect(foldConfirmed(blind, event)).toBe(blind);
});
