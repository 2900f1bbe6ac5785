import Dexie from "dexie";
import { IDBFactory, IDBKeyRange, type IDBTransaction } from "fake-indexeddb";
import type { DeviceStorage } from "../../../src/device/storage/device.ts";
import type { OutboxRow, StreamRow } from "../../../src/device/storage/rows.ts";
import { makeOutboxWatch, type OutboxWatch, watchOutbox } from "./outbox-watch.ts";

/** What a transaction may meet. An abort at commit comes after all of its requests have succeeded. */
export type CommitFault = "UnknownError" | "QuotaExceededError";

/** The disk of one browser profile: IndexedDB that breaks when it is told to. */
export interface VirtualStorage extends DeviceStorage {
  readonly indexedDB: IDBFactory;
  readonly IDBKeyRange: typeof IDBKeyRange;
  /** Asked before each commit of a read-write transaction: a fault aborts it instead. */
  onCommit: (() => CommitFault | undefined) | undefined;
  /** Called before each request of a read-write transaction; may kill the browser. */
  onRequest: (() => void) | undefined;
  /** How many read-write transactions have committed, and how many of them without a flush. */
  readonly commits: { strict: number; relaxed: number };
  /** What has been in its outbox. */
  outbox: OutboxWatch;
}

// Dexie runs live queries only where it finds a global IndexedDB. Every database here brings its own.
Object.assign(Dexie.dependencies, { indexedDB: new IDBFactory(), IDBKeyRange });

// fake-indexeddb keeps its insides under these names; the simulation pins its version by the lockfile.
interface RawRecords {
  readonly put: (record: object) => void;
  readonly values: () => Iterable<{ readonly key: unknown; readonly value: unknown }>;
}
interface RawIndex {
  readonly name: string;
  readonly keyPath: unknown;
  readonly multiEntry: boolean;
  readonly unique: boolean;
  initialized: boolean;
  readonly records: RawRecords;
}
interface RawStore {
  readonly name: string;
  readonly keyPath: unknown;
  readonly autoIncrement: boolean;
  readonly records: RawRecords;
  readonly rawIndexes: Map<string, RawIndex>;
}
interface RawDatabase {
  readonly name: string;
  readonly version: number;
  readonly rawObjectStores: Map<string, RawStore>;
  readonly connections: readonly RawConnection[];
  readonly transactions: readonly RawTransaction[];
}
interface RawConnection {
  readonly _rawDatabase: RawDatabase;
  readonly close: () => void;
}
interface RawTransaction extends IDBTransaction {
  readonly _state: string;
  readonly _requests: readonly { readonly request: { readonly readyState: string } }[];
  readonly db: RawConnection & IDBTransaction["db"];
  readonly _abort: (name: string | null) => void;
}
type Constructor = new (...given: readonly unknown[]) => unknown;

const storages = new WeakMap<object, VirtualStorage>();
let made: VirtualStorage[] = [];

/** Forgets the disks of a former world. */
export function forgetStorages(): void {
  made = [];
}

const databasesOf = (storage: Pick<DeviceStorage, "indexedDB">) =>
  (storage.indexedDB as unknown as { readonly _databases: Map<string, RawDatabase> })._databases;

/** An empty disk, or the copy of one as it is at this moment: what is not committed is not on it. */
export function makeStorage(copyOf?: VirtualStorage): VirtualStorage {
  const storage: VirtualStorage = {
    indexedDB: new IDBFactory(),
    IDBKeyRange,
    // Dexie shares it between databases of one name, which here stand for different browsers.
    cache: "disabled",
    onCommit: undefined,
    onRequest: undefined,
    commits: { strict: 0, relaxed: 0 },
    outbox: makeOutboxWatch(copyOf?.outbox),
  };
  made.push(storage);
  if (copyOf === undefined) return storage;
  for (const raw of databasesOf(copyOf).values()) databasesOf(storage).set(raw.name, copyDatabase(raw));
  return storage;
}

/** A disk with what is on another one, for tests without a world. */
export function copyOfDisk(disk: DeviceStorage): DeviceStorage {
  const copy = { indexedDB: new IDBFactory(), IDBKeyRange };
  for (const raw of databasesOf(disk).values()) databasesOf(copy).set(raw.name, copyDatabase(raw));
  return copy;
}

