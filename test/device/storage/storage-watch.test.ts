import { describe, expect, onTestFinished, test } from "vitest";
import { abortTransactions } from "../../../src/device/storage/open-transactions.ts";
import { startStorageWatch } from "../../../src/device/storage/storage-watch.ts";
import { aLocalDevice, freshStorage, startOrder } from "../support/a-device.ts";

/** A device whose storage can be broken under it, and a watch whose clock rings by hand. */
async function aWatchedDevice() {
  const storage = freshStorage();
  const device = await aLocalDevice(storage);
  let broken = false;
  const { open } = storage.indexedDB as IDBFactory;
  (storage.indexedDB as IDBFactory).open = function refused(...wanted: Parameters<IDBFactory["open"]>) {
    if (broken) throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
    return open.apply(this, wanted);
  };
  let seen = true;
  let lost = 0;
  let tick = () => {};
  let heard = () => {};
  const watch = startStorageWatch(
    device.db,
    {
      isSeen: () => seen,
      every: (_ms, ring) => {
        tick = ring;
        return () => {};
      },
      after: () => () => {},
    },
    () => {
      lost += 1;
      heard();
    },
  );
  onTestFinished(() => {
    watch.stop();
    device.close();
  });
  return {
    device,
    watch,
    tick: () => tick(),
    lost: () => lost,
    untilLost: () =>
      new Promise<void>((resolve) => {
        heard = resolve;
      }),
    hide: () => {
      seen = false;
    },
    breakNow: () => {
      broken = true;
      // What a browser does to a connection whose server is gone.
      device.db.close({ disableAutoOpen: false });
    },
  };
}

describe("watching the storage", () => {
  test("a connection that is lost is told once, without anybody having tapped", async () => {
    const { breakNow, untilLost, lost, tick, watch } = await aWatchedDevice();
    const told = untilLost();
    breakNow();
    await told;
    tick();
    watch.look();
    expect(lost()).toBe(1);
  });

  test("a connection that only closed is opened again, and nobody is told", async () => {
    const { device, lost } = await aWatchedDevice();
    device.db.close({ disableAutoOpen: false });
    await startOrder(device);
    expect(await device.db.outbox.count()).toBe(2);
    expect(lost()).toBe(0);
  });

  test("a database that was deleted under the page is lost, and is not begun again by looking", async () => {
    const { device, watch, untilLost } = await aWatchedDevice();
    await device.db.meta.clear();
    const told = untilLost();
    watch.look();
    await told;
    expect(await device.db.meta.count()).toBe(0);
  });

  test("a page that nobody sees does not look by the clock", async () => {
    const { device, hide, tick } = await aWatchedDevice();
    let reads = 0;
    device.db.meta.hook("reading", (row) => {
      reads += 1;
      return row;
    });
    hide();
    tick();
    await device.db.streams.count();
    expect(reads).toBe(0);
  });
});

describe("a page that is left", () => {
  test("aborts what it was writing, so that the next page is not held up, and none of it is saved", async () => {
    const device = await aLocalDevice();
    const before = await device.db.outbox.count();
    const writing = startOrder(device).catch((error: unknown) => error);
    const isWriting = () => [...device.db.openTransactions].some(({ mode }) => mode === "readwrite");
    await expect.poll(isWriting, { interval: 0 }).toBe(true);
    abortTransactions(device.db);
    expect(String(await writing)).toContain("not-saved");
    await expect.poll(isWriting, { interval: 0 }).toBe(false);
    expect(await device.db.outbox.count()).toBe(before);
    await startOrder(device);
    expect(await device.db.outbox.count()).toBe(before + 1);
    device.close();
  });
});
