import { cursorStart } from "../../protocol/cursor.ts";
import type { Problem } from "../../protocol/problem.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { RememberedCommand } from "../accept/facts.ts";
import { bytesOfRows } from "../accept/stored-bytes.ts";
import type { BookTx } from "./book.ts";
import { cutPage, rowBytes, rowOverheadBytes } from "./cut-page.ts";
import type { ConsumersTx } from "./sql-consumers.ts";
import { type DeviceTx, deviceColumns, deviceOf } from "./sql-devices.ts";
import { findText, integer, type SqlRow, type SqlSession, text } from "./sql-driver.ts";
import type { StatesTx } from "./sql-states.ts";
import { tapsPage, type WorkspaceTx } from "./store.ts";
import type { SubscriptionsTx } from "./subscriptions.ts";

type LogTx = Omit<
  WorkspaceTx,
  keyof DeviceTx | keyof StatesTx | keyof ConsumersTx | keyof BookTx | keyof SubscriptionsTx
>;

/** The statements of the log, one text for PGlite and PostgreSQL. Every one is led by the workspace. */
export function makeLogTx({ query }: SqlSession, workspace: string): LogTx {
  const readHead = async (suffix: string) => {
    const [row] = await query(`SELECT head, hash FROM docket.workspaces WHERE workspace = $1${suffix}`, [
      workspace,
    ]);
    if (row === undefined) throw new Error(`expected a workspace, found none under ${workspace}`);
    return { position: integer(row, "head"), hash: text(row, "hash") };
  };
  return {
    lockHead: () => readHead(" FOR UPDATE"),
    readHead: () => readHead(""),
    readName: async () => {
      const [row] = await query("SELECT name FROM docket.workspaces WHERE workspace = $1", [workspace]);
      return row === undefined ? "" : text(row, "name");
    },
    readStanding: async (device, position) => {
      const [row] = await query(standingStatement, [workspace, device, position]);
      if (row === undefined) throw new Error(`expected a workspace, found none under ${workspace}`);
      const hash = row.at === null ? undefined : findText(row, "hash_at");
      return {
        device: row.id === null ? undefined : deviceOf(row),
        head: { position: integer(row, "head"), hash: text(row, "hash") },
        storedBytes: integer(row, "bytes"),
        hash: position === 0 ? cursorStart.hash : hash,
        knownSeq: row.known_seq === null ? 0 : integer(row, "known_seq"),
      };
    },
    findRemembered: async (ids, device, seqs) => {
      if (ids.length === 0) return [];
      const rows = await query(findRememberedStatement, [workspace, ids, device, seqs]);
      const found = new Map(
        rows.map((row) => [`${text(row, "id")} ${text(row, "device")}`, rememberedOf(row)]),
      );
      return [...found.values()];
    },
    findStreamHeads: async (streams) => {
      if (streams.length === 0) return [];
      const rows = await query(
        `SELECT s.stream, e.version, e.id FROM unnest($2::text[]) AS s(stream)
         CROSS JOIN LATERAL (SELECT version, id FROM docket.events
           WHERE workspace = $1 AND stream = s.stream ORDER BY version DESC LIMIT 1) AS e`,
        [workspace, streams],
      );
      return rows.map((row) => ({
        stream: text(row, "stream"),
        version: integer(row, "version"),
        event: text(row, "id"),
      }));
    },
    readStream: async (stream, afterVersion, max) => {
      const rows = await query(
        `SELECT ${eventColumns} FROM docket.events
         WHERE workspace = $1 AND stream = $2 AND version > $3 ORDER BY version LIMIT $4`,
        [workspace, stream, afterVersion, max],
      );
      return rows.map(eventRowOf);
    },
    findNumbers: async (numbers) => {
      if (numbers.length === 0) return [];
      const rows = await query(
        `SELECT n.number, n.stream FROM unnest($2::text[]) AS w(number)
         CROSS JOIN LATERAL (SELECT number, stream FROM docket.numbers
           WHERE workspace = $1 AND number = w.number LIMIT 1) AS n`,
        [workspace, numbers],
      );
      return rows.map((row) => ({ number: text(row, "number"), stream: text(row, "stream") }));
    },
    findHashAt: async (position) => {
      const [row] = await query("SELECT hash FROM docket.events WHERE workspace = $1 AND position = $2", [
        workspace,
        position,
      ]);
      return row === undefined ? undefined : findText(row, "hash");
    },
    findEnds: async (positions) => {
      const rows = await query(
        `SELECT w.place, e.position, e.hash FROM unnest($2::bigint[]) WITH ORDINALITY AS w(asked, place)
         CROSS JOIN LATERAL (SELECT position, hash FROM docket.events
           WHERE workspace = $1 AND position <= w.asked AND hash IS NOT NULL ORDER BY position DESC LIMIT 1) AS e`,
        [workspace, positions],
      );
      const found = new Map(rows.map((row) => [integer(row, "place"), row]));
      return positions.map((_, index) => {
        const row = found.get(index + 1);
        return row === undefined
          ? cursorStart
          : { position: integer(row, "position"), hash: text(row, "hash") };
      });
    },
    readHighestSeq: async (device) => {
      const [row] = await query(
        "SELECT seq FROM docket.commands WHERE workspace = $1 AND device = $2 ORDER BY seq DESC LIMIT 1",
        [workspace, device],
      );
      return row === undefined ? 0 : integer(row, "seq");
    },
    readPage: async (after, limits) => {
      const rows = await query(pageStatement, [workspace, after, limits.events, limits.bytes]);
      const page = cutPage(rows.map(eventRowOf), limits, rowBytes);
      if (page !== undefined) return page;
      const whole = await query(firstCommandStatement, [workspace, after]);
      return whole.map(eventRowOf);
    },
    readEventsAt: async (positions) => {
      const rows = await query(
        `SELECT e.* FROM unnest($2::bigint[]) AS w(position)
         CROSS JOIN LATERAL (SELECT ${eventColumns} FROM docket.events
           WHERE workspace = $1 AND position = w.position LIMIT 1) AS e ORDER BY e.position`,
        [workspace, positions],
      );
      return rows.map(eventRowOf);
    },
    findCommandEvents: async (commands) => {
      if (commands.length === 0) return [];
      const rows = await query(
        `SELECT e.* FROM unnest($2::uuid[]) AS w(id)
         CROSS JOIN LATERAL (SELECT first_position, events FROM docket.commands
           WHERE workspace = $1 AND id = w.id AND first_position IS NOT NULL LIMIT 1) AS c
         CROSS JOIN LATERAL (SELECT ${eventColumns} FROM docket.events WHERE workspace = $1
           AND position >= c.first_position AND position < c.first_position + c.events) AS e
         ORDER BY e.position`,
        [workspace, commands],
      );
      return rows.map(eventRowOf);
    },
    findTaps: async (beginnings, traceparents, after) => {
      if (beginnings.length === 0) return [];
      const [low, high] = [beginnings.map(firstId), beginnings.map(lastId)];
      const rows = await query(
        `SELECT t.id, t.traceparent FROM unnest($2::uuid[], $3::uuid[]) AS w(low, high)
         CROSS JOIN LATERAL (SELECT c.id, e.traceparent FROM docket.commands c
           CROSS JOIN LATERAL (SELECT traceparent FROM docket.events
             WHERE workspace = $1 AND position = c.first_position LIMIT 1) AS e
           WHERE c.workspace = $1 AND c.id >= w.low AND c.id <= w.high AND c.id > $5::uuid
           AND c.first_position IS NOT NULL AND e.traceparent = ANY($4::text[])
           ORDER BY c.id LIMIT ${tapsPage}) AS t
         ORDER BY t.id LIMIT ${tapsPage}`,
        [workspace, low, high, traceparents, after],
      );
      return rows.map((row) => ({ id: text(row, "id"), traceparent: text(row, "traceparent") }));
    },
    append: async ({ events, commands, numbers, head }) => {
      await query(appendStatement, [
        workspace,
        JSON.stringify(commands.map(commandRow)),
        JSON.stringify(events),
        JSON.stringify(numbers),
        head.position,
        head.hash,
        bytesOfRows({ events, commands }),
      ]);
    },
  };
}

