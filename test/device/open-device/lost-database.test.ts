import { expect, test } from "vitest";
import { openCurrentDevice } from "../../../src/device/open-device.ts";
import { addWorkspace, findCurrentWorkspace, forgetWorkspace } from "../../../src/device/storage/registry.ts";
import { onWake } from "../../../src/sync/contexts/on-wake.ts";
import { aLocalDevice, freshStorage } from "../support/a-device.ts";

function deleteDatabase(factory: IDBFactory, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = factory.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

test("a database that the browser has lost is told as lost at every start, wakes nobody, and makes room for another", async () => {
  const storage = freshStorage();
  const device = await aLocalDevice(storage);
  const other = await findCurrentWorkspace(storage);
  await addWorkspace({ id: "another", name: "Another", database: "docket-another" }, storage);
  for (let start = 0; start < 2; start += 1)
    await expect(openCurrentDevice(storage)).rejects.toMatchObject({ code: "database-lost" });
  await forgetWorkspace("another", storage);
  expect(await findCurrentWorkspace(storage)).toEqual(other);
  device.close();
  await deleteDatabase(storage.indexedDB as IDBFactory, device.db.name);
  await expect(openCurrentDevice(storage)).rejects.toMatchObject({ code: "database-lost" });
  // The platform is not told that something is left to send: nothing here could be.
  await onWake(new AbortController().signal, storage);
  await forgetWorkspace(other?.id ?? "", storage);
  expect(await openCurrentDevice(storage)).toBeUndefined();
});
