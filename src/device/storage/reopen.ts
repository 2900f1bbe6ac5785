import type { DeviceDatabase } from "./database.ts";

/**
 * Closes the connection to the database and opens another, for one that no longer answers. What runs on the old one
 * ends or is aborted; live queries run again automatically.
 */
export async function reopen(db: DeviceDatabase): Promise<void> {
  db.close({ disableAutoOpen: false });
  await db.open();
}
