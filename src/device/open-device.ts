import type { finishAdoption } from "./outbox/adopt.ts";
import { isStale, makeRebuilding, type Rebuild } from "./outbox/make-rebuilding.ts";
import { type DeviceDatabase, NewerSchema, openDatabase } from "./storage/database.ts";
import type { Device, DeviceStorage } from "./storage/device.ts";
import { live } from "./storage/live.ts";
import { findMeta, mustMeta } from "./storage/meta.ts";
import { findCurrentWorkspace, type WorkspaceEntry } from "./storage/registry.ts";
import type { Identity } from "./storage/rows.ts";

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

/** What a page brings along, to be open soon. */
export interface PageStart<First> {
  /** The database that this browser worked in when a page last started; undefined where nothing is remembered. */
  readonly remembered: string | undefined;
  readonly remember: (database: string | undefined) => void;
  /** What the first screen shows, read in the same transaction as what opening needs. */
  readonly readFirst: (db: DeviceDatabase) => Promise<First>;
}

/**
 * Opens the workspace that this device works in; undefined when none was set up here yet.
 * @throws StorageUnavailable when the browser gives no IndexedDB, NewerSchema when a newer build has written here.
 */
export async function openCurrentDevice(
  storage: DeviceStorage = {},
  clockMs?: () => number,
  parts?: RareParts,
): Promise<Device | undefined> {
  const page = { remembered: undefined, remember: () => {}, readFirst: async () => undefined };
  return (await openPage(page, storage, clockMs, parts))?.device;
}

/**
 * The same, with what the first screen shows. The remembered database is opened and read beside the registry, which
 * holds: where that names another one, what was read is thrown away, and until it has answered nothing is written.
 */
export async function openPage<First>(
  page: PageStart<First>,
  storage: DeviceStorage = {},
  clockMs?: () => number,
  parts?: RareParts,
): Promise<{ readonly device: Device; readonly first: First | undefined } | undefined> {
  const { remembered, remember, readFirst } = page;
  const early = remembered === undefined ? undefined : openAsItIs(remembered, storage, readFirst);
  // Not waited for: another page may hold up the opening of what nobody works in.
  const letGo = () => void early?.then((opened) => opened?.db.close());
  try {
    const entry = await findCurrentWorkspace(storage);
    remember(entry?.database);
    if (entry?.database !== remembered) letGo();
    if (entry === undefined) return undefined;
    const opened =
      (entry.database === remembered ? await early : undefined) ??
      (await openRead(entry.database, storage, readFirst));
    const device = await finishWorkspace(makeDevice(opened, clockMs, parts), entry, storage, parts);
    return { device, first: opened.start.first };
  } catch (error) {
    letGo();
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
  parts?: RareParts,
): Promise<Device> {
  return finishWorkspace(await openDevice(entry.database, storage, clockMs, parts), entry, storage, parts);
}

async function finishWorkspace(
  device: Device,
  entry: WorkspaceEntry,
  storage: DeviceStorage,
  parts: RareParts = onDemand,
): Promise<Device> {
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
  clockMs?: () => number,
  parts?: RareParts,
): Promise<Device> {
  return makeDevice(await openRead(database, storage, async () => undefined), clockMs, parts);
}

/** A database that is open, and what was read of it in one transaction. */
interface Opened<First> {
  readonly db: DeviceDatabase;
  readonly start: Start<First>;
}

interface Start<First> {
  readonly identity: Identity;
  readonly clockOffsetMs: number;
  readonly isStale: boolean;
  readonly first: First | undefined;
}

async function openRead<First>(
  database: string,
  storage: DeviceStorage,
  readFirst: (db: DeviceDatabase) => Promise<First>,
): Promise<Opened<First>> {
  const db = openDatabase(database, storage);
  try {
    const start = await readStart(db, readFirst);
    if (start === undefined) throw new DatabaseLost(`the browser has lost the database ${database}`);
    return { db, start };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The same for a database that nobody has named yet: undefined where it would have to be made or changed for it. */
async function openAsItIs<First>(
  database: string,
  storage: DeviceStorage,
  readFirst: (db: DeviceDatabase) => Promise<First>,
): Promise<Opened<First> | undefined> {
  const db = openDatabase(database, storage);
  const refuse = () => {
    throw new Error(`the database ${database} is not here as this build has it`);
  };
  db.on("populate", refuse);
  db.version(db.verno).upgrade(refuse);
  try {
    const start = await readStart(db, readFirst);
    if (start !== undefined) return { db, start };
  } catch {
    // Whatever it is, the registry's way meets it again where it matters.
  }
  db.close();
  return undefined;
}

async function readStart<First>(
  db: DeviceDatabase,
  readFirst: (db: DeviceDatabase) => Promise<First>,
): Promise<Start<First> | undefined> {
  return db.transaction("r", db.meta, db.streams, async () => {
    const identity = await findMeta(db, "identity");
    if (identity === undefined) return undefined;
    const [place, model, first] = await Promise.all([
      mustMeta(db, "place"),
      mustMeta(db, "readModel"),
      // The screen asks again, and says what it cannot read.
      readFirst(db).catch(() => undefined),
    ]);
    return { identity, clockOffsetMs: place.clockOffsetMs, isStale: isStale(model), first };
  });
}

function makeDevice(
  { db, start }: Opened<unknown>,
  clockMs: () => number = () => Date.now(),
  parts: RareParts = onDemand,
): Device {
  let { identity, clockOffsetMs } = start;
  const rebuild = makeRebuilding(db, parts.rebuild);
  if (start.isStale) rebuild.goOn();
  // Identity and clock offset are small, read everywhere and written by sync, also in other tabs.
  const watch = live(() =>
    db.transaction("r", db.meta, async () =>
      Promise.all([findMeta(db, "identity"), findMeta(db, "place"), findMeta(db, "readModel")]),
    ),
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
