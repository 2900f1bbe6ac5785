import { randomUUID } from "node:crypto";
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

/** An empty database of one's own on the shared server. `drop` also cuts the connections that are still open. */
export async function createDatabase(serverUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await runAsAdmin(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runAsAdmin(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`) };
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

async function runAsAdmin(serverUrl: string, statement: string): Promise<void> {
  const sql = postgres(serverUrl, { max: 1 });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
