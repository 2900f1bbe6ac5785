import { afterEach, expect, test, vi } from "vitest";
import { openDevice } from "../../src/device/device.ts";
import { mustMeta, putMeta } from "../../src/device/meta.ts";
import { findRebuild, listSalesByDay } from "../../src/device/queries.ts";
import { beginRebuild } from "../../src/device/rebuild.ts";
import { addLine, aLocalDevice, freshStorage, run, startOrder } from "./a-device.ts";

const allDays = { from: "0000", to: "9999" };

afterEach(() => vi.useRealTimers());

async function placeOrder(device: Awaited<ReturnType<typeof aLocalDevice>>): Promise<void> {
  const { stream } = await startOrder(device);
  await addLine(device, stream);
  await run(device, stream, { type: "place-order", data: {} });
}

/** Waits for what storage does by itself; timers ring when the test says so. */
async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  for (let turns = 0; turns < 20_000; turns += 1) {
    if (await isTrue()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("expected it to become true");
}

test("[L9] a rebuild that storage has interrupted goes on by itself, and nothing is left out of the sums", async () => {
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
    if (this.name === "streams" && aborted === 0) {
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
