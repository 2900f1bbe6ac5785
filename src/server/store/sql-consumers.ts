import { findText, integer, type SqlRow, type SqlSession, text } from "./sql-driver.ts";
import type { Checkpoint, SetAsideRow, WorkspaceTx } from "./store.ts";

/** The part of a transaction that consumers keep their checkpoints in. */
export type ConsumersTx = Pick<
  WorkspaceTx,
  | "claimConsumer"
  | "moveConsumer"
  | "readConsumers"
  | "findSetAside"
  | "findStreamsAside"
  | "putSetAside"
  | "forgetSetAside"
>;

/** The statements of consumers' checkpoints, one text for PGlite and PostgreSQL. Every one is led by the workspace. */
export function makeConsumersTx({ query }: SqlSession, workspace: string): ConsumersTx {
  return {
    claimConsumer: async (consumer) => {
      const select = `SELECT ${checkpointColumns} FROM docket.consumers WHERE workspace = $1 AND consumer = $2
        FOR UPDATE SKIP LOCKED`;
      const [claimed] = await query(select, [workspace, consumer]);
      if (claimed !== undefined) return checkpointOf(claimed);
      // There is none yet, or another process has it: then its row is there, and this inserts nothing.
      const insert = `INSERT INTO docket.consumers (workspace, consumer, position) VALUES ($1, $2, 0)
        ON CONFLICT (workspace, consumer) DO NOTHING RETURNING ${checkpointColumns}`;
      const [inserted] = await query(insert, [workspace, consumer]);
      return inserted === undefined ? undefined : checkpointOf(inserted);
    },
    moveConsumer: async ({ consumer, position, movedAt }) => {
      await query(
        "UPDATE docket.consumers SET position = $3, moved_at = $4 WHERE workspace = $1 AND consumer = $2",
        [workspace, consumer, position, movedAt],
      );
    },
    readConsumers: async () => {
      const select = `SELECT ${checkpointColumns} FROM docket.consumers WHERE workspace = $1 ORDER BY consumer`;
      return (await query(select, [workspace])).map(checkpointOf);
    },
    findSetAside: async (consumer, max, stream) => {
      const rows = await query(
        `SELECT consumer, position, stream, event, reason, at FROM docket.set_aside
         WHERE workspace = $1 AND consumer = $2 AND ($4::text IS NULL OR stream = $4) ORDER BY position LIMIT $3`,
        [workspace, consumer, max, stream ?? null],
      );
      return rows.map(asideOf);
    },
    findStreamsAside: async (consumer, streams) => {
      if (streams.length === 0) return [];
      const rows = await query(
        `SELECT w.stream FROM unnest($3::text[]) AS w(stream) WHERE EXISTS (SELECT 1 FROM docket.set_aside
           WHERE workspace = $1 AND consumer = $2 AND stream = w.stream)`,
        [workspace, consumer, streams],
      );
      return rows.map((row) => text(row, "stream"));
    },
    putSetAside: async (rows) => {
      if (rows.length === 0) return;
      await query(
        `INSERT INTO docket.set_aside (workspace, consumer, position, stream, event, reason, at)
         SELECT $1::uuid, * FROM json_to_recordset($2::text::json) AS s(consumer text, position bigint, stream text,
           event uuid, reason text, at text)
         ON CONFLICT (workspace, consumer, position) DO UPDATE SET reason = excluded.reason, at = excluded.at`,
        [workspace, JSON.stringify(rows)],
      );
    },
    forgetSetAside: async (consumer, taken) => {
      await query(
        `DELETE FROM docket.set_aside WHERE workspace = $1 AND consumer = $2
         AND ($3::text IS NULL OR (stream = $3 AND position <= $4))`,
        [workspace, consumer, taken?.stream ?? null, taken?.upTo ?? 0],
      );
    },
  };
}

const checkpointColumns = "consumer, position, moved_at";

function checkpointOf(row: SqlRow): Checkpoint {
  return {
    consumer: text(row, "consumer"),
    position: integer(row, "position"),
    movedAt: findText(row, "moved_at"),
  };
}

function asideOf(row: SqlRow): SetAsideRow {
  return {
    consumer: text(row, "consumer"),
    position: integer(row, "position"),
    stream: text(row, "stream"),
    event: text(row, "event"),
    reason: text(row, "reason"),
    at: text(row, "at"),
  };
}
