import * as v from "valibot";
import { roles } from "../../domain/role.ts";
import { findText, integer, type SqlRow, type SqlSession, text } from "./sql-driver.ts";
import type { DeviceRow, WorkspaceTx } from "./store.ts";

/** The part of a transaction that knows devices and invites. */
export type DeviceTx = Pick<
  WorkspaceTx,
  | "findDevice"
  | "findCodes"
  | "listDevices"
  | "listLineage"
  | "countLineages"
  | "countSuccessors"
  | "updateLineage"
  | "countDevice"
  | "insertDevice"
  | "updateDevice"
  | "insertInvite"
  | "findInvite"
  | "useInvite"
  | "forgetInvites"
>;

/** The statements of devices and invites, one text for PGlite and PostgreSQL. */
export function makeDeviceTx({ query }: SqlSession, workspace: string): DeviceTx {
  return {
    findDevice: async (id) => {
      const [row] = await query(`${selectDevices} AND id = $2`, [workspace, id]);
      return row === undefined ? undefined : deviceOf(row);
    },
    findCodes: async (codes) => {
      if (codes.length === 0) return [];
      const rows = await query(
        `SELECT code, root FROM docket.devices d WHERE workspace = $1 AND code = ANY($2::text[]) AND EXISTS (
           SELECT 1 FROM docket.devices l WHERE l.workspace = $1 AND l.root = d.root AND l.revoked_at IS NULL)`,
        [workspace, codes],
      );
      return rows.map((row) => ({ code: text(row, "code"), root: text(row, "root") }));
    },
    listDevices: async () =>
      (await query(`${selectDevices} ORDER BY joined_at, code`, [workspace])).map(deviceOf),
    listLineage: async (root) =>
      (await query(`${selectDevices} AND root = $2 ORDER BY joined_at, code`, [workspace, root])).map(
        deviceOf,
      ),
    countLineages: async () => {
      const count =
        "SELECT count(DISTINCT root) AS living FROM docket.devices WHERE workspace = $1 AND revoked_at IS NULL";
      const [row] = await query(count, [workspace]);
      return row === undefined ? 0 : integer(row, "living");
    },
    countSuccessors: async (since) => {
      const count =
        "SELECT count(*) AS many FROM docket.devices WHERE workspace = $1 AND id <> root AND joined_at > $2";
      const [row] = await query(count, [workspace, since]);
      return row === undefined ? 0 : integer(row, "many");
    },
    updateLineage: async (root, { role, revokedAt }) => {
      await query(
        `UPDATE docket.devices SET role = coalesce($3, role), revoked_at = coalesce(revoked_at, $4)
         WHERE workspace = $1 AND root = $2`,
        [workspace, root, role ?? null, revokedAt ?? null],
      );
    },
    countDevice: async (by = 1) => {
      const count =
        "UPDATE docket.workspaces SET devices = devices + $2::integer WHERE workspace = $1 RETURNING devices";
      const [row] = await query(count, [workspace, by]);
      if (row === undefined) throw new Error(`expected a workspace, found none under ${workspace}`);
      return integer(row, "devices");
    },
    insertDevice: (device) => insertDevice(query, workspace, device),
    updateDevice: async (id, { name, lastSeenAt }) => {
      await query(
        `UPDATE docket.devices SET name = coalesce($3, name), last_seen_at = coalesce($4, last_seen_at)
         WHERE workspace = $1 AND id = $2`,
        [workspace, id, name ?? null, lastSeenAt ?? null],
      );
    },
    insertInvite: async ({ codeHash, role, madeBy, expiresAt }) => {
      await query("INSERT INTO docket.invite_codes (hash, workspace) VALUES ($1, $2)", [codeHash, workspace]);
      await query(
        "INSERT INTO docket.invites (workspace, code_hash, role, made_by, expires_at) VALUES ($1, $2, $3, $4, $5)",
        [workspace, codeHash, role, madeBy, expiresAt],
      );
    },
    findInvite: async (codeHash) => {
      const select =
        "SELECT code_hash, role, made_by, expires_at, used_by FROM docket.invites WHERE workspace = $1 AND code_hash = $2";
      const [row] = await query(select, [workspace, codeHash]);
      if (row === undefined) return undefined;
      return {
        codeHash: text(row, "code_hash"),
        role: v.parse(v.picklist(roles), row.role),
        madeBy: findText(row, "made_by"),
        expiresAt: text(row, "expires_at"),
        usedBy: findText(row, "used_by"),
      };
    },
    useInvite: async (codeHash, device) => {
      const use = "UPDATE docket.invites SET used_by = $3 WHERE workspace = $1 AND code_hash = $2";
      await query(use, [workspace, codeHash, device]);
    },
    forgetInvites: async (expiredBefore) => {
      await query(
        `DELETE FROM docket.invite_codes WHERE workspace = $1 AND hash IN
           (SELECT code_hash FROM docket.invites WHERE workspace = $1 AND expires_at < $2)`,
        [workspace, expiredBefore],
      );
      await query("DELETE FROM docket.invites WHERE workspace = $1 AND expires_at < $2", [
        workspace,
        expiredBefore,
      ]);
      const [row] = await query("SELECT count(*) AS left_over FROM docket.invites WHERE workspace = $1", [
        workspace,
      ]);
      return row === undefined ? 0 : integer(row, "left_over");
    },
  };
}

/** Stores a device with its token. A token or id that is there already fails on its unique key. */
export async function insertDevice(
  query: SqlSession["query"],
  workspace: string,
  device: DeviceRow,
): Promise<void> {
  await query("INSERT INTO docket.tokens (hash, workspace, device, root) VALUES ($1, $2, $3, $4)", [
    device.tokenHash,
    workspace,
    device.id,
    device.root,
  ]);
  await query(
    `INSERT INTO docket.devices
       (workspace, id, code, name, role, token_hash, joined_by, root, joined_at, last_seen_at, revoked_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      workspace,
      device.id,
      device.code,
      device.name,
      device.role,
      device.tokenHash,
      device.joinedBy,
      device.root,
      device.joinedAt,
      device.lastSeenAt,
      device.revokedAt,
    ],
  );
}

/** The columns that `deviceOf` reads. */
export const deviceColumns = [
  "id",
  "code",
  "name",
  "role",
  "token_hash",
  "joined_by",
  "root",
  "joined_at",
  "last_seen_at",
  "revoked_at",
] as const;

const selectDevices = `SELECT ${deviceColumns.join(", ")} FROM docket.devices WHERE workspace = $1`;

/** A row of the table of devices. */
export function deviceOf(row: SqlRow): DeviceRow {
  return {
    id: text(row, "id"),
    code: text(row, "code"),
    name: text(row, "name"),
    role: v.parse(v.picklist(roles), row.role),
    tokenHash: text(row, "token_hash"),
    joinedBy: text(row, "joined_by"),
    root: text(row, "root"),
    joinedAt: text(row, "joined_at"),
    lastSeenAt: findText(row, "last_seen_at"),
    revokedAt: findText(row, "revoked_at"),
  };
}
