import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ResupplyResponse } from "../../../src/protocol/healing-messages.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import { inspectBackup } from "../../../src/server/maintenance/restore-backup.ts";
import { verifyDatabase } from "../../../src/server/maintenance/verify-database.ts";
import { writeBackup } from "../../../src/server/maintenance/write-backup.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import type { Store } from "../../../src/server/store/store.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { aBusyShop } from "../support/a-shop.ts";
import { contentOf, restore } from "../support/backups.ts";
import { drafted, makeOrderHand, newOrder } from "../support/commands.ts";
import { openTestPglite, openTestPostgres, type TestDatabase } from "../support/stores.ts";
import { startTestServer, startWorkspace, testDevice } from "../support/test-server.ts";

const now = new Date("2026-04-01T00:00:00.000Z");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "docket-backup-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A server over a database, with a workspace, an invite, and some orders; and its log. */
async function useServer(store: Store) {
  const server = await startTestServer({ store });
  const owner = await startWorkspace(server);
  await owner.ask({ method: "POST", url: "/v1/invites", payload: { role: "rep" } });
  const [kept] = [newOrder(1, "K9"), await owner.push(newOrder(2, "K9"))];
  await owner.push(kept);
  // Refused for ever: that is remembered too.
  const taken = makeOrderHand().command(3, drafted("K9-2"));
  expect(await owner.push(taken)).toMatchObject([{ outcome: "refused", problem: { code: "number-taken" } }]);
  return { server, owner, kept };
}

type Open = () => Promise<TestDatabase>;

function describeBackup(name: string, openSource: Open, openTarget: Open): void {
  describe(`a backup (${name})`, () => {
    test("brings everything back into an empty database: equal to the last byte, and it goes on without a hole", async () => {
      const [source, target] = [await openSource(), await openTarget()];
      const file = join(folder, "docket.backup");
      try {
        const { owner, kept, server } = await useServer(await openSqlStore(source.driver));
        await aBusyShop(await openSqlStore(source.driver));
        const before = await owner.mustSync();
        const counts = await writeBackup(source.driver, file, now);
        expect(counts).toMatchObject({ installation: 1, workspaces: 2, devices: 2, invites: 1, events: 8 });
        expect(statSync(file).mode & 0o777).toBe(0o600);
        expect(readdirSync(folder)).toEqual(["docket.backup"]);

        await restore(target.driver, file);
        expect(await contentOf(target.driver)).toEqual(await contentOf(source.driver));
        expect(await verifyDatabase(target.driver, () => {})).toBe(true);

        const restored = await startTestServer({ store: await openSqlStore(target.driver) });
        const device = testDevice(restored, owner, owner.joined);
        expect((await device.mustSync()).events).toEqual(before.events);
        expect(await device.push(kept)).toMatchObject([{ outcome: "duplicate", positions: [2] }]);
        expect(await device.push(newOrder(4, "K9"))).toMatchObject([{ outcome: "accepted", positions: [3] }]);
        expect((await device.mustSync({ cursor: before.cursor })).events).toHaveLength(1);
        await restored.app.close();
        await server.app.close();
      } finally {
        await target.remove();
        await source.remove();
      }
    });

    test("as a copy: whole under a key of its own, and nothing that it accepts is taken back by the original", async () => {
      const [source, target] = [await openSource(), await openTarget()];
      const file = join(folder, "docket.backup");
      try {
        const { owner, server } = await useServer(await openSqlStore(source.driver));
        await writeBackup(source.driver, file, now);
        await restore(target.driver, file, false, true);
        expect(await verifyDatabase(target.driver, () => {})).toBe(true);
        const copied = await startTestServer({ store: await openSqlStore(target.driver) });
        const device = testDevice(copied, owner, owner.joined);
        const before = await owner.mustSync();
        const withoutSeals = (events: readonly LogEvent[]) => events.map(({ seal: _seal, ...rest }) => rest);
        const atCopy = (await device.mustSync()).events;
        expect(withoutSeals(atCopy)).toEqual(withoutSeals(before.events));
        expect(atCopy[0]?.seal).not.toBe(before.events[0]?.seal);
        // A device of the copy brings what it accepted to the original.
        expect(await device.push(newOrder(4, "K9"))).toMatchObject([{ outcome: "accepted" }]);
        const { events } = await device.mustSync({ cursor: before.cursor });
        const { position, hash } = before.events.at(-1) ?? {};
        const payload = { common: { position, hash }, head: 99, commands: [{ events }] };
        const answer = await owner.ask({ method: "POST", url: "/v1/resupply", payload });
        expect(answer.json<ResupplyResponse>().results).toMatchObject([
          { outcome: "refused", problem: { code: "bad-seal" } },
        ]);
        await copied.app.close();
        await server.app.close();
      } finally {
        await target.remove();
        await source.remove();
      }
    });
  });
}

describeBackup("PGlite to PGlite", openTestPglite, openTestPglite);
describeWithPostgres("with PostgreSQL", () => {
  describeBackup("PostgreSQL to PostgreSQL", openTestPostgres, openTestPostgres);
  describeBackup("PGlite to PostgreSQL", openTestPglite, openTestPostgres);
  describeBackup("PostgreSQL to PGlite", openTestPostgres, openTestPglite);

  test("shows one moment, also of a database that servers write to meanwhile", async () => {
    const { driver, remove } = await openTestPostgres();
    try {
      const store = await openSqlStore(driver);
      const shop = await aBusyShop(store);
      const files = ["a", "b", "c", "d"].map((name) => join(folder, name));
      const counts = [];
      for (const [index, file] of files.entries()) {
        const seq = 10 + index * 3;
        const pushed = [seq, seq + 1, seq + 2].map((each) => shop.pushed(newOrder(each)));
        const [written] = await Promise.all([writeBackup(driver, file, now), ...pushed]);
        counts.push(written);
      }
      expect(counts.at(-1)?.events).toBeGreaterThan(counts[0]?.events ?? 0);
      for (const [index, file] of files.entries()) {
        const { counts: held } = await inspectBackup(file);
        expect(held).toEqual(counts[index]);
        expect(held.events).toBe((held.commands ?? 0) + 1);
      }
    } finally {
      await remove();
    }
  });

  test("is not restored under a running server, which would go on with what is not there any more", async () => {
    const { driver, remove } = await openTestPostgres();
    try {
      await openSqlStore(driver);
      const file = join(folder, "docket.backup");
      await writeBackup(driver, file, now);
      // The test's own connections are called as the server's are.
      const other = driver.transaction("BEGIN", async () => {
        await expect(restore(driver, file)).rejects.toThrow("a server uses this database: stop it first");
      });
      await other;
    } finally {
      await remove();
    }
  });
});

test("[L15] the server's own role sees nothing foreign, whatever it sets", async () => {
  const { driver, remove } = await openTestPglite();
  try {
    const shop = await aBusyShop(await openSqlStore(driver));
    const counts = (role: string) =>
      driver.transaction(`BEGIN; SET LOCAL docket.maintenance = 'on'${role}`, async ({ query }) => {
        const [row] = await query("SELECT count(*)::int AS events FROM docket.events");
        return Number(row?.events);
      });
    expect(await counts("")).toBe((await shop.log()).length);
    expect(await counts("; SET LOCAL ROLE docket_app")).toBe(0);
  } finally {
    await remove();
  }
});
