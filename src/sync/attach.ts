import { openDatabase } from "../device/database.ts";
import type { Device, DeviceStorage } from "../device/device.ts";
import { type CommandInput, commandsPerTransaction, handleCommands } from "../device/handle-command.ts";
import { findSettings } from "../device/queries.ts";
import { inTurn } from "../device/rebase.ts";
import { listWorkspaces, localWorkspaceId } from "../device/registry.ts";
import type { OutboxRow } from "../device/rows.ts";
import { kindOf, type StreamKey } from "../domain/stream-key.ts";

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
  const local = openDatabase(localDatabase, storage);
  try {
    const rows = inTurn(await local.outbox.toArray()).filter(({ stream }) => kindOf(stream) !== "workspace");
    for (let from = 0; from < rows.length; from += commandsPerTransaction) {
      await handleCommands(device, rows.slice(from, from + commandsPerTransaction).map(toInput));
    }
  } finally {
    local.close();
  }
}

function toInput(row: OutboxRow): CommandInput {
  return {
    id: row.id,
    stream: row.stream as StreamKey,
    command: row.command,
    at: row.at,
    traceparent: row.traceparent,
  };
}