/** Replaces what is there by the contents of a copy: a disk that was restored. */
export function restoreStorage(storage: VirtualStorage, from: VirtualStorage): void {
  databasesOf(storage).clear();
  for (const raw of databasesOf(from).values()) databasesOf(storage).set(raw.name, copyDatabase(raw));
  storage.outbox = makeOutboxWatch(from.outbox);
}

/** Clears the site's data, as a person or the browser may. */
export function wipeStorage(storage: VirtualStorage): void {
  databasesOf(storage).clear();
  storage.outbox = makeOutboxWatch();
}

/** The browser dies: whatever was not committed is gone, and no connection works any more. */
export function killConnections(storage: VirtualStorage): void {
  for (const raw of databasesOf(storage).values()) {
    for (const transaction of [...raw.transactions]) {
      if (transaction._state !== "finished") transaction._abort("AbortError");
    }
    for (const connection of [...raw.connections]) connection.close();
  }
}

function copyDatabase(raw: RawDatabase): RawDatabase {
  const open = raw.transactions.filter(({ _state, mode }) => _state !== "finished" && mode !== "readonly");
  if (open.length > 0) throw new Error(`expected no open transaction on ${raw.name}, found ${open.length}`);
  const copy = new (raw.constructor as Constructor)(raw.name, raw.version) as RawDatabase;
  for (const store of raw.rawObjectStores.values()) {
    const twin = new (store.constructor as Constructor)(
      copy,
      store.name,
      store.keyPath,
      store.autoIncrement,
    ) as RawStore;
    copyRecords(store.records, twin.records);
    for (const index of store.rawIndexes.values()) {
      const { name, keyPath, multiEntry, unique } = index;
      const twinIndex = new (index.constructor as Constructor)(
        twin,
        name,
        keyPath,
        multiEntry,
        unique,
      ) as RawIndex;
      twinIndex.initialized = true;
      copyRecords(index.records, twinIndex.records);
      twin.rawIndexes.set(name, twinIndex);
    }
    copy.rawObjectStores.set(store.name, twin);
  }
  return copy;
}

function copyRecords(from: RawRecords, to: RawRecords): void {
  // Values are cloned on their way in and out, so that two disks may hold the same ones.
  for (const { key, value } of from.values()) to.put({ key, value });
}

/** What a transaction has made of the outbox, just before its commit. */
function lookAtOutbox({ outbox }: VirtualStorage, { db, objectStoreNames }: RawTransaction): void {
  const { rawObjectStores } = db._rawDatabase;
  const valuesOf = (name: string) =>
    Array.from(rawObjectStores.get(name)?.records.values() ?? [], ({ value }) => value);
  if (!objectStoreNames.contains("outbox")) return;
  watchOutbox(outbox, valuesOf("outbox") as readonly OutboxRow[], (wanted) =>
    (valuesOf("streams") as readonly StreamRow[]).find(({ key }) => key === wanted),
  );
}

function storageOf(transaction: RawTransaction): VirtualStorage | undefined {
  const raw = transaction.db._rawDatabase;
  const found = storages.get(raw) ?? made.find((storage) => databasesOf(storage).get(raw.name) === raw);
  if (found !== undefined) storages.set(raw, found);
  return found;
}

/** Hooks into fake-indexeddb, once per process. */
export function installStorageHooks(transactionClass: { readonly prototype: object }): void {
  const prototype = transactionClass.prototype as { _start: (this: RawTransaction) => void };
  const start = prototype._start;
  prototype._start = function hooked(this: RawTransaction) {
    const storage = this.mode === "readwrite" ? storageOf(this) : undefined;
    if (storage === undefined || this._state === "finished") return start.call(this);
    const pending = this._requests.some(({ request }) => request.readyState !== "done");
    if (pending) {
      storage.onRequest?.();
      if (this._state === "finished") return;
      return start.call(this);
    }
    const fault = storage.onCommit?.();
    if (fault !== undefined) return this._abort(fault);
    lookAtOutbox(storage, this);
    storage.commits[this.durability === "strict" ? "strict" : "relaxed"] += 1;
    return start.call(this);
  };
}
