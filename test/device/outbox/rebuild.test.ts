import { afterEach, expect, test, vi } from "vitest";
import { openDevice } from "../../../src/device/open-device.ts";
import { makeRebuilding } from "../../../src/device/outbox/make-rebuilding.ts";
import {
  beginRebuild,
  finishRebuild,
  rebuildAll,
  rebuildIfStale,
} from "../../../src/device/outbox/rebuild.ts";
import { mustMeta, putMeta } from "../../../src/device/storage/meta.ts";
import type { ReadModel } from "../../../src/device/storage/rows.ts";
import { emptyStream } from "../../../src/device/streams/fold.ts";
import { countOrders, findRebuild, listSalesByDay } from "../../../src/device/views/queries.ts";
import { countRequests, tallied } from "../../support/count-requests.ts";
import { until } from "../../support/until.ts";
import { aFleet } from "../../sync/support/a-fleet.ts";
import { addLine, aLocalDevice, countedByRows, freshStorage, run, startOrder } from "../support/a-device.ts";

const allDays = { from: "0000", to: "9999" };

afterEach(() => vi.useRealTimers());

async function placeOrder(device: Awaited<ReturnType<typeof aLocalDevice>>): Promise<void> {
  const { stream } = await startOrder(device);
  await addLine(device, stream);
  await run(device, stream, { type: "place-order", data: {} });
}

test("[L9] a rebuild that storage has interrupted goes on automatically, and nothing is left out of the sums", async () => {
  const storage = freshStorage();
  const device = await aLocalDevice(storage);
  await placeOrder(device);
  const model = await mustMeta(device.db, "readModel");
  await putMeta(device.db, "readModel", { ...model, version: "an older build" });
  const { name } = device.db;
  device.close();

  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const put = IDBObjectStore.prototype.put;
  let aborted = 0;
  IDBObjectStore.prototype.put = function (value: unknown, key?: IDBValidKey) {
    const request = put.call(this, value, key);
    if (this.name === "sums" && aborted === 0) {
      aborted += 1;
      this.transaction.abort();
    }
    return request;
  };
  const again = await openDevice(name, storage);
  await until(() => aborted === 1 && vi.getTimerCount() > 0);
  IDBObjectStore.prototype.put = put;
  expect(await findRebuild(again.db)).toBeDefined();
  await placeOrder(again);
  await vi.advanceTimersByTimeAsync(1_000);
  await until(async () => (await findRebuild(again.db)) === undefined);
  expect((await listSalesByDay(again.db, allDays))[0]?.orders).toBe(2);
  again.close();
});

test("[L9] a rebuild on which an error of ours falls is reported once, tried again, and comes to its end", async () => {
  const device = await aLocalDevice();
  await placeOrder(device);
  const { db } = device;
  const model = await mustMeta(db, "readModel");
  device.close();
  await db.open();
  await putMeta(db, "readModel", { ...model, version: "an older build" });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const bulkGet = db.streams.where.bind(db.streams);
  let failures = 2;
  db.streams.where = ((...wanted: Parameters<typeof bulkGet>) => {
    failures -= 1;
    if (failures >= 0) throw new TypeError("an error of ours");
    return bulkGet(...wanted);
  }) as typeof db.streams.where;
  const reported: unknown[] = [];
  const rebuild = makeRebuilding(
    db,
    async () => rebuildIfStale,
    (error) => reported.push(error),
  );
  rebuild.goOn();
  await until(() => vi.getTimerCount() > 0);
  expect(await findRebuild(db)).toBeDefined();
  await vi.advanceTimersByTimeAsync(1_000);
  await until(() => vi.getTimerCount() > 0);
  await vi.advanceTimersByTimeAsync(2_000);
  await until(async () => (await findRebuild(db)) === undefined);
  expect(reported).toEqual([expect.any(TypeError)]);
  expect((await listSalesByDay(db, allDays))[0]?.orders).toBe(1);
  rebuild.stop();
  db.close();
});

test("[L9] a rebuild that another tab has begun and not finished is finished by this one", async () => {
  const storage = freshStorage();
  const device = await aLocalDevice(storage);
  await placeOrder(device);
  await device.db.transaction("rw", device.db.meta, device.db.streams, async () => beginRebuild(device.db));
  await until(async () => (await findRebuild(device.db)) === undefined);
  await placeOrder(device);
  expect((await listSalesByDay(device.db, allDays))[0]?.orders).toBe(2);
  device.close();
});

