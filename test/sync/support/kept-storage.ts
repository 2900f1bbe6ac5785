import type { DeviceStorage } from "../../../src/device/storage/device.ts";
import { eventIdOf } from "../../../src/protocol/ids.ts";

/** The rows of a device's table, read past its app: a kept build shows only a part of them. */
export async function readTable(storage: DeviceStorage, table: string): Promise<readonly unknown[]> {
  const db = await openRaw(storage);
  const rows = await done(db.transaction(table).objectStore(table).getAll());
  db.close();
  return rows;
}

/**
 * Lets a command wait under another id, as if it had been given under that one: an app derives the ids of what it
 * imports, which the driver of a kept build cannot.
 */
export async function giveId(storage: DeviceStorage, from: string, to: string): Promise<void> {
  const db = await openRaw(storage);
  const tx = db.transaction(["outbox", "streams"], "readwrite");
  const ids = [[from, to], ...[0, 1, 2].map((index) => [eventIdOf(from, index), eventIdOf(to, index)])];
  for (const name of ["outbox", "streams"]) {
    const store = tx.objectStore(name);
    for (const row of await done(store.getAll())) {
      const text = JSON.stringify(row);
      const under = ids.reduce((so, [was = "", is = ""]) => so.replaceAll(was, is), text);
      if (under !== text) store.put(JSON.parse(under));
    }
  }
  await new Promise<void>((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onerror = () => reject(tx.error);
  });
  db.close();
}

/** The database of the workspace that a profile works in. */
async function openRaw(storage: DeviceStorage): Promise<IDBDatabase> {
  const indexedDB = storage.indexedDB as IDBFactory;
  const registry = await done(indexedDB.open("docket"));
  const entries = await done(registry.transaction("workspaces").objectStore("workspaces").getAll());
  registry.close();
  const current = entries.find((entry: { readonly current: boolean }) => entry.current);
  return done(indexedDB.open(current.database));
}

function done<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
