import { expect, test } from "vitest";
import { exportBackup } from "../../src/device/files/export-backup.ts";
import { handleCommands } from "../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { listNotTakenBack, putAway } from "../../src/device/outbox/not-taken-back.ts";
import { makeSegment, segmentEvents, segmentText } from "../../src/device/streams/log.ts";
import { countWaiting, listOutbox } from "../../src/device/views/queries.ts";
import { orderStream } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { limits } from "../../src/protocol/limits.ts";
import type { LogEvent } from "../../src/protocol/log-event.ts";
import { addLine, run, startOrder } from "../device/support/a-device.ts";
import { aHeader } from "../domain/builders.ts";
import { fired } from "../support/fired.ts";
import { aFleet, type Member, readModelOf } from "./support/a-fleet.ts";

/** Takes many orders at once, as an import does; tells their ids. */
async function takeOrders(member: Member, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => newId());
  for (let from = 0; from < count; from += 100) {
    const inputs = ids.slice(from, from + 100).map((id) => ({
      stream: orderStream(id),
      command: ({ orderNumber: number }: { readonly orderNumber: string }) =>
        ({ type: "start-order", data: { ...aHeader(), number } }) as const,
    }));
    await handleCommands(member.device, inputs);
  }
  return ids;
}

async function logOf(member: Member): Promise<readonly LogEvent[]> {
  const segments = await member.device.db.log.toArray();
  return segments.flatMap(segmentEvents);
}

test("[L14] 1,000 orders that a restored server has lost are back, with the same ids and once, also when others wrote in between", async () => {
  const { server, owner, join } = await aFleet();
  const [rep, other] = [await join("rep"), await join("rep")];
  await Promise.all([rep.sync(), other.sync()]);
  const backup = server.backUp();
  const taken = await takeOrders(rep, 1_000);
  await rep.sync();
  await owner.sync();
  const before = (await logOf(rep)).map(({ id }) => id);

  server.restore(backup);
  fired(30, import.meta.url);
  const { id: between } = await startOrder(other.device);
  await other.sync();
  for (const member of [rep, owner, other, rep, owner]) await member.sync();

  const log = await logOf(rep);
  const drafted = log.filter(({ type }) => type === "order-drafted").map(({ stream }) => stream);
  expect(new Set(drafted)).toEqual(new Set([...taken, between].map(orderStream)));
  expect(drafted).toHaveLength(1_001);
  const ids = log.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(before.filter((id) => !ids.includes(id))).toEqual([]);
  expect(log.filter(({ type }) => type === "informative/history-restored")).toMatchObject([
    { data: { lostHead: 1 + limits.requestCommands, noticedBy: rep.device.identity().deviceId } },
  ]);
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
  expect(await readModelOf(other.device)).toEqual(await readModelOf(owner.device));
  for (const { device } of [rep, owner, other]) {
    expect(await device.db.resupply.count()).toBe(0);
    expect(await listOutbox(device.db)).toEqual([]);
    expect((await checkLedger(device.db)).balanced).toBe(true);
  }
}, 120_000);

/** A rep with an order that waits, and a backup from before it and before an order of the owner's that is news to the rep. */
async function aRepAndABackup(options: Parameters<typeof aFleet>[0] = {}) {
  const { server, owner, join } = await aFleet(options);
  const rep = await join("rep");
  await rep.sync();
  const backup = server.backUp();
  await startOrder(owner.device);
  await owner.sync();
  const { stream } = await startOrder(rep.device);
  return { server, owner, rep, backup, stream };
}

test("[L14] what was accepted, lost and not yet sent down is sent again, once", async () => {
  const { server, owner, rep, backup, stream } = await aRepAndABackup({ pageEvents: 1 });
  // The answer says accepted; the page ends before the order's own event.
  await rep.exchange();
  expect(await listOutbox(rep.device.db)).toMatchObject([{ accepted: true }]);
  server.restore(backup);
  fired(30, import.meta.url);
  await addLine(rep.device, stream);
  for (const member of [rep, owner, rep]) await member.sync();
  expect(await listOutbox(rep.device.db)).toEqual([]);
  const types = (await logOf(owner)).filter((event) => event.stream === stream).map(({ type }) => type);
  expect(types).toEqual(["order-drafted", "line-added"]);
});

