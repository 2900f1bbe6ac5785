import { afterEach, expect, test } from "vitest";
import { handleCommand } from "../../src/device/outbox/handle-command.ts";
import { beginRebuild, finishRebuild } from "../../src/device/outbox/rebuild.ts";
import { type DeviceDatabase, openDatabase } from "../../src/device/storage/database.ts";
import type { Device, DeviceStorage } from "../../src/device/storage/device.ts";
import { mustMeta } from "../../src/device/storage/meta.ts";
import { listWorkspaces } from "../../src/device/storage/registry.ts";
import { countOrders, findRebuild, listSalesByDay } from "../../src/device/views/queries.ts";
import { listStock } from "../../src/device/views/stock-figures.ts";
import type { StreamKey } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { freshStorage } from "../device/support/a-device.ts";
import { aHeader, aLine } from "../domain/builders.ts";
import { startTestServer } from "../server/support/test-server.ts";
import { loadKeptDevice } from "../support/kept-builds.ts";
import { startWorkspaceAt } from "../support/protocol-client.ts";

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const someDay = "2026-02-03";
const placed = [
  { day: "2026-01-05", quantity: 12 },
  { day: "2026-01-31", quantity: 3 },
  { day: someDay, quantity: 5 },
];

/** A profile of the build of 28 November, which kept every sum in a row of its own: some orders, and stock of a product. */
async function aKeptProfile(): Promise<DeviceStorage> {
  const server = await startTestServer();
  cleanUps.push(server.stop);
  const owner = await startWorkspaceAt(server.url);
  const { joinKept } = await loadKeptDevice("2026-11-28");
  const storage = freshStorage();
  const kept = await joinKept(
    { origin: server.url, code: await owner.invite("owner"), deviceName: "Old" },
    storage,
  );
  cleanUps.push(() => kept.close());
  const save = async (stream: string, command: Parameters<typeof kept.save>[1]) => {
    expect(await kept.save(stream, command)).toMatchObject({ outcome: "saved" });
  };
  await save("stock/TEA-1", { type: "open-stock", data: { sku: "TEA-1", quantity: 40 } });
  for (const { day, quantity } of placed) {
    const stream = `order/${newId()}`;
    await save(stream, ({ orderNumber: number }) => ({
      type: "start-order",
      data: { ...aHeader(), orderedOn: day, number },
    }));
    await save(stream, { type: "add-line", data: aLine(1, { lineId: newId(), sku: "TEA-1", quantity }) });
    await save(stream, { type: "place-order", data: {} });
    expect(await kept.sync()).toBe(true);
  }
  kept.close();
  return storage;
}

/** The database of that profile, opened by the build of today, which has not begun to make its read models again. */
async function openedToday(storage: DeviceStorage): Promise<Device> {
  const [workspace] = await listWorkspaces(storage);
  const db = openDatabase(workspace?.database ?? "", storage);
  cleanUps.push(() => db.close());
  const identity = await mustMeta(db, "identity");
  const now = () => Date.now();
  return { db, identity: () => identity, clockMs: now, now, close: () => db.close() };
}

async function figures(db: DeviceDatabase) {
  const { promised } = (await listStock(db)).get("TEA-1") ?? {};
  const sales = await listSalesByDay(db, { from: "2026-01-06", to: "2026-12-31" });
  return { promised, days: sales.map(({ day, orders }) => `${day} ${orders}`) };
}

async function placeOneMore(device: Device, quantity: number): Promise<void> {
  const stream = `order/${newId()}` as StreamKey;
  const data = { ...aHeader(), orderedOn: someDay };
  const run = async (command: Parameters<typeof handleCommand>[1]["command"]) =>
    expect(await handleCommand(device, { stream, command })).toMatchObject({ outcome: "saved" });
  await run(({ orderNumber: number }) => ({ type: "start-order", data: { ...data, number } }));
  await run({ type: "add-line", data: aLine(1, { lineId: newId(), sku: "TEA-1", quantity }) });
  await run({ type: "place-order", data: {} });
}

test("[L2] [L9] sums as an older build kept them are read until all are made again, and what is saved before that counts", async () => {
  const device = await openedToday(await aKeptProfile());
  const { db } = device;
  expect((await db.sums.toArray()).every((row) => "amounts" in row)).toBe(true);
  const before = { promised: 20, days: ["2026-01-31 1", "2026-02-03 1"] };
  expect(await figures(db)).toEqual(before);
  expect(await countOrders(db)).toBeUndefined();

  await placeOneMore(device, 7);
  const moved = { promised: 27, days: ["2026-01-31 1", "2026-02-03 2"] };
  expect(await figures(db)).toEqual(moved);

  await db.transaction("rw", db.meta, db.streams, async () => beginRebuild(db));
  await placeOneMore(device, 1);
  expect(await findRebuild(db)).toBeDefined();
  expect(await figures(db)).toEqual(moved);

  await finishRebuild(db);
  expect(await figures(db)).toEqual({ promised: 28, days: ["2026-01-31 1", "2026-02-03 3"] });
  expect(await countOrders(db)).toMatchObject({ placed: 5 });
  expect((await db.sums.toArray()).every((row) => "sums" in row)).toBe(true);
}, 120_000);
