import { expect, test } from "vitest";
import { exportBackup } from "../../src/device/files/export-backup.ts";
import { supportFile } from "../../src/device/files/support-file.ts";
import { bringAlong } from "../../src/device/outbox/adopt.ts";
import { undoNewOrder } from "../../src/device/outbox/new-order.ts";
import { discardCommand, mayDiscard, replaceCommand, undoDiscard } from "../../src/device/outbox/resolve.ts";
import { discardCommands } from "../../src/device/outbox/resolve-many.ts";
import type { Device } from "../../src/device/storage/device.ts";
import { findMeta } from "../../src/device/storage/meta.ts";
import type { OutboxRow } from "../../src/device/storage/rows.ts";
import { findWantedStates } from "../../src/device/streams/beginning.ts";
import { findOrder, listOutbox } from "../../src/device/views/queries.ts";
import { findOrderStock } from "../../src/device/views/stock-answer.ts";
import { addLine, aLocalDevice, freshStorage, run, startOrder } from "../device/support/a-device.ts";
import { aFleet, type Member } from "./support/a-fleet.ts";

const lost = { outcome: "failed", trouble: "unreachable" } as const;

/** Every way in which a person may take a command back leaves it as it is. */
async function staysWhateverIsTried(device: Device, seq: number): Promise<void> {
  const row = (await listOutbox(device.db)).find((one) => one.seq === seq);
  if (row === undefined) throw new Error(`expected command ${seq} to wait, found none`);
  expect([row.sent, mayDiscard(row)]).toEqual([true, false]);
  expect(await discardCommand(device, seq)).toBe("gone");
  expect(await discardCommands(device, [seq])).toEqual([]);
  expect(await replaceCommand(device, seq, row.command)).toEqual({ outcome: "gone" });
  expect((await device.db.outbox.get(seq))?.state).toBe("pending");
}

/** A rep with an order that waits, begun and with a line; `seqs` are their numbers. */
async function withAnOrder() {
  const fleet = await aFleet();
  const rep = await fleet.join("rep");
  await rep.sync();
  const order = await startOrder(rep.device);
  await addLine(rep.device, order.stream);
  const seqs = (await listOutbox(rep.device.db)).map(({ seq }) => seq);
  return { ...fleet, rep, order, seqs };
}

async function allStay({ device }: Member, seqs: readonly number[]): Promise<void> {
  for (const seq of seqs) await staysWhateverIsTried(device, seq);
}

test("[L4] from the moment before a request leaves, only an answer takes a command back: in the same tab, after the device died, after the answer was lost", async () => {
  const { server, rep, copy, order, seqs } = await withAnOrder();
  await rep.exchange(async (identity, request) => {
    await allStay(rep, seqs);
    // Dead at this moment, the profile is opened again.
    const again = await copy(rep);
    await allStay(again, seqs);
    again.device.close();
    await server.ports.post(identity, request);
    return lost;
  });
  await allStay(rep, seqs);
  const again = await copy(rep);
  await allStay(again, seqs);
  await rep.sync();
  expect(await listOutbox(rep.device.db)).toEqual([]);
  expect((await findOrder(rep.device.db, order.id))?.order.lines).toHaveLength(1);
  expect(await findMeta(rep.device.db, "onTheWay")).toEqual([]);
});

test("a command that no request has taken is taken back and brought back by its device alone", async () => {
  const { rep, seqs } = await withAnOrder();
  const [, line = 0] = seqs;
  expect(await discardCommand(rep.device, line)).toBe("done");
  expect(await undoDiscard(rep.device, line)).toBe("done");
  await rep.sync();
  expect(await listOutbox(rep.device.db)).toEqual([]);
});

test("what was saved while others are on the way is taken back by its device alone", async () => {
  const { rep, order } = await withAnOrder();
  await rep.exchange(async () => {
    await addLine(rep.device, order.stream);
    const { seq } = (await listOutbox(rep.device.db)).at(-1) ?? { seq: 0 };
    expect(await discardCommand(rep.device, seq)).toBe("done");
    return lost;
  });
});