/** All columns of the table of events but the workspace, as `eventRowOf` reads them. */
export const eventColumns = `position, id, stream, version, type, schema_version, data, at, recorded_at, clock_offset_ms,
  device, seq, command, actor, traceparent, causation, hash, seal`;

/** One row, whether or not the device and the position are there. */
const standingStatement = `SELECT w.head, w.hash, w.bytes, e.position AS at, e.hash AS hash_at, c.seq AS known_seq,
    ${deviceColumns.map((column) => `d.${column}`).join(", ")}
  FROM docket.workspaces w
  LEFT JOIN docket.devices d ON d.workspace = $1 AND d.id = $2
  LEFT JOIN docket.events e ON e.workspace = $1 AND e.position = $3
  LEFT JOIN LATERAL (SELECT seq FROM docket.commands
    WHERE workspace = $1 AND device = $2 ORDER BY seq DESC LIMIT 1) AS c ON true
  WHERE w.workspace = $1`;

const commandColumnNames = "id, device, seq, fingerprint, first_position, events, refusal";

/** More than one id has answers: each of its refusals is another device's, and a workspace has no more devices. */
const answersMax = 10_000;

/** The first drawn id (UUIDv7) that begins so, and the last one. */
const firstId = (beginning: string) => `${beginning}7000-0000-000000000000`;
const lastId = (beginning: string) => `${beginning}7fff-ffff-ffffffffffff`;

