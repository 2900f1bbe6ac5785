import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPostgres } from "../../../scripts/start-postgres.mjs";
import { openPostgres } from "../../../src/server/store/postgres-driver.ts";
import type { SqlDriver } from "../../../src/server/store/sql-driver.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { openTestPglite, openTestPostgres } from "../support/stores.ts";

const settings = ["fsync", "synchronous_commit", "full_page_writes"];

describe("durability of PGlite", () => {
  const { fsyncSync } = fs;
  let fsyncs = 0;
  let driver: SqlDriver;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    fs.fsyncSync = (file) => {
      fsyncs += 1;
      fsyncSync(file);
    };
    syncBuiltinESMExports();
    ({ driver, remove } = await openTestPglite());
  });
  afterAll(async () => {
    fs.fsyncSync = fsyncSync;
    syncBuiltinESMExports();
    await remove();
  });

  test("[L3] every commit ends in a real fsync, one after another", async () => {
    await driver.transaction("BEGIN", ({ query }) => query("CREATE TABLE counted (n integer)"));
    for (let commit = 0; commit < 20; commit += 1) {
      const before = fsyncs;
      await driver.transaction("BEGIN", ({ query }) => query("INSERT INTO counted VALUES ($1)", [commit]));
      expect(fsyncs).toBeGreaterThan(before);
    }
  });

  test("[L3] it flushes its log by fsync, since its fdatasync does nothing", async () => {
    const found = await driver.transaction("BEGIN", async ({ query }) => [
      ...(await Promise.all(settings.map((name) => query(`SHOW ${name}`)))).flat(),
      ...(await query("SHOW wal_sync_method")),
    ]);
    expect(found).toEqual([...settings.map((name) => ({ [name]: "on" })), { wal_sync_method: "fsync" }]);
  });
});

describeWithPostgres("durability of PostgreSQL", (serverUrl) => {
  test("[L3] fsync and synchronous_commit are on in the server's own transactions", async () => {
    const { driver, remove } = await openTestPostgres();
    try {
      const found = await driver.transaction("BEGIN", async ({ query }) =>
        (await Promise.all(settings.map((name) => query(`SHOW ${name}`)))).flat(),
      );
      expect(found).toEqual(settings.map((name) => ({ [name]: "on" })));
    } finally {
      await remove();
    }
  });

  test("[L3] a database that acknowledges before it has flushed is refused, with words", async () => {
    const url = new URL(serverUrl);
    url.searchParams.set("options", "-c synchronous_commit=off");
    const lax = postgres(url.href, { max: 1 });
    const [row] = await lax`SHOW synchronous_commit`;
    await lax.end();
    expect(row).toEqual({ synchronous_commit: "off" });
    await expect(openPostgres(url.href)).rejects.toThrow("synchronous_commit = off");
  });

  test("[L3] a database without fsync is refused, with words", async () => {
    const lax = await startPostgres({ settings: { fsync: "off" } });
    try {
      await expect(openPostgres(lax.url)).rejects.toThrow("fsync = off");
    } finally {
      await lax.stop();
    }
  });
});
