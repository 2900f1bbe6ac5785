import { createSecretKey, randomBytes } from "node:crypto";
import { withRetry } from "./retry.ts";
import { integer, type SqlDriver, type SqlSession, text } from "./sql-driver.ts";
import type { Installation } from "./store.ts";

/**
 * The role that every transaction takes: it owns nothing, so row-level security binds it, and it may not rewrite
 * history.
 */
export const appRole = "docket_app";

/**
 * Brings the database to this build's schema. Any number of processes may start at once: each step is one transaction
 * that begins by inserting its version, so a second process waits there, fails on the key, and finds it done.
 */
export async function migrate(driver: SqlDriver): Promise<void> {
  await withRetry(() => driver.transaction("BEGIN", createBase));
  for (const [index, statements] of migrations.entries()) {
    await withRetry(() =>
      driver.transaction("BEGIN", (session) => runMigration(session, index + 1, statements)),
    );
  }
}

/** Creates the schema as it was at a version, in the caller's transaction, or brings it further to that version. */
export async function createSchema(session: SqlSession, version: number): Promise<void> {
  await createBase(session);
  for (const [index, statements] of migrations.slice(0, version).entries())
    await runMigration(session, index + 1, statements);
}

/** The version of the schema that is there; 0 where there is none. */
export async function readSchemaVersion({ query }: SqlSession): Promise<number> {
  const [found] = await query("SELECT count(to_regclass('docket.migrations')) AS found");
  if (found === undefined || integer(found, "found") === 0) return 0;
  const [row] = await query("SELECT coalesce(max(version), 0) AS version FROM docket.migrations");
  return row === undefined ? 0 : integer(row, "version");
}

/** What was drawn at the first start; the same for every process on this database. */
export async function readInstallation(driver: SqlDriver): Promise<Installation> {
  const drawn = [randomBytes(32).toString("hex"), randomBytes(16).toString("hex"), new Date().toISOString()];
  const [row] = await withRetry(() =>
    driver.transaction("BEGIN", async (session) => {
      const insert = `INSERT INTO docket.installation (id, seal_key, setup_code, installed_at)
        SELECT 1, $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM docket.installation)`;
      await session.query(insert, drawn);
      return session.query("SELECT seal_key, setup_code FROM docket.installation WHERE id = 1");
    }),
  );
  if (row === undefined) throw new Error("expected one row in docket.installation, found none");
  return { sealKey: createSecretKey(text(row, "seal_key"), "hex"), setupCode: text(row, "setup_code") };
}

async function createBase(session: SqlSession): Promise<void> {
  await session.query("CREATE SCHEMA IF NOT EXISTS docket");
  await session.query(
    "CREATE TABLE IF NOT EXISTS docket.migrations (version integer PRIMARY KEY, at text NOT NULL)",
  );
  const roles = await session.query("SELECT 1 AS found FROM pg_roles WHERE rolname = $1", [appRole]);
  if (roles.length === 0) await session.query(`CREATE ROLE ${appRole} NOLOGIN NOSUPERUSER NOBYPASSRLS`);
  // An owner that is no superuser must be a member to take the role. Granted once: granting again at the same moment
  // as another process fails.
  const [member] = await session.query("SELECT pg_has_role(current_user, $1, 'MEMBER') AS is_member", [
    appRole,
  ]);
  if (member?.is_member !== true) await session.query(`GRANT ${appRole} TO CURRENT_USER`);
}

async function runMigration(
  session: SqlSession,
  version: number,
  statements: readonly string[],
): Promise<void> {
  const [newest] = await session.query("SELECT coalesce(max(version), 0) AS version FROM docket.migrations");
  const found = newest === undefined ? 0 : integer(newest, "version");
  if (found > migrations.length) {
    throw new Error(
      `the database has schema ${found}, this build knows ${migrations.length}: start a build at least as new`,
    );
  }
  if (found >= version) return;
  await session.query("INSERT INTO docket.migrations (version, at) VALUES ($1, $2)", [
    version,
    new Date().toISOString(),
  ]);
  for (const statement of statements) await session.query(statement);
}

/** Rows of the workspace that the transaction has named; an unnamed one sees and writes nothing. */
const ownRows = "workspace = NULLIF(current_setting('docket.workspace', true), '')::uuid";

/** Set by a program that reads or writes the whole database (backup, restore, verify), never by the server. */
const isMaintenance = "current_setting('docket.maintenance', true) = 'on'";

/** Consumers look for workspaces before they know one: they learn ids, and nothing else. */
const isConsumer = "current_setting('docket.consumer', true) = 'on'";

