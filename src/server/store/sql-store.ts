import { cursorStart } from "../../protocol/cursor.ts";
import { type Metrics, noMetrics } from "../telemetry/metrics.ts";
import { appRole, migrate, readInstallation } from "./migrations.ts";
import { withRetry } from "./retry.ts";
import { makeBookTx } from "./sql-book.ts";
import { makeConsumersTx } from "./sql-consumers.ts";
import { makeDeliveriesTx } from "./sql-deliveries.ts";
import { insertDevice, makeDeviceTx } from "./sql-devices.ts";
import { integer, type SqlDriver, type SqlRow, type SqlSession, text } from "./sql-driver.ts";
import { makeLogTx } from "./sql-log.ts";
import { makeStatesTx } from "./sql-states.ts";
import { makeSubscriptionsTx } from "./sql-subscriptions.ts";
import type { Store, WorkspaceTx } from "./store.ts";
import { isStoreUnavailable } from "./store-unavailable.ts";
import { makeTurns } from "./turns.ts";
import { makeWakeUps } from "./wake-ups.ts";

/**
 * The store on a database that speaks PostgreSQL: brings its schema up to date, then serves. Closes `driver` itself.
 */
export async function openSqlStore(driver: SqlDriver, metrics: Metrics = noMetrics): Promise<Store> {
  await migrate(driver);
  const installation = await readInstallation(driver);
  const wakeUps = await makeWakeUps(driver);
  const turns = makeTurns(turnLimits);
  const run = async <Result>(
    begin: string,
    work: (session: SqlSession) => Promise<Result>,
    atOnce?: "atOnce",
  ) => {
    try {
      return await withRetry(() => driver.transaction(begin, work, atOnce), {
        onRetry: (code) => metrics.count("docket.database.retries", 1, { code }),
      });
    } catch (error) {
      if (isStoreUnavailable(error)) metrics.count("docket.database.unavailable");
      throw error;
    }
  };
  const findDoor = async (table: "tokens" | "invite_codes", columns: string, hash: string) => {
    const select = `SELECT ${columns} FROM docket.${table} WHERE hash = $1`;
    const [row] = await run(beginAs({ secret: hash }), ({ query }) => query(select, [hash]));
    return row;
  };
  return {
    installation,
    inWorkspace: (workspace, work, order) => {
      const transact = (atOnce?: "atOnce") =>
        run(beginAs({ workspace }), (session) => work(makeWorkspaceTx(session, workspace)), atOnce);
      return order === "inTurn" ? turns.take(workspace, () => transact()) : transact(order);
    },
    createWorkspace: (created, firstOnly) =>
      run(begin, async ({ query }) => {
        const count = `UPDATE docket.installation SET workspaces = workspaces + 1 WHERE id = 1
          AND ($1 = 0 OR workspaces = 0) RETURNING workspaces`;
        const counted = await query(count, [firstOnly ? 1 : 0]);
        if (counted.length === 0) return false;
        await query(`SET LOCAL ROLE ${appRole}`);
        await query("SELECT set_config('docket.workspace', $1, true)", [created.id]);
        await query(
          "INSERT INTO docket.workspaces (workspace, name, head, hash, devices, created_at) VALUES ($1, $2, 0, $3, 1, $4)",
          [created.id, created.name, cursorStart.hash, created.createdAt],
        );
        await query("INSERT INTO docket.consumer_doors (workspace) VALUES ($1)", [created.id]);
        await insertDevice(query, created.id, created.owner);
        return true;
      }),
    countWorkspaces: async () => {
      const [row] = await run(begin, ({ query }) =>
        query("SELECT workspaces FROM docket.installation WHERE id = 1"),
      );
      return row === undefined ? 0 : integer(row, "workspaces");
    },
    listWorkspaces: async (after, max) => {
      const select = `SELECT workspace FROM docket.consumer_doors WHERE $1::uuid IS NULL OR workspace > $1::uuid
        ORDER BY workspace LIMIT $2`;
      const rows = await run(beginAsConsumer, ({ query }) => query(select, [after, max]));
      return rows.map((row) => text(row, "workspace"));
    },
    findToken: async (hash) => {
      const row = await findDoor("tokens", "workspace, device, root", hash);
      return row === undefined
        ? undefined
        : { workspace: text(row, "workspace"), device: text(row, "device"), root: text(row, "root") };
    },
    findInviteWorkspace: async (codeHash) => {
      const row: SqlRow | undefined = await findDoor("invite_codes", "workspace", codeHash);
      return row === undefined ? undefined : text(row, "workspace");
    },
    findDueWorkspaces: async (now, max) => {
      const rows = await run(beginAsConsumer, ({ query }) =>
        query(
          "SELECT workspace, due_at FROM docket.delivery_doors WHERE due_at IS NOT NULL ORDER BY due_at LIMIT $1",
          [max + 1],
        ),
      );
      const due = rows.filter((row) => text(row, "due_at") <= now).slice(0, max);
      const next = rows[due.length];
      return {
        due: due.map((row) => text(row, "workspace")),
        nextAt: next === undefined ? null : text(next, "due_at"),
      };
    },
    announce: wakeUps.announce,
    listen: wakeUps.listen,
    ping: async () => {
      await driver.transaction(begin, ({ query }) => query("SELECT 1 AS one"));
    },
    close: async () => {
      await wakeUps.stop();
      await driver.close();
    },
  };
}

/**
 * All statements of a workspace. Not spread into one object: Node makes a dictionary of so many members, which took
 * 0.3 ms for each transaction, thirty times as long as assigning them.
 */
function makeWorkspaceTx(session: SqlSession, workspace: string): WorkspaceTx {
  return Object.assign(
    Object.assign(
      makeLogTx(session, workspace),
      makeStatesTx(session, workspace),
      makeConsumersTx(session, workspace),
      makeBookTx(session, workspace),
    ),
    makeSubscriptionsTx(session, workspace),
    makeDeliveriesTx(session, workspace),
    makeDeviceTx(session, workspace),
  );
}

/** Devices give up after a minute: whoever would have to wait for long is told to come back later instead. */
const turnLimits = { waitingMax: 500, waitMsMax: 10_000 } as const;

/**
 * Settings in one text with BEGIN: one `SELECT set_config(...), ...` in their place took half as long again. A statement that waits longer than this for a lock, or runs longer, fails and is answered 503. A process that hangs
 * in the middle of a transaction loses it: others wait for the workspace's counter.
 */
const begin =
  "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = '20s'; SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '15s'";

/** The begin of a transaction that learns which workspaces there are, and nothing else. */
const beginAsConsumer = `${begin}; SET LOCAL ROLE ${appRole}; SET LOCAL docket.consumer = 'on'`;

/**
 * The begin of a transaction that row-level security binds: to one workspace, or to one secret before a workspace is
 * known. Both are LOCAL: at the end of the transaction the connection forgets them.
 */
function beginAs(scope: { readonly workspace: string } | { readonly secret: string }): string {
  const [name, value] = "workspace" in scope ? ["workspace", scope.workspace] : ["secret", scope.secret];
  if (!/^[0-9a-f-]{1,64}$/.test(value))
    throw new Error(`expected a UUID or a hash in hex, found ${value.length} others`);
  return `${begin}; SET LOCAL ROLE ${appRole}; SET LOCAL docket.${name} = '${value}'`;
}
