import postgres from "postgres";
import { describe, inject } from "vitest";
import { until } from "./until.ts";

/**
 * A group of tests that need PostgreSQL; `serverUrl` is the superuser's. Where the machine has none (never in CI) the
 * group is reported as skipped, with the reason in its title.
 */
export function describeWithPostgres(title: string, tests: (serverUrl: string) => void): void {
  const provided = inject("postgres");
  if ("url" in provided) describe(title, () => tests(provided.url));
  // biome-ignore lint/suspicious/noSkippedTests: left out and said so, where the machine has no PostgreSQL
  else describe.skip(`${title} (left out: ${provided.missing})`, () => tests("postgres://missing"));
}

/** Until a statement in this database waits for the lock of another transaction, or there is no need to wait any more. */
export async function untilOneWaits(url: string, isNeedless: () => boolean = () => false): Promise<void> {
  const sql = postgres(url, { max: 1 });
  const waiting = () =>
    sql`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  try {
    await until(async () => isNeedless() || (await waiting()).length > 0);
  } finally {
    await sql.end();
  }
}
