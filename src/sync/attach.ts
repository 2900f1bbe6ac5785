import { adoptCommands } from "../device/adopt.ts";
import { openDatabase } from "../device/database.ts";
import type { Device, DeviceStorage } from "../device/device.ts";
import { findSettings } from "../device/queries.ts";
import { listWorkspaces, localWorkspaceId } from "../device/registry.ts";
import type { OutboxRow } from "../device/rows.ts";
import { kindOf } from "../domain/stream-key.ts";

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

/**
 * Brings the work that was done on this device before it joined into the workspace that it has joined: the same
 * commands, with the same ids and numbers, decided again there. Doing it twice changes nothing: a command id that
 * is there already is skipped. The business's settings are the workspace's own and do not come along.
 */
export async function attachLocalWork(
  localDatabase: string,
  device: Device,
  storage: DeviceStorage,
): Promise<void> {
  await bringAlong(localDatabase, device, storage, ({ stream }) => kindOf(stream) !== "workspace");
}

/**
 * Brings along what a former identity of this device in the same workspace had not got confirmed: the same commands
 * with the same ids, so that one which did reach the server is answered `duplicate`, and happens once.
 */
export async function adoptFormerWork(
  formerDatabase: string,
  device: Device,
  storage: DeviceStorage,
): Promise<void> {
  await bringAlong(formerDatabase, device, storage, () => true);
}

async function bringAlong(
  database: string,
  device: Device,
  storage: DeviceStorage,
  isWanted: (row: OutboxRow) => boolean,
): Promise<void> {
  const former = openDatabase(database, storage);
  try {
    await adoptCommands(device, (await former.outbox.toArray()).filter(isWanted));
  } finally {
    former.close();
  }
}
