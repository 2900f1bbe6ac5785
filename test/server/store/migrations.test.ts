import { describe, expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import { createSchema } from "../../../src/server/store/migrations.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { someTime } from "../support/commands.ts";
import { openTestPglite, openTestPostgres, type TestDatabase } from "../support/stores.ts";

/** The last version of the schema whose devices had no lineage. */
const beforeLineages = 5;

function describeMigrations(name: string, open: () => Promise<TestDatabase>): void {
  describe(`a database of an older build (${name})`, () => {
    test("gets lineages: who followed a device has its root, in its own workspace only", async () => {
      const { driver, remove } = await open();
      try {
        const [one, other] = [newId(), newId()];
        const [first, second, third, apart] = [newId(), newId(), newId(), newId()];
        // The same id in another workspace, as a restored or moved one may have it: of a lineage of its own.
        const devices = [
          [one, third, "P6", second],
          [one, second, "M4", first],
          [one, first, "K9", "setup"],
          [one, apart, "R8", "c".repeat(64)],
          [other, first, "K9", "setup"],
          [other, second, "M4", third],
        ] as const;
        await driver.transaction("BEGIN; SET LOCAL docket.maintenance = 'on'", async (session) => {
          await createSchema(session, beforeLineages);
          for (const [index, [workspace, id, code, joinedBy]] of devices.entries()) {
            const tokenHash = tokenHashOf(index);
            await session.query("INSERT INTO docket.tokens (hash, workspace, device) VALUES ($1, $2, $3)", [
              tokenHash,
              workspace,
              id,
            ]);
            await session.query(
              `INSERT INTO docket.devices (workspace, id, code, name, role, token_hash, joined_by, joined_at)
               VALUES ($1, $2, $3, 'Till', 'rep', $4, $5, $6)`,
              [workspace, id, code, tokenHash, joinedBy, someTime],
            );
          }
        });
        const store = await openSqlStore(driver);
        const roots = [first, first, first, apart, first, second];
        for (const [index, [workspace, device]] of devices.entries()) {
          const root = roots[index];
          expect(await store.findToken(tokenHashOf(index))).toEqual({ workspace, device, root });
          const row = await store.inWorkspace(workspace, (tx) => tx.findDevice(device));
          expect(row).toMatchObject({ id: device, root });
        }
      } finally {
        await remove();
      }
    });
  });
}

describeMigrations("PGlite", openTestPglite);
describeWithPostgres("with PostgreSQL", () => describeMigrations("PostgreSQL", openTestPostgres));

function tokenHashOf(index: number): string {
  return `${index}`.repeat(64);
}
