import { openDatabase } from "../../device/storage/database.ts";
import type { DeviceStorage } from "../../device/storage/device.ts";
import { listWorkspaces, localWorkspaceId } from "../../device/storage/registry.ts";
import { findSettings } from "../../device/views/queries.ts";

/** Work that was done on this device before it joined a server. */
export interface LocalWork {
  readonly database: string;
  readonly currency: string | undefined;
}

/** The local work of this device, or undefined where there is none. */
export async function findLocalWork(storage: DeviceStorage): Promise<LocalWork | undefined> {
  const entry = (await listWorkspaces(storage)).find(({ id }) => id === localWorkspaceId);
  if (entry === undefined) return undefined;
  const local = openDatabase(entry.database, storage);
  try {
    return { database: entry.database, currency: (await findSettings(local))?.currency };
  } finally {
    local.close();
  }
}
