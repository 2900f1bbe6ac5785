import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { backupTables, derivedTables } from "../../../src/server/maintenance/backup-tables.ts";
import { writeBackup } from "../../../src/server/maintenance/write-backup.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import type { Store } from "../../../src/server/store/store.ts";
import { aBusyShop } from "../support/a-shop.ts";
import { contentOf, restore } from "../support/backups.ts";
import { deviceRow } from "../support/rows.ts";
import { openTestPglite, type TestDatabase } from "../support/stores.ts";

const now = new Date("2026-04-01T00:00:00.000Z");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "docket-backup-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A workspace whose owner was followed, and followed again. */
async function aLineage(store: Store): Promise<{ readonly id: string; readonly owner: string }> {
  const id = randomUUID();
  const owner = deviceRow();
  await store.createWorkspace({ id, name: "Shop", createdAt: now.toISOString(), owner }, false);
  const heir = deviceRow({ code: "M4", joinedBy: owner.id, root: owner.id });
  await store.inWorkspace(id, (tx) => tx.insertDevice(heir));
  const next = deviceRow({ code: "P6", joinedBy: heir.id, root: owner.id });
  await store.inWorkspace(id, (tx) => tx.insertDevice(next));
  return { id, owner: owner.id };
}

/** The lines of a backup as the last build before lineages wrote them: schema 5, without what has come since. */
function beforeLineages([header = "", ...lines]: string[]): string[] {
  const later = ["root", "made_by", "bytes"];
  let dropped: readonly number[] = [];
  const older = lines.map((line) => {
    const parsed = JSON.parse(line) as (string | null)[] | { table: string; columns: string[] };
    if (Array.isArray(parsed)) return JSON.stringify(parsed.filter((_, index) => !dropped.includes(index)));
    dropped = later.map((column) => parsed.columns.indexOf(column));
    return JSON.stringify({
      ...parsed,
      columns: parsed.columns.filter((column) => !later.includes(column)),
    });
  });
  return [JSON.stringify({ ...JSON.parse(header), schema: 5 }), ...older];
}

