import { describe, expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import type { SqlDriver, SqlRow } from "../../../src/server/store/sql-driver.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { someTime } from "../support/commands.ts";
import { eventRow } from "../support/rows.ts";
import { openTestPglite, openTestPostgres, type TestDatabase } from "../support/stores.ts";
import { subscriptionRow } from "../support/subscriptions-contract.ts";
import { drawToken } from "../support/test-server.ts";

const tenantTables = [
  "workspaces",
  "events",
  "commands",
  "numbers",
  "devices",
  "invites",
  "tokens",
  "invite_codes",
  "subscriptions",
  "deliveries",
  "delivery_lanes",
  "delivery_doors",
];

function describeSecurity(name: string, open: () => Promise<TestDatabase>): void {
  describe(`row-level security (${name})`, () => {
    /** Rows of every table, as the role of the server sees them after these settings. */
    const countAs = (driver: SqlDriver, setting: string) =>
      driver.transaction(`BEGIN; SET LOCAL ROLE docket_app; ${setting}`, async ({ query }) => {
        const counts: Record<string, number> = {};
        for (const table of tenantTables) {
          const [row] = await query(`SELECT count(*) AS n FROM docket.${table}`);
          counts[table] = Number(row?.n);
        }
        return counts;
      });
    const all = (n: number) => Object.fromEntries(tenantTables.map((table) => [table, n]));

    test("[L15] who names no workspace sees nothing, and who names one sees its own rows only", async () => {
      const { driver, remove } = await open();
      try {
        const store = await openSqlStore(driver);
        const workspaces = [newId(), newId()];
        for (const id of workspaces) {
          const tokenHash = drawToken().padEnd(64, "0");
          const device = newId();
          const owner = {
            id: device,
            code: "K9",
            name: "Office",
            role: "owner",
            tokenHash,
            joinedBy: "setup",
            root: device,
          } as const;
          const times = { joinedAt: someTime, lastSeenAt: null, revokedAt: null };
          await store.createWorkspace(
            { id, name: "Shop", createdAt: someTime, owner: { ...owner, ...times } },
            false,
          );
          await store.inWorkspace(id, async (tx) => {
            const event = eventRow(1);
            const answer = { outcome: "accepted", firstPosition: 1, events: 1 } as const;
            await tx.append({
              events: [event],
              commands: [{ id: event.command, device: event.device, seq: 1, fingerprint: "f", answer }],
              numbers: [{ number: "K7-1", stream: event.stream }],
              head: { position: 1, hash: event.hash ?? "" },
            });
            const codeHash = id.replaceAll("-", "").padEnd(64, "0");
            await tx.insertInvite({
              codeHash,
              role: "rep",
              madeBy: device,
              expiresAt: someTime,
              usedBy: null,
            });
            const subscription = subscriptionRow();
            await tx.insertSubscription(subscription);
            const { stream, id: of, type } = event;
            const delivery = { subscription: subscription.id, position: 1, stream, event: of, type };
            await tx.putDeliveries([{ id: newId(), ...delivery }], someTime);
          });
        }
        expect(await countAs(driver, "SELECT 1")).toEqual(all(0));
        expect(await countAs(driver, "SELECT set_config('docket.workspace', '', true)")).toEqual(all(0));
        expect(await countAs(driver, `SELECT set_config('docket.workspace', '${newId()}', true)`)).toEqual(
          all(0),
        );
        expect(
          await countAs(driver, `SELECT set_config('docket.workspace', '${workspaces[0]}', true)`),
        ).toEqual(all(1));
        // Consumers learn which workspaces there are, and nothing of them.
        expect(await countAs(driver, "SELECT set_config('docket.consumer', 'on', true)")).toEqual({
          ...all(0),
          delivery_doors: 2,
        });
        // Without the role everything is there: it is the role that is bound, not the tables that are empty.
        const [events] = await driver.transaction("BEGIN", ({ query }) =>
          query("SELECT count(*) AS n FROM docket.events"),
        );
        expect(Number(events?.n)).toBe(2);
        await forbids(driver, workspaces[0] ?? "");
      } finally {
        await remove();
      }
    });

    test("[L15] every table that names a workspace is behind the wall, and one that is switched off is found", async () => {
      const { driver, remove } = await open();
      try {
        await openSqlStore(driver);
        const tables = await tablesOf(driver, "true");
        expect(tables).toEqual(expect.arrayContaining(tenantTables));
        expect(await tablesOf(driver, withoutWall)).toEqual([]);
        for (const table of tables) {
          for (const how of ["DISABLE", "NO FORCE"]) {
            await change(driver, `ALTER TABLE docket.${table} ${how} ROW LEVEL SECURITY`);
            expect(await tablesOf(driver, withoutWall)).toEqual([table]);
            await change(driver, `ALTER TABLE docket.${table} ENABLE ROW LEVEL SECURITY`);
            await change(driver, `ALTER TABLE docket.${table} FORCE ROW LEVEL SECURITY`);
          }
          await change(driver, `CREATE POLICY all_rows ON docket.${table} USING (true)`);
          expect(await tablesOf(driver, withoutWall)).toEqual([table]);
          await change(driver, `DROP POLICY all_rows ON docket.${table}`);
        }
      } finally {
        await remove();
      }
    });
  });
}

/** Row-level security that is off, that its owner passes, or that lets rows through whatever the workspace is. */
const withoutWall = `(NOT (c.relrowsecurity AND c.relforcerowsecurity) OR EXISTS (
  SELECT 1 FROM pg_policies p WHERE p.schemaname = 'docket' AND p.tablename = c.relname
    AND 'public' = ANY (p.roles) AND p.qual NOT LIKE '%workspace%docket.workspace%'))`;

/** The tables with a column `workspace` for which this holds, by name. */
async function tablesOf(driver: SqlDriver, holds: string): Promise<readonly string[]> {
  const rows = await driver.transaction("BEGIN", ({ query }) =>
    query(`SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace'
      WHERE n.nspname = 'docket' AND c.relkind IN ('r', 'p') AND ${holds} ORDER BY 1`),
  );
  return rows.map(({ name }) => String(name));
}

async function change(driver: SqlDriver, statement: string): Promise<void> {
  await driver.transaction("BEGIN", ({ query }) => query(statement));
}

test("[L15] every transaction of the store is bound: it takes the role, and names one workspace or one secret", async () => {
  const { driver, remove } = await openTestPglite();
  try {
    const seen: SqlRow[] = [];
    const watched: SqlDriver = {
      ...driver,
      transaction: (begin, work) =>
        driver.transaction(begin, async (session) => {
          const who = `SELECT current_user AS who, current_setting('docket.workspace', true) AS workspace,
            current_setting('docket.secret', true) AS secret`;
          seen.push(...(await session.query(who)));
          return work(session);
        }),
    };
    const store = await openSqlStore(watched);
    seen.length = 0;
    const workspace = newId();
    await store.inWorkspace(workspace, (tx) => tx.listDevices());
    await store.findToken("ab".repeat(32));
    await store.findInviteWorkspace("cd".repeat(32));
    const bound = seen.map(({ who, workspace: named, secret }) => [who, named || null, secret || null]);
    expect(bound).toEqual([
      ["docket_app", workspace, null],
      ["docket_app", null, "ab".repeat(32)],
      ["docket_app", null, "cd".repeat(32)],
    ]);
  } finally {
    await remove();
  }
});

/** The role may not write into another workspace, rewrite history, or read what belongs to the installation. */
async function forbids(driver: SqlDriver, workspace: string): Promise<void> {
  const begin = `BEGIN; SET LOCAL ROLE docket_app; SELECT set_config('docket.workspace', '${workspace}', true)`;
  const attempt = (statement: string): Promise<readonly SqlRow[]> =>
    driver.transaction(begin, ({ query }) => query(statement));
  const denied = /permission denied|row-level security/;
  const other = newId();
  await expect(attempt(`INSERT INTO docket.numbers VALUES ('${other}', 'K7-2', 'order/a')`)).rejects.toThrow(
    denied,
  );
  await expect(attempt("UPDATE docket.events SET data = '{}'")).rejects.toThrow(denied);
  await expect(attempt("DELETE FROM docket.events")).rejects.toThrow(denied);
  await expect(attempt("DELETE FROM docket.commands")).rejects.toThrow(denied);
  await expect(attempt("SELECT seal_key FROM docket.installation")).rejects.toThrow(denied);
}

describeSecurity("PGlite", () => openTestPglite());
describeWithPostgres("with PostgreSQL", () => describeSecurity("PostgreSQL", openTestPostgres));
