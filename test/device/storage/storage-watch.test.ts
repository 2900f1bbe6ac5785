import Dexie from "dexie";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Device, DeviceStorage } from "../../../src/device/storage/device.ts";
import { abortTransactions } from "../../../src/device/storage/open-transactions.ts";
import { startStorageWatch } from "../../../src/device/storage/storage-watch.ts";
import { until } from "../../support/until.ts";
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
  const alarms = new Set<() => void>();
  const watch = startStorageWatch(
    device.db,
    {
      isSeen: () => seen,
      every: (_ms, ring) => {
        tick = ring;
        return () => {};
      },
      after: (_ms, ring) => {
        alarms.add(ring);
        return () => alarms.delete(ring);
      },
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
    storage,
    watch,
    tick: () => tick(),
    /** Lets the time pass in which an answer was to come. */
    passTime: () => {
      for (const ring of [...alarms]) ring();
    },
    isLooking: () => alarms.size > 0,
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

/** Another tab in the middle of a write, standing still: nothing is answered here. Yields what lets it end. */
async function holdUp({ db }: Device, { indexedDB }: DeviceStorage): Promise<() => void> {
  const other = await new Promise<IDBDatabase>((resolve) => {
    const opening = (indexedDB as IDBFactory).open(db.name);
    opening.onsuccess = () => resolve(opening.result);
  });
  const table = other.transaction(["meta", "outbox"], "readwrite").objectStore("outbox");
  let isOver = false;
  const goOn = () => {
    if (isOver) other.close();
    else table.count().onsuccess = goOn;
  };
  goOn();
  return () => {
    isOver = true;
  };
}

describe("[L8] where transactions wait and nothing is answered", () => {
  /** Begins a save that another tab holds up, and looks twice. */
  async function aSaveHeldUp() {
    const watched = await aWatchedDevice();
    const { device, storage, tick, passTime } = watched;
    const release = await holdUp(device, storage);
    const saving = startOrder(device).catch(String);
    await until(() => device.db.openTransactions.size > 0);
    for (let looks = 0; looks < 2; looks += 1) {
      tick();
      passTime();
    }
    return { ...watched, saving, release };
  }

  test("whoever saves hears that it is not saved, and what comes after that is saved", async () => {
    const { device, tick, lost, saving, release, isLooking } = await aSaveHeldUp();
    tick();
    expect(await saving).toContain("not-saved");
    release();
    await until(() => !isLooking());
    expect(lost()).toBe(0);
    expect(await device.db.outbox.count()).toBe(1);
    await startOrder(device);
    expect(await device.db.outbox.count()).toBe(2);
  });

  test("the storage is told as lost, once, where another connection gets no answer either", async () => {
    const { tick, lost, saving, release, passTime, isLooking } = await aSaveHeldUp();
    tick();
    expect(await saving).toContain("not-saved");
    for (let looks = 0; looks < 3; looks += 1) {
      await until(isLooking);
      passTime();
      tick();
      if (lost() > 0) break;
    }
    tick();
    expect(lost()).toBe(1);
    release();
  });

  test("nothing is given up in a page that nobody sees, which may stand still for hours", async () => {
    const { device, tick, hide, saving, release } = await aSaveHeldUp();
    hide();
    for (let looks = 0; looks < 4; looks += 1) tick();
    release();
    expect(await saving).toMatchObject({ stream: expect.any(String) });
    expect(await device.db.outbox.count()).toBe(2);
  });

  test("nothing is given up behind a long write that gets on", async () => {
    const { device, tick, lost, passTime } = await aWatchedDevice();
    await device.db.transaction("rw", device.db.meta, async () => {
      for (let looks = 0; looks < 6; looks += 1) {
        await device.db.meta.get("identity");
        // What the look reads waits behind this write.
        Dexie.ignoreTransaction(() => {
          tick();
          passTime();
        });
      }
      await device.db.meta.put({ key: "movedTo", value: "a long write" });
    });
    expect(await device.db.meta.get("movedTo")).toMatchObject({ value: "a long write" });
    expect(lost()).toBe(0);
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