/**
 * One probe of a unique index per id and per seq. Written as lists (`= ANY`) the same question made PostgreSQL scan all
 * commands of the workspace where it had no statistics yet: 34 ms instead of 1 for a push of a hundred.
 */
const findRememberedStatement = `SELECT c.* FROM unnest($2::uuid[]) AS w(id)
    CROSS JOIN LATERAL (SELECT ${commandColumnNames} FROM docket.commands
      WHERE workspace = $1 AND id = w.id LIMIT ${answersMax}) AS c
  UNION ALL
  SELECT c.* FROM unnest($4::bigint[]) AS w(seq)
    CROSS JOIN LATERAL (SELECT ${commandColumnNames} FROM docket.commands
      WHERE workspace = $1 AND device = $3 AND seq = w.seq LIMIT 1) AS c`;

/**
 * The events that begin within the page's bytes; their size is known without reading a long text from its own table.
 */
const pageStatement = `SELECT ${eventColumns} FROM (
    SELECT e.*, sum(octet_length(data) + ${rowOverheadBytes}) OVER (ORDER BY position)
        - octet_length(data) - ${rowOverheadBytes} AS before
    FROM (SELECT ${eventColumns} FROM docket.events WHERE workspace = $1 AND position > $2
      ORDER BY position LIMIT $3) AS e
  ) AS p WHERE before <= $4 ORDER BY position`;

const firstCommandStatement = `SELECT ${eventColumns} FROM docket.events WHERE workspace = $1 AND position > $2
  AND position <= (SELECT min(position) FROM docket.events
    WHERE workspace = $1 AND position > $2 AND hash IS NOT NULL) ORDER BY position`;

/**
 * One statement for all that a push stores; its rows travel as JSON texts: a list per column took 20 % longer. The names
 * are those of `EventRow`.
 */
const appendStatement = `WITH command AS (INSERT INTO docket.commands (workspace, ${commandColumnNames})
    SELECT $1::uuid, * FROM json_to_recordset($2::text::json) AS c(id uuid, device uuid, seq bigint, fingerprint text,
      "firstPosition" bigint, events integer, refusal text)),
  event AS (INSERT INTO docket.events (workspace, ${eventColumns})
    SELECT $1::uuid, * FROM json_to_recordset($3::text::json) AS e(position bigint, id uuid, stream text,
      version integer, type text, "schemaVersion" integer, "dataText" text, at text, "recordedAt" text,
      "clockOffsetMs" bigint, device uuid, seq bigint, command uuid, actor text, traceparent text, causation uuid,
      hash text, seal text)),
  number AS (INSERT INTO docket.numbers (workspace, number, stream)
    SELECT $1::uuid, * FROM json_to_recordset($4::text::json) AS n(number text, stream text))
  UPDATE docket.workspaces SET head = $5, hash = $6, bytes = bytes + $7::bigint WHERE workspace = $1::uuid`;

/** A remembered command by the names of its columns; what it has not is left out, which is NULL. */
function commandRow({ answer, ...command }: RememberedCommand): object {
  if (answer.outcome === "refused") return { ...command, refusal: JSON.stringify(answer.problem) };
  return { ...command, firstPosition: answer.firstPosition, events: answer.events };
}

function rememberedOf(row: SqlRow): RememberedCommand {
  const refusal = findText(row, "refusal");
  return {
    id: text(row, "id"),
    device: text(row, "device"),
    seq: integer(row, "seq"),
    fingerprint: text(row, "fingerprint"),
    answer:
      refusal === null
        ? {
            outcome: "accepted",
            firstPosition: integer(row, "first_position"),
            events: integer(row, "events"),
          }
        : { outcome: "refused", problem: JSON.parse(refusal) as Problem },
  };
}

/** A row of the table of events, from any driver: numbers may be texts. */
export function eventRowOf(row: SqlRow): EventRow {
  return {
    position: integer(row, "position"),
    id: text(row, "id"),
    stream: text(row, "stream"),
    version: integer(row, "version"),
    type: text(row, "type"),
    schemaVersion: integer(row, "schema_version"),
    dataText: text(row, "data"),
    at: text(row, "at"),
    recordedAt: text(row, "recorded_at"),
    clockOffsetMs: integer(row, "clock_offset_ms"),
    device: text(row, "device"),
    seq: integer(row, "seq"),
    command: text(row, "command"),
    actor: text(row, "actor"),
    traceparent: text(row, "traceparent"),
    causation: findText(row, "causation"),
    hash: findText(row, "hash"),
    seal: findText(row, "seal"),
  };
}
