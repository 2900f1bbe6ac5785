import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cursorStart, formatCursor } from "../../../src/protocol/cursor.ts";
import { eventOf } from "../../../src/server/accept/event-row.ts";
import { verifyDatabase, type WorkspaceReport } from "../../../src/server/maintenance/verify-database.ts";
import { openPostgres } from "../../../src/server/store/postgres-driver.ts";
import type { SqlDriver } from "../../../src/server/store/sql-driver.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import type { Store } from "../../../src/server/store/store.ts";
import { verifyPage } from "../../../src/sync/engine/verify-page.ts";
import { createDatabase } from "../../support/create-database.ts";
import { fired } from "../../support/fired.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { aBusyShop } from "../support/a-shop.ts";
import { openTestPglite, openTestPostgres, type TestDatabase } from "../support/stores.ts";

type Shop = Awaited<ReturnType<typeof aBusyShop>>;

function describeVerify(name: string, open: () => Promise<TestDatabase>): void {
  describe(`verifying the history (${name})`, () => {
    let driver: SqlDriver;
    let remove: () => Promise<void>;
    let shops: readonly Shop[];
    let store: Store;
    beforeAll(async () => {
      ({ driver, remove } = await open());
      store = await openSqlStore(driver);
    });
    afterAll(() => remove());
    beforeEach(async () => {
      shops = [await aBusyShop(store), await aBusyShop(store), await aBusyShop(store)];
    });

    /** Verifies, and answers what is said of these shops: those of other tests are broken beside them. */
    const verified = async () => {
      const reports: WorkspaceReport[] = [];
      const isWhole = await verifyDatabase(driver, (report) => void reports.push(report));
      const own = new Set(shops.map(({ workspace }) => workspace));
      return { isWhole, reports: reports.filter(({ workspace }) => own.has(workspace)) };
    };
    /** Alters the second shop as somebody with access to the database could, and expects it to be found there. */
    const brokenBy = async (...statements: readonly string[]) => {
      const [, shop] = shops;
      if (shop === undefined) throw new Error("expected a shop");
      await driver.transaction("BEGIN", async ({ query }) => {
        for (const statement of statements)
          await query(`${statement.replace("WHERE", `WHERE workspace = '${shop.workspace}' AND`)}`);
      });
      const { isWhole, reports } = await verified();
      expect(isWhole).toBe(false);
      expect(reports).toHaveLength(3);
      expect(reports.filter(({ broken }) => broken !== undefined)).toHaveLength(1);
      return { ...reports.find(({ workspace }) => workspace === shop.workspace), shop };
    };

    test("what was not touched is whole: every event and every link of every workspace", async () => {
      expect(await verified()).toEqual({
        isWhole: true,
        reports: shops
          .map(({ workspace }) => ({ workspace, events: 6, links: 5, broken: undefined }))
          .sort((one, other) => (one.workspace < other.workspace ? -1 : 1)),
      });
    });

    test.each([
      ["data", "data = replace(data, 'EUR', 'USD')"],
      ["author", "actor = 'Eve'"],
      ["clock's offset", "clock_offset_ms = clock_offset_ms - 315360000000"],
      ["trace", `traceparent = '00-${"a".repeat(32)}-${"b".repeat(16)}-01'`],
      ["time", "recorded_at = '2026-03-02T00:00:00.000Z'"],
      ["device", "device = '01890000-0000-7000-8000-0000000000ff'"],
      ["seal", `seal = '${"ab".repeat(32)}'`],
      ["hash", `hash = '${"ab".repeat(32)}'`],
    ])("an altered row is found where it is (%s)", async (_what, change) => {
      const { broken, events } = await brokenBy(`UPDATE docket.events SET ${change} WHERE position = 5`);
      expect(broken).toMatchObject({ position: 5 });
      expect(events).toBe(4);
    });

    test("an altered row in the middle of a command is found in that command", async () => {
      const { broken } = await brokenBy("UPDATE docket.events SET actor = 'Eve' WHERE position = 2");
      expect(broken).toMatchObject({ position: 2, why: expect.stringContaining("positions 2 to 3") });
    });

    test("a deleted row is found, also the last one, and the last one of a command", async () => {
      const { broken } = await brokenBy("DELETE FROM docket.events WHERE position = 4");
      expect(broken).toEqual({ position: 4, why: "expected position 4, found 5" });
    });

    test("a deleted last row is found by the counter", async () => {
      const { broken } = await brokenBy("DELETE FROM docket.events WHERE position = 6");
      expect(broken).toMatchObject({ position: 6 });
    });

    test("a command that lost its end is found", async () => {
      const close = "UPDATE docket.events SET position = position - 1 WHERE position > 3";
      const { broken } = await brokenBy("DELETE FROM docket.events WHERE position = 3", close);
      expect(broken).toMatchObject({ position: 2 });
    });

    test("a swapped pair is found", async () => {
      const move = (from: number, to: number) =>
        `UPDATE docket.events SET position = ${to} WHERE position = ${from}`;
      const { broken } = await brokenBy(move(5, 99), move(6, 5), move(99, 6));
      expect(broken).toMatchObject({ position: 5 });
    });

    test("[L4] a forgotten command is found: sent again it would count twice", async () => {
      const { broken } = await brokenBy("DELETE FROM docket.commands WHERE seq = 3");
      expect(broken).toMatchObject({ position: 4, why: expect.stringContaining("not remembered") });
    });

    test("an altered row is found by the next device that reads it too, which takes nothing of that page", async () => {
      fired(31, import.meta.url);
      const { shop } = await brokenBy("UPDATE docket.events SET actor = 'Eve' WHERE position = 5");
      const events = (await shop.log()).map(eventOf);
      const last = events.at(-1);
      const cursor = formatCursor({ position: last?.position ?? 0, hash: last?.hash ?? "" });
      expect(verifyPage(cursorStart, { events, cursor })).toEqual({
        outcome: "broken",
        why: "the chain breaks at position 5",
      });
    });
  });
}

