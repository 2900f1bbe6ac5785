import type { Collection } from "dexie";
import type { DeviceDatabase } from "./database.ts";
import type { ResupplyRow } from "./rows.ts";

/** What is in one state of being given back to a restored server, in its old order. */
export function resupplyInState(
  db: DeviceDatabase,
  state: ResupplyRow["state"],
): Collection<ResupplyRow, string> {
  return db.resupply.where("[state+order]").between([state, 0], [state, Number.POSITIVE_INFINITY]);
}
