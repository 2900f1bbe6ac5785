import { workspaceStream } from "../domain/stream-key.ts";
import type { WorkspaceFields } from "../domain/workspace/workspace.ts";
import { cursorStart } from "../protocol/cursor.ts";
import { newId } from "../protocol/ids.ts";
import { openDevice } from "./open-device.ts";
import { handleCommand } from "./outbox/handle-command.ts";
import { openDatabase } from "./storage/database.ts";
import type { Device, DeviceStorage } from "./storage/device.ts";
import { findMeta } from "./storage/meta.ts";
import { randomCode } from "./storage/random.ts";
import { addWorkspace, localWorkspaceId } from "./storage/registry.ts";
import type { Identity } from "./storage/rows.ts";
import { readModelVersion } from "./streams/read-model-version.ts";

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