test("[L4] an answer to others leaves what an earlier request has taken: its row says that it was sent", async () => {
  const { rep, seqs, server } = await withAnOrder();
  await rep.exchange(async () => lost);
  expect(await findMeta(rep.device.db, "onTheWay")).toEqual(seqs);
  const answered = await rep.exchange(async (identity, request) =>
    server.ports.post(identity, { ...request, commands: [] }),
  );
  expect(answered.outcome).toBe("passed");
  expect(await findMeta(rep.device.db, "onTheWay")).toEqual([]);
  expect((await rep.device.db.outbox.toArray()).map(({ sent }) => sent)).toEqual([true, true]);
  await allStay(rep, seqs);
});

test("a new order that is on the way is cancelled, and not taken back", async () => {
  const { rep, order } = await withAnOrder();
  await rep.exchange(async () => {
    await undoNewOrder(rep.device, order.id, "not wanted");
    return lost;
  });
  expect((await findOrder(rep.device.db, order.id))?.order.status).toBe("cancelled");
  await rep.sync();
  expect((await findOrder(rep.device.db, order.id))?.order.status).toBe("cancelled");
});

test("whoever asks whether a command was sent hears of what is on the way: the order's stage, a backup file, a support file, the outbox", async () => {
  const { rep, order, seqs } = await withAnOrder();
  const { device } = rep;
  await run(device, order.stream, { type: "place-order", data: {} });
  expect((await findOrderStock(device.db, order.id))?.stage).toBe("saved");
  await rep.exchange(async () => lost);
  expect((await findOrderStock(device.db, order.id))?.stage).toBe("sent");
  const { parts } = await exportBackup(device, { holds: "waiting", app: "test" });
  const told = parts
    .join("")
    .split("\n")
    .filter((line) => line.startsWith('{"command"'))
    .map((line) => (JSON.parse(line) as { readonly command: OutboxRow }).command.sent);
  expect(told).toEqual([true, true, true]);
  expect((await listOutbox(device.db)).map(({ sent }) => sent)).toEqual([true, true, true]);
  const file = JSON.parse(await supportFile(device, { app: "test", browser: "test" }));
  expect(file.onTheWay).toEqual([...seqs, Math.max(...seqs) + 1]);
});

test("a device that has sent something begins with no states, since the log may hold it already", async () => {
  const { join } = await aFleet();
  const rep = await join("rep");
  await startOrder(rep.device);
  expect(await findWantedStates(rep.device.db)).toMatchObject({ part: "now" });
  await rep.device.db.meta.put({ key: "onTheWay", value: [1] });
  expect(await findWantedStates(rep.device.db)).toBeUndefined();
});

test("work that is moved into another database is known there as sent, where it was on the way", async () => {
  const storage = freshStorage();
  const former = await aLocalDevice(storage);
  await startOrder(former);
  const { seq, id } = (await listOutbox(former.db)).at(-1) ?? { seq: 0, id: "" };
  await former.db.meta.put({ key: "onTheWay", value: [seq] });
  const { owner } = await aFleet();
  await bringAlong(former.db.name, owner.device, storage);
  const here = (await owner.device.db.outbox.toArray()).find((row) => row.id === id);
  expect(here?.sent).toBe(true);
});

/** The schema of the builds that ask nothing but a row whether it was sent. Dexie counts versions in tens. */
const schemaOfBefore = 4;

test("[L13] a build that knows nothing of what is on the way cannot open a database in which something may be", async () => {
  const { rep } = await withAnOrder();
  const request = (rep.storage.indexedDB as IDBFactory).open(rep.device.db.name, schemaOfBefore * 10);
  const failed = await new Promise((resolve) => {
    request.onerror = () => resolve(request.error?.name);
    request.onsuccess = () => resolve("opened");
  });
  expect(failed).toBe("VersionError");
});
