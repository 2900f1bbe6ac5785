import { expect, test } from "vitest";
import { openCurrentDevice, openDevice } from "../../../src/device/open-device.ts";
import { handleCommand } from "../../../src/device/outbox/handle-command.ts";
import { orderStream } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { aHeader } from "../../domain/builders.ts";
import { fired } from "../../support/fired.ts";
import { aLocalDevice, freshStorage, startOrder } from "../support/a-device.ts";

/** Opens a database as a newer build would, whose schema has more tables. Dexie counts versions in tens. */
function openNewer(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, 990);
    request.onupgradeneeded = () => request.result.createObjectStore("of-a-newer-build");
    request.onsuccess = () => resolve(request.result);
    request.onblocked = () => reject(new Error("blocked: a tab of the older build does not let go"));
    request.onerror = () => reject(request.error);
  });
}

test("[L1] [L13] a tab of an older build lets a newer schema in, and says of nothing more that it is saved", async () => {
  const storage = freshStorage();
  const old = await aLocalDevice(storage);
  const { stream } = await startOrder(old);
  const factory = storage.indexedDB as IDBFactory;
  const newer = await openNewer(factory, old.db.name);
  fired(7, import.meta.url);
  const header = { ...aHeader(), number: "X-1" };
  const late = orderStream(newId());
  const handled = await handleCommand(old, { stream: late, command: { type: "start-order", data: header } });
  expect(handled).toMatchObject({ outcome: "not-saved", why: "storage" });
  const keys = await new Promise((resolve) => {
    const request = newer.transaction("streams").objectStore("streams").getAllKeys();
    request.onsuccess = () => resolve(request.result);
  });
  expect(keys).toContain(stream);
  expect(keys).not.toContain(late);
  newer.close();
});

test("[L13] an older build does not touch a newer schema: it says that the app must be updated", async () => {
  const storage = freshStorage();
  const old = await aLocalDevice(storage);
  const { name } = old.db;
  old.close();
  const newer = await openNewer(storage.indexedDB as IDBFactory, name);
  newer.close();
  await expect(openDevice(name, storage)).rejects.toThrow("update the app");
  await expect(openCurrentDevice(storage)).rejects.toMatchObject({ code: "newer-schema" });
});
