import { backupTables } from "../../../src/server/maintenance/backup-tables.ts";
import { inspectBackup, restoreBackup } from "../../../src/server/maintenance/restore-backup.ts";
import type { SqlDriver } from "../../../src/server/store/sql-driver.ts";

/** All rows of all tables, as they are stored: what two equal databases have in common. */
export function contentOf(driver: SqlDriver): Promise<Record<string, unknown>> {
  return driver.transaction("BEGIN", async ({ query }) => {
    const content: Record<string, unknown> = {};
    for (const { name } of backupTables) {
      const [row] = await query(
        `SELECT json_agg(t ORDER BY t::text)::text AS rows FROM (SELECT to_jsonb(x) AS t FROM docket.${name} x) s`,
      );
      content[name] = row?.rows;
    }
    return content;
  });
}

/** Restores a file as the command line does, once it has looked at it. */
export const restore = async (driver: SqlDriver, file: string, replace = false, asCopy = false) =>
  restoreBackup(driver, file, { facts: await inspectBackup(file), replace, asCopy });
