import type { DexieOptions } from "dexie";
import type { DeviceDatabase } from "./database.ts";
import type { Identity } from "./rows.ts";

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
