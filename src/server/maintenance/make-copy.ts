import { createSecretKey, randomBytes } from "node:crypto";
import { sealOf } from "../accept/chain-text.ts";
import type { EventRow } from "../accept/event-row.ts";
import { type SqlSession, text } from "../store/sql-driver.ts";
import { eventColumns, eventRowOf } from "../store/sql-log.ts";

/**
 * Makes what was just restored a copy beside the original, inside of the restore's own transaction: it seals with a key
 * of its own, so that nothing which the copy accepts is ever taken back by the original; webhooks are paused, since
 * their receivers belong to the original; open invites are gone. The chain's hashes stay as they are.
 */
export async function makeCopy(session: SqlSession): Promise<void> {
  const { query } = session;
  const keyHex = randomBytes(32).toString("hex");
  const key = createSecretKey(keyHex, "hex");
  await query("UPDATE docket.installation SET seal_key = $1 WHERE id = 1", [keyHex]);
  await query("UPDATE docket.subscriptions SET state = 'paused' WHERE state = 'active'");
  await query("DELETE FROM docket.invite_codes");
  await query("DELETE FROM docket.invites");
  for (let last = noWorkspace; ; ) {
    const [row] = await query(
      "SELECT workspace FROM docket.workspaces WHERE workspace > $1 ORDER BY workspace LIMIT 1",
      [last],
    );
    if (row === undefined) return;
    last = text(row, "workspace");
    await sealAgain(session, { key, workspace: last });
  }
}

/** Before every UUID. */
const noWorkspace = "00000000-0000-0000-0000-000000000000";

/** Seals every command of a workspace with a new key. Bounded in memory: a page of events and one command. */
async function sealAgain({ query }: SqlSession, sealing: Parameters<typeof sealOf>[1]): Promise<void> {
  const { workspace } = sealing;
  const select = `SELECT ${eventColumns} FROM docket.events
    WHERE workspace = $1 AND position > $2 ORDER BY position LIMIT ${rowsMax}`;
  let open: EventRow[] = [];
  for (let after = 0; ; ) {
    const rows = (await query(select, [workspace, after])).map(eventRowOf);
    const seals: { readonly position: number; readonly seal: string }[] = [];
    for (const row of rows) {
      open.push(row);
      after = row.position;
      if (row.hash === null) continue;
      seals.push({ position: row.position, seal: sealOf(open, sealing) });
      open = [];
    }
    if (seals.length > 0) await query(update, [workspace, JSON.stringify(seals)]);
    if (rows.length < rowsMax) return;
  }
}

const rowsMax = 250;

const update = `UPDATE docket.events e SET seal = s.seal
  FROM json_to_recordset($2::text::json) AS s(position bigint, seal text)
  WHERE e.workspace = $1 AND e.position = s.position`;
