import type { DeviceDatabase } from "../storage/database.ts";
import { mustMeta } from "../storage/meta.ts";
import { ownIds } from "../storage/own-ids.ts";
import { resupplyInState } from "../storage/resupply-rows.ts";
import type { ResupplyRow } from "../storage/rows.ts";

/**
 * What a server that was set back to an older backup has not taken back, and nobody has looked at yet, in its old
 * order: this device's own commands, and on an owner's device those of all.
 */
export async function listNotTakenBack(db: DeviceDatabase): Promise<readonly ResupplyRow[]> {
  const rows = await resupplyInState(db, "refused").toArray();
  if (rows.length === 0) return rows;
  const identity = await mustMeta(db, "identity");
  if (identity.joined?.role === "owner") return rows;
  const own = ownIds(identity);
  return rows.filter(({ events }) => events.some(({ device }) => own.has(device)));
}

/** Notes that somebody has looked at it. It is still part of a backup of everything. */
export async function putAway(db: DeviceDatabase, command: string): Promise<void> {
  await db.resupply.update(command, { state: "put-away" });
}
