import type { DeviceDatabase } from "./database.ts";
import { mustMeta } from "./meta.ts";
import type { ResupplyRow } from "./rows.ts";

/**
 * What a server that was set back to an older backup has not taken back, and nobody has looked at yet, in its old
 * order: this device's own commands, and on an owner's device those of all.
 */
export async function listNotTakenBack(db: DeviceDatabase): Promise<readonly ResupplyRow[]> {
  const rows = await db.resupply
    .where("[state+order]")
    .between(["refused", 0], ["refused", Number.POSITIVE_INFINITY])
    .toArray();
  if (rows.length === 0) return rows;
  const { deviceId, formerIds = [], joined } = await mustMeta(db, "identity");
  const own = new Set([deviceId, ...formerIds]);
  return rows.filter(
    ({ events }) => joined?.role === "owner" || events.some(({ device }) => own.has(device)),
  );
}

/** Notes that somebody has looked at it. It is still part of a backup of everything. */
export async function putAway(db: DeviceDatabase, command: string): Promise<void> {
  await db.resupply.where("command").equals(command).modify({ state: "put-away" });
}
