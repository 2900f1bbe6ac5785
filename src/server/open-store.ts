import type { Config } from "./config.ts";
import { openPglite } from "./store/pglite-driver.ts";
import { openPostgres } from "./store/postgres-driver.ts";
import { openSqlStore } from "./store/sql-store.ts";
import type { Store } from "./store/store.ts";
import { type Metrics, noMetrics } from "./telemetry/metrics.ts";

/** The configured database, ready to serve. `tell` hears what was found, and mended, on the way. */
export async function openStore(
  config: Pick<Config, "databaseUrl" | "dataDir">,
  metrics: Metrics = noMetrics,
  tell?: (words: string) => void,
): Promise<Store> {
  const driver = await (config.databaseUrl === null
    ? openPglite(config.dataDir, tell)
    : openPostgres(config.databaseUrl));
  try {
    return await openSqlStore(driver, metrics);
  } catch (error) {
    await driver.close();
    throw error;
  }
}
