import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPostgres } from "../../../src/server/store/postgres-driver.ts";
import type { SqlSession } from "../../../src/server/store/sql-driver.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { openTestPglite, openTestPostgres, type TestDatabase } from "../support/stores.ts";

/** Asks once more when the answer to the first statement is there. */
const askTwice = async ({ query }: SqlSession) => {
  await query("SELECT 1 AS one");
  return query("SELECT 2 AS two");
};

function describeAtOnce(name: string, open: () => Promise<TestDatabase>): void {
  describe(`a transaction that ends with its first statements (${name})`, () => {
    let database: TestDatabase;
    beforeEach(async () => {
      database = await open();
    });
    afterEach(() => database.remove());

    test("answers what it was asked, takes no statement later, and leaves the connection as it was", async () => {
      const { driver } = database;
      const asked = (work: (session: SqlSession) => Promise<unknown>) =>
        driver.transaction("BEGIN; SET LOCAL docket.workspace = 'w'", work, "atOnce");
      const both = await asked(({ query }) =>
        Promise.all([query("SELECT 1 AS one"), query("SELECT 2 AS two")]),
      );
      expect(JSON.stringify(both)).toMatch(/"one":"?1"?.*"two":"?2"?/);
      await expect(asked(askTwice)).rejects.toThrow("expected no statement after the end");
      await expect(asked(({ query }) => query("SELECT nothing"))).rejects.toMatchObject({ code: "42703" });
      const setting = "SELECT current_setting('docket.workspace', true) AS workspace";
      const [row] = await driver.transaction("BEGIN", ({ query }) => query(setting));
      expect(row?.workspace ?? "").toBe("");
    });
  });
}

describeAtOnce("PGlite", () => openTestPglite());
describeWithPostgres("with PostgreSQL", () => {
  describeAtOnce("PostgreSQL", openTestPostgres);

  test("is over when its first answer comes: nobody has waited for anything in between", async () => {
    const { driver, remove, url } = await openTestPostgres();
    const other = await openPostgres(url);
    try {
      const lock = ({ query }: SqlSession) => query("SELECT pg_advisory_xact_lock(7)");
      const begin = "BEGIN; SET LOCAL lock_timeout = '5s'";
      const ended = driver.transaction(
        begin,
        async (session) => {
          await lock(session);
          await other.transaction(begin, lock);
          return "was free";
        },
        "atOnce",
      );
      expect(await ended).toBe("was free");
    } finally {
      await other.close();
      await remove();
    }
  });
});
