import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningPostgres, startPostgres } from "../../scripts/start-postgres.mjs";
import { createDatabase } from "../support/create-database.ts";
import { describeWithPostgres } from "../support/with-postgres.ts";

describeWithPostgres("a PostgreSQL of one's own", () => {
  let running: RunningPostgres;
  beforeAll(async () => {
    running = await startPostgres();
  });
  afterAll(() => running.stop());

  test("flushes every commit to the disk", async () => {
    const sql = postgres(running.url);
    const [settings] = await sql`SELECT current_setting('fsync') AS fsync,
                                        current_setting('synchronous_commit') AS commit`;
    await sql.end();
    expect(settings).toEqual({ fsync: "on", commit: "on" });
  });

  test("comes back on the same port after kill -9, with what was committed", async () => {
    const before = postgres(running.url);
    await before`CREATE TABLE kept AS SELECT 1 AS n`;
    await before.end();
    const firstPid = running.pid();
    await running.kill();
    await running.restart();
    const after = postgres(running.url);
    expect([...(await after`SELECT n FROM kept`)]).toEqual([{ n: 1 }]);
    await after.end();
    expect(running.pid()).not.toBe(firstPid);
  });
});

describeWithPostgres("the shared PostgreSQL", (serverUrl) => {
  test("gives each test an empty database and takes it back, open connections or not", async () => {
    const database = await createDatabase(serverUrl);
    const sql = postgres(database.url);
    const tables = await sql`SELECT 1 FROM information_schema.tables WHERE table_schema = 'public'`;
    expect(tables.count).toBe(0);
    await database.drop();
    await expect(sql`SELECT 1`).rejects.toThrow();
    await sql.end();
  });
});
