import { describe, expect, test } from "vitest";
import { exportBackup } from "../../src/device/files/export-backup.ts";
import { checkBackup } from "../../src/device/files/import-backup.ts";
import { bringAlong } from "../../src/device/outbox/adopt.ts";
import { handleCommand } from "../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { listNotTakenBack } from "../../src/device/outbox/not-taken-back.ts";
import { readStreamEvents } from "../../src/device/streams/log.ts";
import { listOutbox } from "../../src/device/views/queries.ts";
import { newId, redrawnId } from "../../src/protocol/ids.ts";
import type { ExchangePorts } from "../../src/sync/engine/exchange.ts";
import { aLocalDevice, mustBeSaved } from "../device/support/a-device.ts";
import { aHeader } from "../domain/builders.ts";
import { fired } from "../support/fired.ts";
import type { Member } from "./support/a-fleet.ts";
import { aShop, order, receipts, received } from "./support/taken-ids.ts";

/** A business where goods came in, booked by hand and not yet sent, on a profile that is copied then. */
async function aDelivery() {
  const shop = await aShop();
  const { owner, rep, copy, server } = shop;
  const id = newId();
  mustBeSaved(await handleCommand(owner.device, { ...received(20), id }));
  const twin = await copy(owner);
  const backup = server.backUp();
  /** A rep uses the id for an order of its own. */
  const steal = async () => {
    const theirs = { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } } as const;
    mustBeSaved(await handleCommand(rep.device, { id, stream: order(), command: theirs }));
    await rep.sync();
  };
  const restore = () => {
    server.restore(backup);
    fired(30, import.meta.url);
  };
  return { ...shop, id, twin, steal, restore };
}

/** Another order takes the number of the rep's by then, which is not taken back: the first id stays free. */
async function takeNumber({ device }: Member): Promise<void> {
  const other = { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } } as const;
  mustBeSaved(await handleCommand(device, { stream: order(), command: other }));
}

/** The goods of the delivery count once on each of these, and nothing of it waits, is lost or is to be given back. */
async function expectOnce(wanted: readonly number[], ...members: readonly Member[]): Promise<void> {
  for (const member of members) {
    expect(await receipts(member)).toEqual(wanted);
    const { db } = member.device;
    expect(await listOutbox(db)).toEqual([]);
    expect((await listNotTakenBack(db)).filter(({ events }) => events[0]?.stream === "stock/OIL")).toEqual(
      [],
    );
    expect((await db.resupply.toArray()).filter(({ state }) => state !== "refused")).toEqual([]);
    expect((await checkLedger(db)).balanced).toBe(true);
  }
}

describe("goods whose id was taken, on a server that is set back to before that, count once", () => {
  test("[L4] [L14] where a copy of the profile sends them under the first id, before what was lost is given back", async () => {
    const { owner, twin, steal, restore } = await aDelivery();
    await steal();
    await owner.sync();
    restore();
    for (const { sync } of [twin, owner, twin]) await sync();
    await expectOnce([3, 20], owner, twin);
  });

  test("[L4] [L14] where a copy does so a moment before they are given back under the second one", async () => {
    const { owner, twin, steal, restore, server } = await aDelivery();
    await steal();
    await owner.sync();
    restore();
    // Finds that the server was set back, and cuts its log.
    await owner.exchange();
    await owner.exchange(beforeGivingBack(server.ports.post, twin.sync));
    for (const { sync } of [owner, twin]) await sync();
    await expectOnce([3, 20], owner, twin);
  });

  test("[L4] [L14] where they are given back under the second id, and the first one is free for the copy", async () => {
    const { owner, office, twin, steal, restore } = await aDelivery();
    await steal();
    await owner.sync();
    restore();
    await takeNumber(office);
    for (const { sync } of [office, owner, twin, owner]) await sync();
    await expectOnce([3, 20], owner, twin);
  });

  test("[L4] [L14] where another device has put its own goods under the third id, with their trace", async () => {
    const { owner, office, twin, steal, restore } = await aDelivery();
    await steal();
    await owner.sync();
    const { command: second = "", traceparent = "" } =
      (await readStreamEvents(owner.device.db, ["stock/OIL"])).get("stock/OIL")?.at(-1) ?? {};
    restore();
    await takeNumber(office);
    mustBeSaved(await handleCommand(office.device, { ...received(7), id: redrawnId(second, traceparent) }));
    await office.device.db.outbox.toCollection().modify({ traceparent });
    for (const { sync } of [office, owner, twin, owner]) await sync();
    await expectOnce([3, 7, 20], owner, twin);
  });

  test("[L4] [L14] where the first id was theirs and is lost, and the copy has gone on under the second one since", async () => {
    const { owner, twin, steal, restore } = await aDelivery();
    await owner.sync();
    restore();
    await steal();
    for (const { sync } of [twin, owner, twin]) await sync();
    await expectOnce([3, 20], owner, twin);
  });

  test("[L4] [L14] where the copy goes on under the second id a moment before they are given back under the first", async () => {
    const { owner, twin, steal, restore, server } = await aDelivery();
    await owner.sync();
    restore();
    await owner.exchange();
    const between = async () => {
      await steal();
      await twin.sync();
    };
    await owner.exchange(beforeGivingBack(server.ports.post, between));
    for (const { sync } of [owner, twin]) await sync();
    await expectOnce([3, 20], owner, twin);
  });
});

/** Lets something happen after a device has read the log, and before it gives back what it says that is lost. */
function beforeGivingBack(
  post: ExchangePorts["post"],
  happens: () => Promise<unknown>,
): ExchangePorts["post"] {
  return async (identity, request) => {
    const reply = await post(identity, request);
    await happens();
    return reply;
  };
}

describe("goods whose id was taken are known under both ids", () => {
  test("[L4] in a backup file, by a device that has read of them under the other one", async () => {
    const { owner, office, steal } = await aDelivery();
    const file = (await exportBackup(owner.device, { holds: "waiting", app: "0.0.0" })).parts.join("");
    await steal();
    for (const { sync } of [owner, office]) await sync();
    expect(await checkBackup(office.device, file)).toMatchObject({ outcome: "ready", known: 1, fresh: [] });
  });

  test("[L4] in a backup file, by the device where they wait under the other one", async () => {
    const { owner, steal } = await aDelivery();
    const file = (await exportBackup(owner.device, { holds: "waiting", app: "0.0.0" })).parts.join("");
    await steal();
    await owner.exchange();
    expect(await listOutbox(owner.device.db)).toMatchObject([{ state: "pending", redraws: 1 }]);
    expect(await checkBackup(owner.device, file)).toMatchObject({ outcome: "ready", known: 1, fresh: [] });
  });

  test("[L4] in work from before joining that is taken over again, once the log has them", async () => {
    const { owner, rep } = await aShop();
    const local = await aLocalDevice(owner.storage);
    const id = newId();
    mustBeSaved(await handleCommand(local, { ...received(20), id }));
    await bringAlong(local.db.name, owner.device, owner.storage);
    const theirs = { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } } as const;
    mustBeSaved(await handleCommand(rep.device, { id, stream: order(), command: theirs }));
    for (const { sync } of [rep, owner]) await sync();
    expect(await receipts(owner)).toEqual([3, 20]);
    await bringAlong(local.db.name, owner.device, owner.storage);
    expect(await listOutbox(owner.device.db)).toEqual([]);
  });
});