describe("a backup file", () => {
  let source: TestDatabase;
  let target: TestDatabase;
  beforeAll(async () => {
    [source, target] = [await openTestPglite(), await openTestPglite()];
    await aBusyShop(await openSqlStore(source.driver));
    await aBusyShop(await openSqlStore(target.driver));
  });
  afterAll(async () => {
    await source.remove();
    await target.remove();
  });
  const aBackup = async () => {
    const file = join(folder, `${randomUUID()}.backup`);
    await writeBackup(source.driver, file, now);
    return file;
  };
  /** Expects that a file is refused with these words, and that the database is as it was. */
  const refuses = async (file: string, words: string | RegExp) => {
    const before = await contentOf(target.driver);
    await expect(restore(target.driver, file, true)).rejects.toThrow(words);
    expect(await contentOf(target.driver)).toEqual(before);
  };
  /** The same backup with lines changed and with the end that goes with them, as a forger would write it. */
  const forged = async (change: (lines: string[]) => string[]) => {
    const file = await aBackup();
    const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split("\n");
    const body = change(lines.slice(0, -1))
      .map((line) => `${line}\n`)
      .join("");
    const end = JSON.parse(lines.at(-1) ?? "");
    const sha256 = createHash("sha256").update(body).digest("hex");
    writeFileSync(file, gzipSync(`${body}${JSON.stringify({ ...end, sha256 })}\n`));
    return file;
  };

  test("that was cut anywhere changes nothing", async () => {
    const file = await aBackup();
    const whole = readFileSync(file);
    for (const bytes of [0, 5, 100, whole.length >> 1, whole.length - 9, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, bytes));
      await refuses(file, /is cut off|is no backup/);
    }
    const lines = gunzipSync(whole).toString().trimEnd().split("\n");
    writeFileSync(file, gzipSync(lines.slice(0, -1).join("\n")));
    await refuses(file, "is cut off: it has no end");
  });

  test("that was damaged changes nothing", async () => {
    const file = await aBackup();
    const text = gunzipSync(readFileSync(file)).toString();
    writeFileSync(file, gzipSync(text.replace("Product OIL", "Product OLD")));
    await refuses(file, /is damaged|is broken/);
    writeFileSync(file, gzipSync(text.replace(/^\["Shop.*\n/m, "")));
    const packed = gzipSync(text);
    packed[packed.length >> 1] = (packed[packed.length >> 1] ?? 0) ^ 0xff;
    writeFileSync(file, packed);
    await refuses(file, /is damaged|is cut off/);
  });

  test("that is another file, or none, is told as such", async () => {
    const file = join(folder, "other");
    await refuses(file, `there is no file ${file}`);
    await refuses(folder, /cannot be read/);
    writeFileSync(file, "customers;as;csv\n");
    await refuses(file, "is no backup of Docket");
    writeFileSync(file, gzipSync("customers;as;csv\n"));
    await refuses(file, "is no backup of Docket");
    writeFileSync(file, gzipSync(Buffer.alloc(6_000_000, "x")));
    await refuses(file, "is no backup of Docket");
  });

  test("of a build before lineages is restored, each device in the lineage of the one that it followed", async () => {
    const driver = source.driver;
    const { id, owner } = await aLineage(await openSqlStore(driver));
    const file = await forged(beforeLineages);
    const { driver: restored, remove } = await openTestPglite();
    try {
      await restore(restored, file);
      expect(await contentOf(restored)).toEqual(await contentOf(driver));
      const found = await openSqlStore(restored);
      const devices = await found.inWorkspace(id, (tx) => tx.listDevices());
      expect(devices.map(({ root }) => root)).toEqual([owner, owner, owner]);
    } finally {
      await remove();
    }
  });

  test("of a newer build is left to a newer build", async () => {
    const newer = (change: object) =>
      forged(([header = "", ...rest]) => [JSON.stringify({ ...JSON.parse(header), ...change }), ...rest]);
    await refuses(await newer({ schema: 99 }), "take a newer build");
    await refuses(await newer({ format: 2 }), "take a newer build");
  });

  test("whose history does not hold, though its checksum does, is refused with workspace and position", async () => {
    await refuses(
      await forged((lines) => lines.map((line) => line.replace("Product OIL", "Product OLD"))),
      /the history of workspace [0-9a-f-]{36} is broken: position 4/,
    );
  });

  test("overwrites no database that holds something, unless that is said", async () => {
    const file = await aBackup();
    const before = await contentOf(target.driver);
    await expect(restore(target.driver, file)).rejects.toThrow("restore with --replace");
    expect(await contentOf(target.driver)).toEqual(before);
  });

  test("replaces one that a server has only opened", async () => {
    const { driver, remove } = await openTestPglite();
    try {
      await openSqlStore(driver);
      await restore(driver, await aBackup());
      expect(await contentOf(driver)).toEqual(await contentOf(source.driver));
    } finally {
      await remove();
    }
  });

  test("is not written over another, and not at all when a history is broken", async () => {
    const file = await aBackup();
    const bytes = readFileSync(file);
    await expect(writeBackup(source.driver, file, now)).rejects.toThrow("exists already");
    expect(readFileSync(file)).toEqual(bytes);
    const { driver, remove } = await openTestPglite();
    try {
      await restore(driver, file);
      await driver.transaction("BEGIN", ({ query }) =>
        query("UPDATE docket.events SET actor = 'Eve' WHERE position = 4"),
      );
      const other = join(folder, "broken.backup");
      await expect(writeBackup(driver, other, now)).rejects.toThrow("is broken: position 4");
      expect(existsSync(other)).toBe(false);
      expect(readdirSync(folder)).toHaveLength(1);
    } finally {
      await remove();
    }
  });

  test("with --replace replaces what was there, wholly", async () => {
    await restore(target.driver, await aBackup(), true);
    expect(await contentOf(target.driver)).toEqual(await contentOf(source.driver));
  });

  test("holds every table and column that the database has", async () => {
    const columns = await source.driver.transaction("BEGIN", ({ query }) =>
      query(
        `SELECT c.table_name AS name, c.column_name AS column, c.data_type AS type,
          (SELECT string_agg(k.column_name, ',' ORDER BY k.ordinal_position) FROM information_schema.key_column_usage k
            JOIN information_schema.table_constraints p USING (constraint_schema, constraint_name)
            WHERE p.table_schema = 'docket' AND p.table_name = c.table_name AND p.constraint_type = 'PRIMARY KEY') AS key
        FROM information_schema.columns c WHERE c.table_schema = 'docket' AND c.table_name <> 'migrations'
          AND c.table_name <> ALL($1::text[])`,
        [derivedTables],
      ),
    );
    const held = backupTables.flatMap((table) =>
      Object.entries(table.columns).map(([column, type]) => ({
        name: table.name,
        column,
        type,
        key: table.key.join(","),
      })),
    );
    const sorted = (rows: readonly object[]) =>
      rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
    expect(sorted(held)).toEqual(sorted(columns));
  });
});