test("[L14] a command that was altered is not taken back: it is kept, with the reason", async () => {
  const { server, join } = await aFleet();
  const rep = await join("rep");
  await rep.sync();
  const backup = server.backUp();
  await startOrder(rep.device);
  await rep.sync();
  server.restore(backup);
  fired(30, import.meta.url);
  const [segment] = (await rep.device.db.log.toArray()).slice(-1);
  if (segment === undefined) throw new Error("expected a segment");
  const altered = segmentText(segment).replace("Harbour Café", "Harbour Inn");
  await rep.device.db.log.put(makeSegment(JSON.parse(altered)));
  await rep.sync();
  expect(await rep.device.db.resupply.toArray()).toMatchObject([
    { state: "refused", problem: { code: "bad-seal" } },
  ]);
  expect((await logOf(rep)).map(({ type }) => type)).toEqual(["workspace-set-up"]);
});

test("[L3] [L8] what was accepted and lost before it came down is sent again, also where this device's position is still right", async () => {
  const { server, owner, join } = await aFleet({ pageEvents: 1 });
  const rep = await join("rep");
  await rep.sync();
  for (let count = 0; count < 3; count += 1) await startOrder(owner.device);
  await owner.sync();
  const backup = server.backUp();
  const { stream } = await startOrder(rep.device);
  const { stream: second } = await startOrder(rep.device);
  await rep.exchange();
  expect(await listOutbox(rep.device.db)).toMatchObject([{ accepted: true }, { accepted: true }]);
  server.restore(backup);
  for (const member of [rep, owner, rep, owner]) await member.sync();
  expect(await listOutbox(rep.device.db)).toEqual([]);
  for (const key of [stream, second])
    expect((await owner.device.db.streams.get(key))?.confirmed.version).toBe(1);
  expect((await checkLedger(rep.device.db)).balanced).toBe(true);
});

test("[L8] [L14] what was given back and lost once more before it came down is given back again", async () => {
  const { server, owner, join } = await aFleet();
  const rep = await join("rep");
  await rep.sync();
  const backup = server.backUp();
  const { stream } = await startOrder(rep.device);
  await rep.sync();
  server.restore(backup);
  const statesNow = async () => (await rep.device.db.resupply.toArray()).map(({ state }) => state);
  while ((await statesNow())[0] !== "answered") await rep.exchange();
  server.restore(backup);
  // One finds that it is lost again, the next gives it back.
  for (const member of [rep, rep, owner]) await member.sync();
  expect(await statesNow()).toEqual([]);
  for (const { device } of [rep, owner])
    expect((await device.db.streams.get(stream))?.confirmed.version).toBe(1);
  expect((await logOf(owner)).filter((event) => event.stream === stream)).toHaveLength(1);
});

test("[L8] what was accepted while the chain was broken is not lost with the restore that mends it", async () => {
  const { server, owner, rep, backup, stream } = await aRepAndABackup();
  const result = await rep.exchange(async (identity, request) => {
    const reply = await server.ports.post(identity, request);
    if (reply.outcome !== "answered") return reply;
    const events = reply.body.events.map((event) => ({ ...event, actor: "someone else" }));
    return { ...reply, body: { ...reply.body, events } };
  });
  // Nothing that went is to blame: the next request takes as much.
  expect(result).toEqual({ outcome: "failed", trouble: "chain-broken", sent: [] });
  expect(await listOutbox(rep.device.db)).toMatchObject([{ accepted: true }]);
  server.restore(backup);
  for (const member of [rep, owner, rep, owner]) await member.sync();
  expect(await listOutbox(rep.device.db)).toEqual([]);
  expect((await owner.device.db.streams.get(stream))?.confirmed.version).toBe(1);
});

test("[L6] what a restored server does not take back waits for a person on the device that wrote it", async () => {
  const { server, owner, join } = await aFleet();
  const [rep, other] = [await join("rep"), await join("rep")];
  const { stream } = await startOrder(rep.device);
  await addLine(rep.device, stream);
  for (const member of [rep, owner, other]) await member.sync();
  const backup = server.backUp();
  await run(rep.device, stream, { type: "place-order", data: {} });
  for (const member of [rep, other]) await member.sync();
  server.restore(backup);
  await run(owner.device, stream, { type: "cancel-order", data: { note: "" } });
  for (const member of [owner, rep, other, owner, rep, other]) await member.sync();

  const lost = await listNotTakenBack(rep.device.db);
  expect(lost).toMatchObject([{ state: "refused", events: [{ type: "order-placed" }] }]);
  expect((await countWaiting(rep.device.db)).parked).toBe(1);
  expect((await countWaiting(other.device.db)).parked).toBe(0);

  await putAway(rep.device.db, lost[0]?.command ?? "");
  expect((await countWaiting(rep.device.db)).parked).toBe(0);
  const { parts } = await exportBackup(rep.device, { holds: "everything", app: "0.0.0" });
  expect(parts.join("")).toContain('{"lost":[');
});