test("[L2] [L9] orders are counted as their rows are, in every status, and while the read models are made again not at all", async () => {
  const storage = freshStorage();
  const device = await aLocalDevice(storage);
  await startOrder(device);
  await placeOrder(device);
  const [shipped, cancelled] = [await startOrder(device), await startOrder(device)];
  await addLine(device, shipped.stream);
  await run(device, shipped.stream, { type: "place-order", data: {} });
  await run(device, shipped.stream, { type: "ship-order", data: { shippedOn: "2026-03-02" } });
  await run(device, cancelled.stream, { type: "cancel-order", data: { note: "" } });
  const one = { draft: 1, placed: 1, shipped: 1, cancelled: 1 };
  expect(await countOrders(device.db)).toEqual(one);
  expect(await countedByRows(device)).toEqual(one);

  const { db } = device;
  const during = await db.transaction("rw", db.meta, db.streams, db.sums, async () => {
    await beginRebuild(db);
    return countOrders(db);
  });
  expect(during).toBeUndefined();
  await placeOrder(device);
  await finishRebuild(device.db);
  expect(await countOrders(device.db)).toEqual({ ...one, placed: 2 });
  expect(await countedByRows(device)).toEqual({ ...one, placed: 2 });
  device.close();
});

test("[L13] [L9] after an update from a build that did not count orders there are no figures until all are counted", async () => {
  const storage = freshStorage();
  const device = await aLocalDevice(storage);
  await placeOrder(device);
  const { db } = device;
  const model = await mustMeta(db, "readModel");
  await putMeta(db, "readModel", { ...model, version: "an older build" });
  await db.sums.filter(({ key }) => key.includes("/orders/")).delete();
  expect(await countOrders(db)).toBeUndefined();
  await startOrder(device);
  await finishRebuild(db);
  expect(await countOrders(db)).toEqual({ draft: 1, placed: 1, shipped: 0, cancelled: 0 });
  device.close();
});

/** Makes what an update finds: read models of another build. */
async function ofAnotherBuild({ db }: Awaited<ReturnType<typeof aLocalDevice>>): Promise<void> {
  await putMeta(db, "readModel", { ...(await mustMeta(db, "readModel")), version: "an older build" });
}

test("an update that only sums otherwise writes no stream again, and asks for all of a chunk at once", async () => {
  const device = await aLocalDevice();
  for (let orders = 0; orders < 12; orders += 1) await placeOrder(device);
  await ofAnotherBuild(device);
  const counted = countRequests();
  await finishRebuild(device.db);
  const {
    "streams put": put,
    "streams getAll": read,
    "sums put": sums,
    ...rest
  } = tallied(counted.asked("readwrite"));
  // The chunk, and the look for more of them. The orders by status, the sales of the month and the one product.
  expect([put, read, sums]).toEqual([undefined, 2, 3]);
  expect(rest).toEqual({
    "meta get": expect.any(Number),
    "meta put": 3,
    "outbox openCursor": 1,
    "streams count": 1,
    "sums get": 3,
    // Those of before leave at the end.
    "sums delete": 3,
    "sums openCursor": 1,
  });
  device.close();
});

test("streams that are folded again are found in the log by keys alone, and each of its pages is read once", async () => {
  const { owner } = await aFleet();
  for (let orders = 0; orders < 12; orders += 1) await placeOrder(owner.device);
  await owner.sync();
  const pages = await owner.device.db.log.count();
  const counted = countRequests();
  await rebuildAll(owner.device.db);
  const ofLog = Object.entries(tallied(counted.asked())).filter(([asked]) => asked.startsWith("log "));
  // Orders lie near each other; the settings are on a stream of their own kind.
  expect(Object.fromEntries(ofLog)).toEqual({
    "log count": 1,
    "log getAllKeys": 1,
    "log openKeyCursor": 1,
    "log get": pages,
  });
});

test("[L9] a rebuild that is killed between two chunks goes on behind the last one, and counts every stream once", async () => {
  const storage = freshStorage();
  const device = await aLocalDevice(storage);
  await placeOrder(device);
  // Streams on which nothing has happened, before and behind those of the orders.
  const others = (first: string) =>
    Array.from({ length: 450 }, (_, at) => emptyStream(`order/${first}${String(at).padStart(4, "0")}`));
  await device.db.streams.bulkPut([...others("0"), ...others("f")]);
  await ofAnotherBuild(device);
  const { db } = device;
  device.close();
  await db.open();
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value: unknown, key?: IDBValidKey) {
    const request = put.call(this, value, key);
    const { building } = (value as { readonly value?: ReadModel }).value ?? {};
    if (building !== undefined && building.done > 400) this.transaction.abort();
    return request;
  };
  try {
    await expect(finishRebuild(db)).rejects.toThrow();
  } finally {
    IDBObjectStore.prototype.put = put;
  }
  expect(await findRebuild(db)).toMatchObject({ done: 400 });
  db.close();
  const again = await openDevice(db.name, storage);
  await placeOrder(again);
  await until(async () => (await findRebuild(again.db)) === undefined);
  expect((await listSalesByDay(again.db, allDays))[0]?.orders).toBe(2);
  expect(await countOrders(again.db)).toMatchObject({ placed: 2 });
  again.close();
});
