import { randomUUID } from "node:crypto";
import postgres from "postgres";

/** An empty database of one's own on the shared server. `drop` also cuts the connections that are still open. */
export async function createDatabase(serverUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await runAsAdmin(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runAsAdmin(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function runAsAdmin(serverUrl: string, statement: string): Promise<void> {
  const sql = postgres(serverUrl, { max: 1 });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