describeVerify("PGlite", () => openTestPglite());
describeWithPostgres("with PostgreSQL", (serverUrl) => {
  describeVerify("PostgreSQL", openTestPostgres);

  test("a database whose owner is no superuser is seen whole by its owner, and nobody else takes it for whole", async () => {
    const database = await createDatabase(serverUrl);
    const admin = postgres(database.url, { max: 1, onnotice: () => {} });
    const name = new URL(database.url).pathname.slice(1);
    const users = ["owner", "reader"].map((role) => `${name}_${role}`);
    const urlOf = (user = "") => Object.assign(new URL(database.url), { username: user }).href;
    try {
      for (const user of users) await admin.unsafe(`CREATE ROLE ${user} LOGIN NOSUPERUSER`);
      await admin.unsafe(`ALTER DATABASE ${name} OWNER TO ${users[0]}`);
      // Any earlier test has created the server's role on this cluster; here its owner may take it.
      await admin.unsafe(
        "DO $$ BEGIN CREATE ROLE docket_app NOLOGIN; EXCEPTION WHEN duplicate_object THEN END $$",
      );
      await admin.unsafe(`GRANT docket_app TO ${users[0]}`);
      const store = await openSqlStore(await openPostgres(urlOf(users[0])));
      await aBusyShop(store);
      await store.close();
      const asOwner = await openPostgres(urlOf(users[0]));
      const reports: WorkspaceReport[] = [];
      expect(await verifyDatabase(asOwner, (report) => void reports.push(report))).toBe(true);
      expect(reports).toMatchObject([{ events: 6, links: 5 }]);
      await asOwner.close();
      await admin.unsafe(`GRANT USAGE ON SCHEMA docket TO ${users[1]}`);
      await admin.unsafe(`GRANT SELECT ON ALL TABLES IN SCHEMA docket TO ${users[1]}`);
      const asReader = await openPostgres(urlOf(users[1]));
      await expect(verifyDatabase(asReader, () => {})).rejects.toThrow("sees 0 of 1 workspaces");
      await asReader.close();
    } finally {
      await admin.end();
      await database.drop();
      const cluster = postgres(serverUrl, { max: 1 });
      for (const user of users) await cluster.unsafe(`DROP ROLE IF EXISTS ${user}`);
      await cluster.end();
    }
  });
});

test("a database without a Docket, and one of another build, are told apart from a broken one", async () => {
  const { driver, remove } = await openTestPglite();
  try {
    const verify = () => verifyDatabase(driver, () => {});
    await expect(verify()).rejects.toThrow("the database holds no Docket");
    await openSqlStore(driver);
    expect(await verify()).toBe(true);
    const setVersion = (change: string) => driver.transaction("BEGIN", ({ query }) => query(change));
    await setVersion("INSERT INTO docket.migrations VALUES (900, 'now')");
    await expect(verify()).rejects.toThrow("take a newer build");
    await setVersion("DELETE FROM docket.migrations WHERE version > 1");
    await expect(verify()).rejects.toThrow("start the server once");
  } finally {
    await remove();
  }
});
