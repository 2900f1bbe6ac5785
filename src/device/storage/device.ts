import type { DexieOptions } from "dexie";
import { workspaceStream } from "../../domain/stream-key.ts";
import type { WorkspaceFields } from "../../domain/workspace/workspace.ts";
import { cursorStart } from "../../protocol/cursor.ts";
import { newId } from "../../protocol/ids.ts";
import { finishAdoption } from "../outbox/adopt.ts";
import { handleCommand } from "../outbox/handle-command.ts";
import { readModelVersion } from "../streams/read-model-version.ts";
import { startRebuild } from "../streams/rebuild.ts";
import { type DeviceDatabase, NewerSchema, openDatabase } from "./database.ts";
import { live } from "./live.ts";
import { findMeta, mustMeta } from "./meta.ts";
import { randomCode } from "./random.ts";
import { addWorkspace, findCurrentWorkspace, localWorkspaceId, type WorkspaceEntry } from "./registry.ts";
import type { Identity } from "./rows.ts";
import { findStorageFault } from "./storage-fault.ts";

/**
 * One workspace on this device, open. `clockMs` is this device's own clock, which may be years off; `now` the same
 * corrected by its measured offset. Both in ms.
 */
export interface Device {
  readonly db: DeviceDatabase;
  readonly identity: () => Identity;
  readonly clockMs: () => number;
  readonly now: () => number;
  readonly close: () => void;
}

/** Where a device keeps its data: the browser's IndexedDB, or a test's own. */
export type DeviceStorage = Pick<DexieOptions, "indexedDB" | "IDBKeyRange" | "cache">;

/** IndexedDB is not there or refuses: a private window, a blocked site, a broken profile. */
class StorageUnavailable extends Error {
  readonly code = "storage-unavailable";
}

/** The registry names a database that the browser has lost: what stood there is gone from this device. */
export class DatabaseLost extends Error {
  readonly code = "database-lost";
}

/**
 * Opens the workspace that this device works in; undefined when none was set up here yet.
 * @throws StorageUnavailable when the browser gives no IndexedDB, NewerSchema when a newer build has written here.
 */
export async function openCurrentDevice(
  storage: DeviceStorage = {},
  clockMs?: () => number,
): Promise<Device | undefined> {
  try {
    const entry = await findCurrentWorkspace(storage);
    return entry === undefined ? undefined : await openWorkspace(entry, storage, clockMs);
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
 * storage has no room for that, it is open all the same, and the next start tries again.
 * @throws DatabaseLost when its database is gone.
 */
export async function openWorkspace(
  entry: WorkspaceEntry,
  storage: DeviceStorage = {},
  clockMs?: () => number,
): Promise<Device> {
  const device = await openDevice(entry.database, storage, clockMs);
  try {
    await finishAdoption(device, entry, storage);
  } catch (error) {
    if (findStorageFault(error) === undefined) {
      device.close();
      throw error;
    }
  }
  return device;
}

/** Opens a database that was set up before, refolds what an update made stale, and keeps its identity at hand. */
export async function openDevice(
  database: string,
  storage: DeviceStorage = {},
  clockMs: () => number = () => Date.now(),
): Promise<Device> {
  const db = openDatabase(database, storage);
  const stored = await findMeta(db, "identity");
  if (stored === undefined) {
    db.close();
    throw new DatabaseLost(`the browser has lost the database ${database}`);
  }
  let identity = stored;
  let clockOffsetMs = (await mustMeta(db, "place")).clockOffsetMs;
  const rebuild = startRebuild(db);
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

/** Sets up an empty database for an identity. One that is set up already is left as it is. */
export async function createDatabase(
  database: string,
  identity: Identity,
  storage: DeviceStorage = {},
): Promise<void> {
  const db = openDatabase(database, storage);
  try {
    await db.transaction("rw", db.meta, async () => {
      if ((await findMeta(db, "identity")) !== undefined) return;
      await db.meta.bulkAdd([
        { key: "identity", value: identity },
        { key: "counters", value: { seq: 0, orderNumber: 0 } },
        { key: "ledger", value: { created: 0, confirmed: 0, settled: 0 } },
        { key: "place", value: { ...cursorStart, head: 0, fence: 0, clockOffsetMs: 0 } },
        { key: "readModel", value: { version: readModelVersion(), generation: 1 } },
        { key: "status", value: { phase: "off", position: 0, head: 0 } },
      ]);
    });
  } finally {
    db.close();
  }
}

/**
 * Begins a workspace on this device alone, to be joined to a server later. Its orders are numbered with a
 * self-drawn code of six characters.
 */
export async function createLocalDevice(
  settings: WorkspaceFields,
  deviceName: string,
  storage: DeviceStorage = {},
): Promise<Device> {
  const workspaceId = newId();
  const database = `docket-${workspaceId}`;
  const identity: Identity = {
    deviceId: newId(),
    code: randomCode(6),
    deviceName,
    workspaceId,
    workspaceName: settings.name,
  };
  await createDatabase(database, identity, storage);
  const device = await openDevice(database, storage);
  await setUp(device, workspaceId, settings);
  await addWorkspace({ id: localWorkspaceId, name: settings.name, database }, storage);
  return device;
}

/** Records the settings of a workspace that this device has just begun, once. */
export async function setUp(device: Device, workspaceId: string, settings: WorkspaceFields): Promise<void> {
  const stream = workspaceStream(workspaceId);
  if ((await device.db.streams.get(stream)) !== undefined) return;
  const handled = await handleCommand(device, {
    stream,
    command: { type: "set-up-workspace", data: settings },
  });
  if (handled.outcome === "saved" || handled.outcome === "already") return;
  throw new Error(`expected the settings of ${workspaceId} to be saved, found ${handled.outcome}`);
}
