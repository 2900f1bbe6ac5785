import Dexie from "dexie";
import { expect, test } from "vitest";
import { createLocalDevice } from "../../../src/device/create-device.ts";
import { openPage, type PageStart } from "../../../src/device/open-device.ts";
import { partsAtHand } from "../../../src/device/parts-at-hand.ts";
import type { DeviceStorage } from "../../../src/device/storage/device.ts";
import { type FirstScreen, readFirstScreen } from "../../../src/device/views/first-screen.ts";
import { noteTransactions } from "../../support/note-transactions.ts";
import { until } from "../../support/until.ts";
import { freshStorage, someSettings, startOrder } from "../support/a-device.ts";

/** A page that remembers a database, and what it is told to remember. */
function aPage(remembered: string | undefined) {
  const told: (string | undefined)[] = [];
  const page: PageStart<FirstScreen> = {
    remembered,
    remember: (database) => told.push(database),
    readFirst: (db) => readFirstScreen(db, true),
  };
  return { page, told };
}

/** A business begun on this storage, with an order; closed again. The last one begun is the current one. */
async function aBusiness(storage: DeviceStorage) {
  const device = await createLocalDevice(someSettings, "Van 1", storage);
  const { id } = await startOrder(device);
  const { name } = device.db;
  device.close();
  return { name, id };
}

/** Lets nobody read the registry until what it answers is called. */
async function holdRegistry(storage: DeviceStorage): Promise<() => void> {
  const request = (storage.indexedDB as IDBFactory).open("docket");
  await new Promise((resolve) => {
    request.onsuccess = resolve;
  });
  const store = request.result.transaction("workspaces", "readwrite").objectStore("workspaces");
  let isHeld = true;
  const hold = () => {
    if (isHeld) store.count().onsuccess = hold;
    else request.result.close();
  };
  hold();
  return () => {
    isHeld = false;
  };
}

async function open(page: PageStart<FirstScreen>, storage: DeviceStorage) {
  const opened = await openPage(page, storage, undefined, partsAtHand);
  if (opened === undefined) throw new Error("expected a current workspace");
  opened.device.close();
  // What was begun with the remembered database comes to its end.
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
  return opened;
}

test("a page reads all that its first screen shows in one transaction, and the registry in another", async () => {
  const storage = freshStorage();
  const { name, id } = await aBusiness(storage);
  for (const remembered of [name, undefined]) {
    const begun = noteTransactions();
    const { device, first } = await openPage(aPage(remembered).page, storage).then((opened) => {
      if (opened === undefined) throw new Error("expected a current workspace");
      return opened;
    });
    expect([...begun].sort()).toEqual(
      [`${name}: meta streams readonly`, "docket: workspaces readonly"].sort(),
    );
    expect(first?.settings?.name).toBe(someSettings.name);
    expect(first?.orders?.map((order) => order.id)).toEqual([id]);
    device.close();
  }
});

test("a remembered database is opened and read while the registry has not answered", async () => {
  const storage = freshStorage();
  const { name } = await aBusiness(storage);
  const release = await holdRegistry(storage);
  const begun = noteTransactions();
  const opening = openPage(aPage(name).page, storage);
  let isOpen = false;
  opening.then(
    () => (isOpen = true),
    () => {},
  );
  await until(() => begun.includes(`${name}: meta streams readonly`));
  // What was asked before has long been answered.
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  // The registry has been asked beside it, and its answer is still to come.
  expect(begun).toContain("docket: workspaces readonly");
  expect(begun.filter((one) => one.startsWith(name))).toEqual([`${name}: meta streams readonly`]);
  expect(isOpen).toBe(false);
  release();
  (await opening)?.device.close();
});

test("where the registry names another database it holds: nothing is written into the remembered one", async () => {
  const storage = freshStorage();
  const former = await aBusiness(storage);
  const current = await aBusiness(storage);
  const { page, told } = aPage(former.name);
  const begun = noteTransactions();
  const { device, first } = await open(page, storage);
  expect(device.db.name).toBe(current.name);
  expect(first?.orders?.map(({ id }) => id)).toEqual([current.id]);
  expect(begun.filter((one) => one.startsWith(former.name))).toEqual([
    `${former.name}: meta streams readonly`,
  ]);
  expect(told).toEqual([current.name]);
});

test("a remembered database that is gone is not made again", async () => {
  const storage = freshStorage();
  const { name } = await aBusiness(storage);
  await open(aPage("docket-gone").page, storage);
  const known = await (storage.indexedDB as IDBFactory).databases();
  expect(known.map((database) => database.name).sort()).toEqual(["docket", name].sort());
});

test("a remembered database of an older build is left as it is until the registry has named it", async () => {
  const storage = freshStorage();
  const older = new Dexie("docket-older", storage as ConstructorParameters<typeof Dexie>[1]);
  older.version(2).stores({
    log: "first, *streams",
    outbox: "seq, &id, stream, state, [state+rank]",
    streams: "key, sort, group",
    sums: "key",
    meta: "key",
    resupply: "command, [state+order]",
  });
  await older.open();
  older.close();
  await aBusiness(storage);
  await open(aPage("docket-older").page, storage);
  const versions = await (storage.indexedDB as IDBFactory).databases();
  expect(versions.find(({ name }) => name === "docket-older")?.version).toBe(20);
});

test("where the registry knows nothing, the welcome is shown, whatever is remembered", async () => {
  const storage = freshStorage();
  const { page, told } = aPage("docket-gone");
  expect(await openPage(page, storage)).toBeUndefined();
  expect(told).toEqual([undefined]);
});

test("a remembered database whose contents are lost is told as lost", async () => {
  const storage = freshStorage();
  const { name } = await aBusiness(storage);
  await new Promise((resolve) => {
    (storage.indexedDB as IDBFactory).deleteDatabase(name).onsuccess = resolve;
  });
  await expect(openPage(aPage(name).page, storage)).rejects.toMatchObject({ code: "database-lost" });
});
