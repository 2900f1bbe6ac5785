import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkBackup } from "../../../src/device/files/import-backup.ts";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import { sendAgain } from "../../../src/device/outbox/resolve.ts";
import { sendAllAgain } from "../../../src/device/outbox/resolve-many.ts";
import {
  countOrders,
  findOrder,
  findProduct,
  findSettings,
  listOutbox,
} from "../../../src/device/views/queries.ts";
import { limits } from "../../../src/protocol/limits.ts";
import { aProduct, uuid } from "../../domain/builders.ts";
import { aFleet } from "../../sync/support/a-fleet.ts";
import { addLine, aLocalDevice, run, startOrder } from "../support/a-device.ts";
import {
  broughtIn,
  exported,
  exportedWith,
  landedOn,
  linesOf,
  logOf,
  resealed,
  someWork,
  write,
} from "../support/backup-files.ts";

describe("a backup file of what waits", () => {
  test("[L4] restored after a wipe, twice, and where it came from: all of it reaches the server once", async () => {
    await fc.assert(
      fc.asyncProperty(someWork, fc.boolean(), fc.boolean(), async (work, originGoesFirst, knowsLog) => {
        const { owner, join } = await aFleet();
        const rep = await join("rep");
        await write(rep, work);
        const pending = (await listOutbox(rep.device.db)).map(({ id }) => id);
        const text = await exported(rep.device);
        // The answer to what was sent may have been lost: the file says pending, the server says accepted.
        if (originGoesFirst) await rep.sync();
        // The disk is wiped, and the device joins the same workspace again, as another one.
        const again = await join("rep");
        if (knowsLog) await again.sync();
        await broughtIn(again.device, text);
        expect(await broughtIn(again.device, text)).toMatchObject({ outcome: "brought-in", fresh: 0 });
        await again.sync();
        expect(await broughtIn(again.device, text)).toMatchObject({ fresh: 0, known: pending.length });
        expect(await broughtIn(rep.device, text)).toMatchObject({ fresh: 0, known: pending.length });
        await rep.sync();
        await again.sync();
        await owner.sync();
        const landed = await landedOn(owner.device);
        for (const id of pending) expect(landed.get(id)).toBe(1);
        expect(await countOrders(owner.device.db)).toMatchObject({
          draft: work.filter(([, lines]) => lines === 0).length,
          placed: work.filter(([, lines]) => lines > 0).length,
        });
        for (const { device } of [rep, again]) {
          expect(await listOutbox(device.db)).toEqual([]);
          expect((await checkLedger(device.db)).balanced).toBe(true);
        }
      }),
      { numRuns: 6 },
    );
  });

  test("[L4] of a device that still has access: its orders keep their numbers, and happen once, wherever they are sent", async () => {
    const { owner, join } = await aFleet();
    const rep = await join("rep");
    const { stream } = await startOrder(rep.device);
    await addLine(rep.device, stream);
    const again = await join("rep");
    await broughtIn(again.device, await exported(rep.device));
    await again.sync();
    expect(await listOutbox(again.device.db)).toEqual([]);
    // Where it came from it was only away: what it brings is there already.
    await rep.sync();
    await owner.sync();
    expect(await countOrders(owner.device.db)).toMatchObject({ draft: 1 });
    const order = await owner.device.db.streams.get(stream);
    expect(order?.confirmed.state).toMatchObject({ number: `${rep.device.identity().code}-1` });
    for (const { device } of [rep, again]) {
      expect(await listOutbox(device.db)).toEqual([]);
      expect((await checkLedger(device.db)).balanced).toBe(true);
    }
  });

  test("[L6] a parked command comes along: what it met is found again, what was refused stays refused", async () => {
    const { owner, join } = await aFleet();
    const rep = await join("rep");
    const order = await startOrder(rep.device);
    const lineId = await addLine(rep.device, order.stream, { quantity: 5 });
    await rep.sync();
    await owner.sync();
    await run(owner.device, order.stream, { type: "set-quantity", data: { lineId, from: 5, to: 8 } });
    await owner.sync();
    await run(rep.device, order.stream, { type: "set-quantity", data: { lineId, from: 5, to: 6 } });
    await rep.sync();
    const [parked] = await listOutbox(rep.device.db);
    expect(parked).toMatchObject({ state: "parked", parked: { why: "rejected" } });
    const again = await join("rep");
    await broughtIn(again.device, await exported(rep.device));
    await again.sync();
    expect(await listOutbox(again.device.db)).toMatchObject([
      { id: parked?.id, state: "parked", parked: parked?.parked },
    ]);
  });

  test("what a file brings is judged as its writer's: a rep's cannot do what only owners may, whoever brings it", async () => {
    const { owner, join } = await aFleet();
    const rep = await join("rep");
    const price = { type: "add-product", data: aProduct({ sku: "TEA", priceMinor: 500 }) } as const;
    await run(owner.device, "product/TEA", price);
    await owner.sync();
    await rep.sync();
    await startOrder(rep.device);
    // On its own device a rep's change of a price is refused; signed by the rep, in a file, it is refused too.
    const change = {
      type: "change-product",
      data: { changes: { priceMinor: { from: 500, to: 1 } } },
    } as const;
    await run(rep.device, "product/TEA", change);
    expect(await broughtIn(owner.device, await exported(rep.device))).toMatchObject({ fresh: 2 });
    await owner.sync();
    expect(await findProduct(owner.device.db, "TEA")).toMatchObject({ product: { priceMinor: 500 } });
    expect(await listOutbox(owner.device.db)).toMatchObject([
      { state: "parked", parked: { why: "refused", problem: { code: "not-allowed" } } },
    ]);
    // The order is there, as the rep's.
    const drafted = await logOf(owner.device, "order-drafted");
    expect(drafted).toMatchObject([
      { device: rep.device.identity().deviceId, actor: rep.device.identity().deviceName },
    ]);
  });

  test("[L6] what was put into a file, or altered in it, waits for a person and counts for nothing until then", async () => {
    const { owner, join } = await aFleet();
    const rep = await join("rep");
    for (const sku of ["TEA", "OIL"] as const) {
      const data = aProduct({ sku, priceMinor: 500 });
      await run(owner.device, `product/${sku}`, { type: "add-product", data });
    }
    await owner.sync();
    await rep.sync();
    await startOrder(rep.device);
    const signed = linesOf(await exported(rep.device))[0]?.command;
    if (signed === undefined) throw new Error("expected a command in the file");
    const crafted = (sku: string, n: number, written: object) => ({
      ...signed,
      ...{ id: uuid(n), seq: n, rank: n, stream: `product/${sku}`, events: [], written },
      actor: owner.device.identity().deviceName,
      command: { type: "change-product", data: { changes: { priceMinor: { from: 500, to: 1 } } } },
    });
    const { written: _none, ...unsigned } = crafted("TEA", 9_001, {});
    const altered = crafted("OIL", 9_002, signed.written as object);
    const text = exportedWith(await exported(rep.device), [{ command: unsigned }, { command: altered }]);
    expect(await checkBackup(owner.device, text)).toMatchObject({ outcome: "ready", unproven: 1 });
    expect(await broughtIn(owner.device, text)).toMatchObject({ fresh: 3 });
    const pricesOf = async () =>
      Promise.all(
        ["TEA", "OIL"].map(async (sku) => (await findProduct(owner.device.db, sku))?.product.priceMinor),
      );
    // Not even shown before the server has been asked: an order that is taken meanwhile would go by it.
    expect(await pricesOf()).toEqual([500, 500]);
    await owner.sync();
    expect(await pricesOf()).toEqual([500, 500]);
    const parked = await listOutbox(owner.device.db);
    expect(parked.map(({ id }) => id).toSorted()).toEqual([uuid(9_001), uuid(9_002)]);
    for (const { parked: reason } of parked)
      expect(reason).toMatchObject({ why: "refused", problem: { code: "not-proven" } });
    expect((await checkLedger(owner.device.db)).balanced).toBe(true);
    // A person who has looked at it makes it their own: it is the owner's then, under an id of its own.
    await sendAgain(owner.device, parked.find(({ id }) => id === uuid(9_001))?.seq ?? 0);
    await owner.sync();
    expect(await pricesOf()).toEqual([1, 500]);
    const { deviceId: device, deviceName: actor } = owner.device.identity();
    expect(await logOf(owner.device, "product-changed")).toMatchObject([{ device, actor }]);
  });

  test("of a device whose access was taken back, all waits for a person; none of it is lost", async () => {
    const { server, owner, join } = await aFleet();
    const rep = await join("rep");
    await startOrder(rep.device);
    const text = await exported(rep.device);
    await server.revoke(rep.device.identity().deviceId);
    await broughtIn(owner.device, text);
    await owner.sync();
    expect(await listOutbox(owner.device.db)).toMatchObject([
      { state: "parked", parked: { why: "refused", problem: { code: "not-proven" } } },
    ]);
    expect((await checkLedger(owner.device.db)).balanced).toBe(true);
  });

  test("a file over the limit is told, and nothing of it is read", async () => {
    const rep = await aLocalDevice();
    const text = `${await exported(rep)}${" ".repeat(limits.backupBytes)}`;
    expect(await checkBackup(rep, text)).toEqual({ outcome: "too-large" });
  });

  test("with everything holds the log too, and restores no more than what waits", async () => {
    const { join } = await aFleet();
    const rep = await join("rep");
    await startOrder(rep.device);
    await rep.sync();
    await startOrder(rep.device);
    const text = await exported(rep.device, "everything");
    expect(text.split("\n").filter((line) => line.startsWith('{"events"'))).not.toEqual([]);
    const again = await join("rep");
    expect(await broughtIn(again.device, text)).toEqual({ outcome: "brought-in", fresh: 1, known: 0 });
  });

  test("work without a server comes into any business of its currency, without its settings", async () => {
    const alone = await aLocalDevice();
    const order = await startOrder(alone);
    await addLine(alone, order.stream);
    const text = await exported(alone);
    const fresh = await aLocalDevice();
    expect(await broughtIn(fresh, text)).toMatchObject({ fresh: 2 });
    expect(await findOrder(fresh.db, order.id)).toMatchObject({ mark: "waiting" });
    const { owner } = await aFleet();
    expect(await broughtIn(owner.device, text)).toMatchObject({ fresh: 2 });
    await owner.sync();
    // Without a server nobody can tell who wrote it: a person makes it their own.
    expect(await findOrder(owner.device.db, order.id)).toBeUndefined();
    const unproven = (await listOutbox(owner.device.db)).map(({ seq }) => seq);
    expect(await sendAllAgain(owner.device, unproven)).toEqual({ sent: 2, failed: [] });
    await owner.sync();
    expect(await findOrder(owner.device.db, order.id)).toMatchObject({ mark: "confirmed" });
    expect(await findSettings(owner.device.db)).toMatchObject({ currency: "EUR" });
    const dollars = text.replace('"currency":"EUR"', '"currency":"USD"');
    expect(await checkBackup(owner.device, resealed(dollars))).toMatchObject({ outcome: "other-currency" });
  });
});

test("[L4] commands that reached the server after they were saved are known, also to a device that began with states", async () => {
  const { owner, join, server } = await aFleet({ statesFrom: 1 });
  const rep = await join("rep");
  await rep.sync();
  const { stream, id } = await startOrder(rep.device);
  await addLine(rep.device, stream);
  await run(rep.device, stream, { type: "place-order", data: {} });
  const text = await exported(rep.device);
  await rep.sync();
  await owner.sync();
  await server.followStates();
  const again = await join("rep");
  await again.sync();
  expect((await findOrder(again.device.db, id))?.order.status).toBe("placed");
  await broughtIn(again.device, text);
  await again.sync();
  expect(await listOutbox(again.device.db)).toEqual([]);
  const ledger = await checkLedger(again.device.db);
  expect(ledger).toMatchObject({ balanced: true });
});
