import { createSecretKey } from "node:crypto";
import type { Cursor } from "../../protocol/cursor.ts";
import type { Sealing } from "../accept/chain-text.ts";
import { integer, type SqlDriver, type SqlSession, text } from "../store/sql-driver.ts";
import { eventColumns, eventRowOf } from "../store/sql-log.ts";
import { type ChainBreak, findBreakAtEnd, type Walked, walk, walkStart } from "./chain-walk.ts";
import { assertSchema, beginReading } from "./open-database.ts";

/** What was found of one workspace: how much was verified, and the first position that is not what was accepted. */
export interface WorkspaceReport {
  readonly workspace: string;
  readonly events: number;
  readonly links: number;
  readonly broken: ChainBreak | undefined;
}

/**
 * Verifies the history of every workspace: each link of the chain and each seal, from the first event to the
 * workspace's counter, and that each command is remembered (L4). Reads only, some hundred events at a time, each in a
 * transaction of its own: a server may go on meanwhile, what it adds later is not looked at.
 * @param tell hears of each workspace as soon as it is verified.
 * @returns whether all are whole.
 */
export async function verifyDatabase(
  driver: SqlDriver,
  tell: (report: WorkspaceReport) => void,
): Promise<boolean> {
  const key = await driver.transaction(beginReading, async (session) => {
    await assertSchema(session);
    await assertAllVisible(session);
    const [row] = await session.query("SELECT seal_key FROM docket.installation WHERE id = 1");
    if (row === undefined) throw new Error("expected one row in docket.installation, found none");
    return createSecretKey(text(row, "seal_key"), "hex");
  });
  let isWhole = true;
  for (let last = noWorkspace; ; ) {
    const next = await findNextWorkspace(driver, last);
    if (next === undefined) return isWhole;
    last = next.workspace;
    const report = await verifyWorkspace(driver, next.head, { key, workspace: next.workspace });
    tell(report);
    isWhole &&= report.broken === undefined;
  }
}

/** Row-level security hides what the database's user may not see: that must not pass for whole. */
export async function assertAllVisible({ query }: SqlSession): Promise<void> {
  const [counts] = await query(
    "SELECT (SELECT workspaces FROM docket.installation) AS created, (SELECT count(*) FROM docket.workspaces) AS seen",
  );
  const [created, seen] =
    counts === undefined ? [0, 0] : [integer(counts, "created"), integer(counts, "seen")];
  if (created === seen) return;
  throw new Error(
    `the database's user sees ${seen} of ${created} workspaces: use the user that the server uses, or a superuser`,
  );
}

/** Before every UUID. */
const noWorkspace = "00000000-0000-0000-0000-000000000000";

async function findNextWorkspace(
  driver: SqlDriver,
  after: string,
): Promise<{ readonly workspace: string; readonly head: Cursor } | undefined> {
  const select =
    "SELECT workspace, head, hash FROM docket.workspaces WHERE workspace > $1 ORDER BY workspace LIMIT 1";
  const [row] = await driver.transaction(beginReading, ({ query }) => query(select, [after]));
  if (row === undefined) return undefined;
  const head = { position: integer(row, "head"), hash: text(row, "hash") };
  return { workspace: text(row, "workspace"), head };
}

async function verifyWorkspace(driver: SqlDriver, head: Cursor, sealing: Sealing): Promise<WorkspaceReport> {
  const { workspace } = sealing;
  let walked: Walked = walkStart;
  const report = (broken: ChainBreak | undefined) => {
    const { end, links } = walked;
    return { workspace, events: end.position, links, broken };
  };
  const select = `SELECT ${eventColumns} FROM docket.events
    WHERE workspace = $1 AND position > $2 AND position <= $3 ORDER BY position LIMIT ${rowsMax}`;
  for (;;) {
    const after = walked.end.position + walked.open.length;
    const rows = await driver.transaction(beginReading, ({ query }) =>
      query(select, [workspace, after, head.position]),
    );
    for (const row of rows) {
      const next = walk(walked, eventRowOf(row), sealing);
      if ("broken" in next) return report(next.broken);
      walked = next;
    }
    if (rows.length < rowsMax) break;
  }
  return report(findBreakAtEnd(walked, head) ?? (await findForgotten(driver, head, workspace)));
}

const rowsMax = 250;

/**
 * The first command of the log that is not remembered as it is there: sent again, it would have a second effect. A
 * command is remembered with its first position and its number of events.
 */
async function findForgotten(
  driver: SqlDriver,
  head: Cursor,
  workspace: string,
): Promise<ChainBreak | undefined> {
  const select = `SELECT min(e.position) AS position FROM docket.events e
    LEFT JOIN docket.commands c ON c.workspace = e.workspace AND c.id = e.command AND c.device = e.device AND c.seq = e.seq
      AND c.refusal IS NULL AND c.first_position + c.events - 1 = e.position
    WHERE e.workspace = $1 AND e.position <= $2 AND e.hash IS NOT NULL AND c.id IS NULL`;
  const [row] = await driver.transaction(beginReading, ({ query }) =>
    query(select, [workspace, head.position]),
  );
  if (row === undefined || row.position === null) return undefined;
  const position = integer(row, "position");
  return {
    position,
    why: `the command that ends at position ${position} is not remembered as it is in the log`,
  };
}
