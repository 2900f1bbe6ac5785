import { type StatesPart, statesParts } from "../../protocol/states-messages.ts";
import { integer, type SqlRow, type SqlSession, text } from "./sql-driver.ts";
import type { StateRow, WorkspaceTx } from "./store.ts";

/** The part of a transaction that keeps states beside the log. */
export type StatesTx = Pick<
  WorkspaceTx,
  "findStatesPosition" | "findStates" | "putStates" | "forgetStates" | "readStates" | "countStates"
>;

/** The statements of the kept states, one text for PGlite and PostgreSQL. Every one is led by the workspace. */
export function makeStatesTx({ query }: SqlSession, workspace: string): StatesTx {
  return {
    findStatesPosition: async (lock) => {
      const select = `SELECT position, hash, model FROM docket.states_places WHERE workspace = $1${lock ? " FOR UPDATE" : ""}`;
      const [row] = await query(select, [workspace]);
      if (row === undefined) return undefined;
      return { position: integer(row, "position"), hash: text(row, "hash"), model: text(row, "model") };
    },
    findStates: async (streams) => {
      const rows = await query(
        `SELECT s.* FROM unnest($2::text[]) AS w(stream)
         CROSS JOIN LATERAL (SELECT ${columns} FROM docket.states
           WHERE workspace = $1 AND stream = w.stream LIMIT 1) AS s`,
        [workspace, streams],
      );
      return rows.map(stateRowOf);
    },
    putStates: async (rows, { position, hash, model }) => {
      const move = `INSERT INTO docket.states_places (workspace, position, hash, model) VALUES ($1, $2, $3, $4)
        ON CONFLICT (workspace) DO UPDATE SET position = $2, hash = $3, model = $4`;
      await Promise.all([
        ...(rows.length === 0 ? [] : [query(upsertStates, [workspace, JSON.stringify(rows)])]),
        query(move, [workspace, position, hash, model]),
      ]);
    },
    forgetStates: async () => {
      await query("DELETE FROM docket.states WHERE workspace = $1", [workspace]);
      await query("DELETE FROM docket.states_places WHERE workspace = $1", [workspace]);
    },
    readStates: async (part, after, limits) => {
      const rows = await query(pageStatements[part], [workspace, part, after, limits.states, limits.bytes]);
      return rows.map(stateRowOf);
    },
    countStates: async () => {
      const rows = await query(
        "SELECT part, count(*) AS streams FROM docket.states WHERE workspace = $1 GROUP BY part",
        [workspace],
      );
      const found = new Map(rows.map((row) => [text(row, "part"), integer(row, "streams")]));
      return { now: found.get("now") ?? 0, past: found.get("past") ?? 0 };
    },
  };
}

const columns = "stream, part, version, event, state";

const upsertStates = `INSERT INTO docket.states (workspace, ${columns})
  SELECT $1::uuid, * FROM json_to_recordset($2::text::json)
    AS s(stream text, part text, version integer, event uuid, "stateText" text)
  ON CONFLICT (workspace, stream)
    DO UPDATE SET part = excluded.part, version = excluded.version, event = excluded.event, state = excluded.state
    WHERE docket.states.version < excluded.version`;

/** The newest orders have the highest ids: what is past comes down from there. */
const pageStatements: Readonly<Record<StatesPart, string>> = {
  now: pageStatement(">", "ASC"),
  past: pageStatement("<", "DESC"),
};

/** The states that begin within the page's bytes: one at least. */
function pageStatement(beyond: string, order: string): string {
  return `SELECT ${columns} FROM (
      SELECT s.*, sum(octet_length(state)) OVER (ORDER BY stream ${order}) - octet_length(state) AS before
      FROM (SELECT ${columns} FROM docket.states
        WHERE workspace = $1 AND part = $2 AND ($3::text IS NULL OR stream ${beyond} $3::text)
        ORDER BY stream ${order} LIMIT $4) AS s
    ) AS p WHERE before <= $5 ORDER BY stream ${order}`;
}

function stateRowOf(row: SqlRow): StateRow {
  const part = statesParts.find((one) => one === row.part);
  if (part === undefined) throw new Error(`expected a part of the states, found ${String(row.part)}`);
  return {
    stream: text(row, "stream"),
    part,
    version: integer(row, "version"),
    event: text(row, "event"),
    stateText: text(row, "state"),
  };
}