/** What a table of one workspace's rows needs, with the maintenance programs let in. */
const bindToWorkspace = (table: string) => [
  `ALTER TABLE docket.${table} ENABLE ROW LEVEL SECURITY`,
  `ALTER TABLE docket.${table} FORCE ROW LEVEL SECURITY`,
  `CREATE POLICY own_rows ON docket.${table} USING (${ownRows}) WITH CHECK (${ownRows})`,
  `CREATE POLICY maintenance ON docket.${table} TO CURRENT_USER USING (${isMaintenance}) WITH CHECK (${isMaintenance})`,
];

const tenantTables = ["workspaces", "events", "commands", "numbers", "devices", "invites"];
const doorTables = ["tokens", "invite_codes"];

/** Each step once, in order, for ever: a step that was released is never edited. Times are ISO 8601 text. */
const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE docket.installation (
      id integer PRIMARY KEY CHECK (id = 1), seal_key text NOT NULL, setup_code text NOT NULL,
      installed_at text NOT NULL, workspaces integer NOT NULL DEFAULT 0)`,
    `CREATE TABLE docket.workspaces (
      workspace uuid PRIMARY KEY, name text NOT NULL, head bigint NOT NULL DEFAULT 0, hash text NOT NULL,
      devices integer NOT NULL DEFAULT 0, created_at text NOT NULL)`,
    `CREATE TABLE docket.events (
      workspace uuid NOT NULL, position bigint NOT NULL, id uuid NOT NULL, stream text NOT NULL,
      version integer NOT NULL, type text NOT NULL, schema_version integer NOT NULL, data text NOT NULL,
      at text NOT NULL, recorded_at text NOT NULL, clock_offset_ms bigint NOT NULL, device uuid NOT NULL,
      seq bigint NOT NULL, command uuid NOT NULL, actor text NOT NULL, traceparent text NOT NULL, causation uuid,
      hash text, seal text,
      PRIMARY KEY (workspace, position), UNIQUE (workspace, id), UNIQUE (workspace, stream, version))`,
    `CREATE TABLE docket.commands (
      workspace uuid NOT NULL, id uuid NOT NULL, device uuid NOT NULL, seq bigint NOT NULL, fingerprint text NOT NULL,
      first_position bigint, events integer, refusal text,
      PRIMARY KEY (workspace, id), UNIQUE (workspace, device, seq))`,
    `CREATE TABLE docket.numbers (
      workspace uuid NOT NULL, number text NOT NULL, stream text NOT NULL, PRIMARY KEY (workspace, number))`,
    `CREATE TABLE docket.devices (
      workspace uuid NOT NULL, id uuid NOT NULL, code text NOT NULL, name text NOT NULL, role text NOT NULL,
      token_hash text NOT NULL, joined_by text NOT NULL, joined_at text NOT NULL, last_seen_at text, revoked_at text,
      PRIMARY KEY (workspace, id), UNIQUE (workspace, code))`,
    `CREATE TABLE docket.invites (
      workspace uuid NOT NULL, code_hash text NOT NULL, role text NOT NULL, expires_at text NOT NULL, used_by uuid,
      PRIMARY KEY (workspace, code_hash))`,
    "CREATE TABLE docket.tokens (hash text PRIMARY KEY, workspace uuid NOT NULL, device uuid NOT NULL)",
    "CREATE TABLE docket.invite_codes (hash text PRIMARY KEY, workspace uuid NOT NULL)",
    `GRANT USAGE ON SCHEMA docket TO ${appRole}`,
    `GRANT SELECT, INSERT, UPDATE ON docket.workspaces, docket.devices, docket.invites TO ${appRole}`,
    `GRANT SELECT, INSERT ON docket.events, docket.commands, docket.numbers, docket.tokens, docket.invite_codes TO ${appRole}`,
    `GRANT DELETE ON docket.invites, docket.invite_codes TO ${appRole}`,
    ...[...tenantTables, ...doorTables].flatMap((table) => [
      `ALTER TABLE docket.${table} ENABLE ROW LEVEL SECURITY`,
      `ALTER TABLE docket.${table} FORCE ROW LEVEL SECURITY`,
    ]),
    ...tenantTables.map(
      (table) => `CREATE POLICY own_rows ON docket.${table} USING (${ownRows}) WITH CHECK (${ownRows})`,
    ),
    // Whoever knows a token or a code may learn where it leads, and nothing of any other.
    ...doorTables.map(
      (table) =>
        `CREATE POLICY known_secret ON docket.${table}
          USING (${ownRows} OR hash = NULLIF(current_setting('docket.secret', true), '')) WITH CHECK (${ownRows})`,
    ),
  ],
  // Derived from the log, for devices that begin: may be emptied at any time.
  [
    `CREATE TABLE docket.states (
      workspace uuid NOT NULL, stream text COLLATE "C" NOT NULL, part text NOT NULL, version integer NOT NULL,
      event uuid NOT NULL, state text NOT NULL, PRIMARY KEY (workspace, stream))`,
    "CREATE INDEX states_part ON docket.states (workspace, part, stream)",
    `CREATE TABLE docket.states_places (
      workspace uuid PRIMARY KEY, position bigint NOT NULL, hash text NOT NULL, model text NOT NULL)`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON docket.states, docket.states_places TO ${appRole}`,
    ...["states", "states_places"].flatMap((table) => [
      `ALTER TABLE docket.${table} ENABLE ROW LEVEL SECURITY`,
      `ALTER TABLE docket.${table} FORCE ROW LEVEL SECURITY`,
      `CREATE POLICY own_rows ON docket.${table} USING (${ownRows}) WITH CHECK (${ownRows})`,
    ]),
  ],
  // The owner of the tables is bound too (FORCE), unless it is a superuser: so that it can make a backup.
  [...tenantTables, ...doorTables].map(
    (table) =>
      `CREATE POLICY maintenance ON docket.${table} TO CURRENT_USER USING (${isMaintenance}) WITH CHECK (${isMaintenance})`,
  ),
  // Consumers: where to find their work, how far each has come, what they could not take; and inventory's book.
  [
    "CREATE TABLE docket.consumer_doors (workspace uuid PRIMARY KEY)",
    `CREATE TABLE docket.consumers (
      workspace uuid NOT NULL, consumer text NOT NULL, position bigint NOT NULL, moved_at text,
      PRIMARY KEY (workspace, consumer))`,
    `CREATE TABLE docket.set_aside (
      workspace uuid NOT NULL, consumer text NOT NULL, position bigint NOT NULL, stream text NOT NULL,
      event uuid NOT NULL, reason text NOT NULL, at text NOT NULL, PRIMARY KEY (workspace, consumer, position))`,
    "CREATE INDEX set_aside_stream ON docket.set_aside (workspace, consumer, stream)",
    `CREATE TABLE docket.stock_levels (
      workspace uuid NOT NULL, sku text NOT NULL, on_hand bigint NOT NULL, reserved bigint NOT NULL,
      counts bigint NOT NULL, received bigint NOT NULL, told_on_hand bigint, told_counts bigint, told_received bigint,
      untold boolean NOT NULL, PRIMARY KEY (workspace, sku), CHECK (0 <= reserved AND reserved <= on_hand))`,
    "CREATE INDEX stock_levels_untold ON docket.stock_levels (workspace, sku) WHERE untold",
    `CREATE TABLE docket.stock_claims (
      workspace uuid NOT NULL, order_id uuid NOT NULL, sku text NOT NULL, number text NOT NULL, place bigint NOT NULL,
      wanted bigint NOT NULL, reserved bigint NOT NULL, PRIMARY KEY (workspace, order_id, sku),
      CHECK (0 <= reserved AND reserved <= wanted))`,
    `CREATE INDEX stock_claims_short ON docket.stock_claims (workspace, sku, place, order_id)
      WHERE reserved < wanted`,
    `CREATE INDEX stock_claims_holders ON docket.stock_claims (workspace, sku, place, order_id)
      WHERE reserved > 0`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON docket.consumers, docket.set_aside, docket.stock_levels,
      docket.stock_claims TO ${appRole}`,
    `GRANT SELECT, INSERT ON docket.consumer_doors TO ${appRole}`,
    ...["consumers", "set_aside", "stock_levels", "stock_claims", "consumer_doors"].flatMap(bindToWorkspace),
    `CREATE POLICY consumers ON docket.consumer_doors FOR SELECT USING (${ownRows} OR ${isConsumer})`,
    "SET LOCAL docket.maintenance = 'on'",
    "INSERT INTO docket.consumer_doors (workspace) SELECT workspace FROM docket.workspaces",
  ],
  // Subscriptions and what is on its way to them. A lane is one subscription's share of one stream that is not
  // delivered yet: which its oldest delivery is, and when that is due. A door says where to look, and holds nothing
  // else.
  [
    `CREATE TABLE docket.subscriptions (
      workspace uuid NOT NULL, id uuid NOT NULL, url text NOT NULL, description text NOT NULL, mode text NOT NULL,
      types text NOT NULL, secret text NOT NULL, former_secret text, former_until text, state text NOT NULL,
      from_position bigint NOT NULL, created_at text NOT NULL, last_delivered_at text, PRIMARY KEY (workspace, id))`,
    `CREATE TABLE docket.deliveries (
      workspace uuid NOT NULL, subscription uuid NOT NULL, position bigint NOT NULL, id uuid NOT NULL,
      stream text NOT NULL, event uuid NOT NULL, type text NOT NULL, state text NOT NULL, attempts integer NOT NULL,
      tried_at text, fault text, settled_at text,
      PRIMARY KEY (workspace, subscription, position), UNIQUE (workspace, id))`,
    `CREATE INDEX deliveries_open ON docket.deliveries (workspace, subscription, stream, position)
      WHERE state IN ('pending', 'dead')`,
    `CREATE INDEX deliveries_dead ON docket.deliveries (workspace, subscription, position) WHERE state = 'dead'`,
    `CREATE INDEX deliveries_settled ON docket.deliveries (workspace, settled_at) WHERE settled_at IS NOT NULL`,
    `CREATE TABLE docket.delivery_lanes (
      workspace uuid NOT NULL, subscription uuid NOT NULL, stream text NOT NULL, position bigint NOT NULL,
      due_at text, lease uuid, PRIMARY KEY (workspace, subscription, stream))`,
    `CREATE INDEX delivery_lanes_due ON docket.delivery_lanes (workspace, subscription, due_at)
      WHERE due_at IS NOT NULL`,
    "CREATE TABLE docket.delivery_doors (workspace uuid PRIMARY KEY, due_at text)",
    "CREATE INDEX delivery_doors_due ON docket.delivery_doors (due_at) WHERE due_at IS NOT NULL",
    `GRANT SELECT, INSERT, UPDATE, DELETE ON docket.subscriptions, docket.deliveries, docket.delivery_lanes TO ${appRole}`,
    `GRANT SELECT, INSERT, UPDATE ON docket.delivery_doors TO ${appRole}`,
    ...["subscriptions", "deliveries", "delivery_lanes", "delivery_doors"].flatMap(bindToWorkspace),
    `CREATE POLICY consumers ON docket.delivery_doors FOR SELECT USING (${ownRows} OR ${isConsumer})`,
  ],
  // Lineages. Who joined by a code is the root of its own; who followed a device has that device's. A token knows it
  // too, since who asks is told before any row of the workspace may be read.
  [
    "SET LOCAL docket.maintenance = 'on'",
    "ALTER TABLE docket.devices ADD COLUMN root uuid",
    "ALTER TABLE docket.tokens ADD COLUMN root uuid",
    `WITH RECURSIVE lineage (workspace, id, root) AS (
        SELECT d.workspace, d.id, d.id FROM docket.devices d WHERE NOT EXISTS (
          SELECT 1 FROM docket.devices p WHERE p.workspace = d.workspace AND p.id::text = d.joined_by)
        UNION ALL
        SELECT d.workspace, d.id, l.root FROM lineage l
        JOIN docket.devices d ON d.workspace = l.workspace AND d.joined_by = l.id::text)
      UPDATE docket.devices d SET root = l.root FROM lineage l WHERE d.workspace = l.workspace AND d.id = l.id`,
    `UPDATE docket.tokens t SET root = d.root FROM docket.devices d
      WHERE d.workspace = t.workspace AND d.id = t.device`,
    "ALTER TABLE docket.devices ALTER COLUMN root SET NOT NULL",
    "ALTER TABLE docket.tokens ALTER COLUMN root SET NOT NULL",
    "CREATE INDEX devices_root ON docket.devices (workspace, root)",
  ],
  // An invite is good while whoever made it is an owner; and how many followed others of late is counted by an index.
  [
    "ALTER TABLE docket.invites ADD COLUMN made_by uuid",
    "CREATE INDEX devices_successors ON docket.devices (workspace, joined_at) WHERE id <> root",
  ],
  // What a workspace has stored, as it is counted from now on (`stored-bytes.ts`).
  [
    "SET LOCAL docket.maintenance = 'on'",
    "ALTER TABLE docket.workspaces ADD COLUMN bytes bigint NOT NULL DEFAULT 0",
    `UPDATE docket.workspaces w SET bytes =
        (SELECT coalesce(sum(octet_length(data) + 300), 0) FROM docket.events e WHERE e.workspace = w.workspace)
        + (SELECT count(*) * 200 FROM docket.commands c WHERE c.workspace = w.workspace)`,
  ],
  // A refusal counts for its own lineage: another one's command with that id has an answer of its own. That an id is
  // accepted once is held by the index of the events' ids, which derive from it.
  [
    "ALTER TABLE docket.commands DROP CONSTRAINT commands_pkey",
    "ALTER TABLE docket.commands ADD PRIMARY KEY (workspace, id, device)",
  ],
  // Who made a subscription: owners are told where that one has no access any more.
  ["ALTER TABLE docket.subscriptions ADD COLUMN made_by uuid"],
];

/** The version of the schema that this build reads and writes. */
export const schemaVersion = migrations.length;
