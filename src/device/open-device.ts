import type { finishAdoption } from "./outbox/adopt.ts";
import { isStale, makeRebuilding, type Rebuild } from "./outbox/make-rebuilding.ts";
import { NewerSchema, openDatabase } from "./storage/database.ts";
import type { Device, DeviceStorage } from "./storage/device.ts";
import { live } from "./storage/live.ts";
import { findMeta, mustMeta } from "./storage/meta.ts";
import { findCurrentWorkspace, type WorkspaceEntry } from "./storage/registry.ts";

/** IndexedDB is not there or refuses: a private window, a blocked site, a broken profile. */
class StorageUnavailable extends Error {
  readonly code = "storage-unavailable";
}

/** The registry names a database that the browser has lost: what was there is gone from this device. */
export class DatabaseLost extends Error {
  readonly code = "database-lost";
}

/**
 * What a start rarely needs, and a page loads only then: most of the code that writes hangs on it, and the first screen
 * writes nothing.
 */
export interface RareParts {
  readonly rebuild: () => Promise<Rebuild>;
  readonly adopt: () => Promise<typeof finishAdoption>;
}

const onDemand: RareParts = {
  rebuild: async () => (await import("./outbox/rebuild.ts")).rebuildIfStale,
  adopt: async () => (await import("./outbox/adopt.ts")).finishAdoption,
};

/**
 * Opens the workspace that this device works in; undefined when none was set up here yet.
 * @throws StorageUnavailable when the browser gives no IndexedDB, NewerSchema when a newer build has written here.
 */
export async function openCurrentDevice(
  storage: DeviceStorage = {},
  clockMs?: () => number,
  parts?: RareParts,
): Promise<Device | undefined> {
  try {
    const entry = await findCurrentWorkspace(storage);
    return entry === undefined ? undefined : await openWorkspace(entry, storage, clockMs, parts);
  } catch (error) {
    if (error instanceof DatabaseLost) throw error;
    const newer = findNewerSchema(error);
    if (newer !== undefined) throw newer;
    throw new StorageUnavailable("the browser gives this site no storage", { cause: error });
  }
}

/** Dexie wraps what stops it from opening. */
function findNewerSchema(error: unknown): NewerSchema | undefined {
  if (error instanceof NewerSchema) return error;
  const isWrapped = typeof error === "object" && error !== null && "inner" in error && error.inner !== error;
  return isWrapped ? findNewerSchema(error.inner) : undefined;
}

/**
 * Opens a workspace that this device knows, and finishes what joining it left to do when it was interrupted. Where
 * storage has no room for that, it is open anyway, and the next start tries again.
 * @throws DatabaseLost when its database is gone.
 */
export async function openWorkspace(
  entry: WorkspaceEntry,
  storage: DeviceStorage = {},
  clockMs?: () => number,
  parts: RareParts = onDemand,
): Promise<Device> {
  const device = await openDevice(entry.database, storage, clockMs, parts);
  if (entry.toAdopt === undefined) return device;
  const finish = await parts.adopt().catch((reason) => {
    reportError(reason);
    return undefined;
  });
  // Where that could not be loaded the work stays where it is, as without room.
  if (finish === undefined) return device;
  try {
    await finish(device, entry, storage);
  } catch (error) {
    device.close();
    throw error;
  }
  return device;
}

/** Opens a database that was set up before, refolds what an update made stale, and keeps its identity at hand. */
export async function openDevice(
  database: string,
  storage: DeviceStorage = {},
  clockMs: () => number = () => Date.now(),
  parts: RareParts = onDemand,
): Promise<Device> {
  const db = openDatabase(database, storage);
  const stored = await findMeta(db, "identity");
  if (stored === undefined) {
    db.close();
    throw new DatabaseLost(`the browser has lost the database ${database}`);
  }
  let identity = stored;
  let clockOffsetMs = (await mustMeta(db, "place")).clockOffsetMs;
  const rebuild = makeRebuilding(db, parts.rebuild);
  if (isStale(await mustMeta(db, "readModel"))) rebuild.goOn();
  // Identity and clock offset are small, read everywhere and written by sync, also in other tabs.
  const watch = live(() =>
    Promise.all([findMeta(db, "identity"), findMeta(db, "place"), findMeta(db, "readModel")]),
  ).subscribe(([nextIdentity, place, model]) => {
    identity = nextIdentity ?? identity;
    clockOffsetMs = place?.clockOffsetMs ?? clockOffsetMs;
    if (model?.building !== undefined) rebuild.goOn();
  });
  return {
    db,
    identity: () => identity,
    clockMs,
    now: () => clockMs() + clockOffsetMs,
    close: () => {
      rebuild.stop();
      watch.unsubscribe();
      db.close();
    },
  };
}
