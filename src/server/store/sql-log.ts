import type { Problem } from "../../protocol/problem.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { RememberedCommand, Rows } from "../accept/facts.ts";
import { cutPage, rowOverheadBytes } from "./cut-page.ts";
import { findText, integer, type SqlRow, type SqlSession, type SqlValue, text } from "./sql-driver.ts";
import type { WorkspaceTx } from "./store.ts";

type LogTx = Omit<WorkspaceTx, keyof import("./sql-devices.ts").DeviceTx>;

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
    findRemembered: async (ids, device, seqs) => {
      if (ids.length === 0) return [];
      // Two lookups, each by its own index: joined by OR they would be one slow scan on some planners.
      const columns = "id, device, seq, fingerprint, first_position, events, refusal";
      const rows = await query(
        `SELECT ${columns} FROM docket.commands WHERE workspace = $1 AND id = ANY($2::uuid[])
         UNION
         SELECT ${columns} FROM docket.commands WHERE workspace = $1 AND device = $3 AND seq = ANY($4::bigint[])`,
        [workspace, ids, device, seqs],
      );
      return rows.map(rememberedOf);
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
        "SELECT number, stream FROM docket.numbers WHERE workspace = $1 AND number = ANY($2::text[])",
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
    readHighestSeq: async (device) => {
      const [row] = await query(
        "SELECT seq FROM docket.commands WHERE workspace = $1 AND device = $2 ORDER BY seq DESC LIMIT 1",
        [workspace, device],
      );
      return row === undefined ? 0 : integer(row, "seq");
    },
    readPage: async (after, limits) => {
      const rows = await query(pageStatement, [workspace, after, limits.events, limits.bytes]);
      const page = cutPage(rows.map(eventRowOf), limits);
      if (page !== undefined) return page;
      const whole = await query(firstCommandStatement, [workspace, after]);
      return whole.map(eventRowOf);
    },
    append: async (rows) => {
      const head = [workspace, rows.head.position, rows.head.hash];
      await Promise.all([
        ...(rows.events.length > 0 ? [query(insertEvents, [workspace, ...columnsOf(rows.events)])] : []),
        query(insertCommands, [workspace, ...commandColumns(rows)]),
        ...(rows.numbers.length > 0 ? [query(insertNumbers, [workspace, ...numberColumns(rows)])] : []),
        ...(rows.events.length > 0
          ? [query("UPDATE docket.workspaces SET head = $2, hash = $3 WHERE workspace = $1", head)]
          : []),
      ]);
    },
  };
}

const eventColumns = `position, id, stream, version, type, schema_version, data, at, recorded_at, clock_offset_ms,
  device, seq, command, actor, traceparent, causation, hash, seal`;

/** The events that begin within the page's bytes; their size is known without reading a long text from its own table. */
const pageStatement = `SELECT ${eventColumns} FROM (
    SELECT e.*, sum(octet_length(data) + ${rowOverheadBytes}) OVER (ORDER BY position) - octet_length(data) AS before
    FROM (SELECT ${eventColumns} FROM docket.events WHERE workspace = $1 AND position > $2
      ORDER BY position LIMIT $3) AS e
  ) AS p WHERE before <= $4 ORDER BY position`;

const firstCommandStatement = `SELECT ${eventColumns} FROM docket.events WHERE workspace = $1 AND position > $2
  AND position <= (SELECT min(position) FROM docket.events
    WHERE workspace = $1 AND position > $2 AND hash IS NOT NULL) ORDER BY position`;

/** One statement for all events of a push: a list per column. */
const insertEvents = `INSERT INTO docket.events (workspace, ${eventColumns})
  SELECT $1::uuid, * FROM unnest($2::bigint[], $3::uuid[], $4::text[], $5::integer[], $6::text[], $7::integer[],
    $8::text[], $9::text[], $10::text[], $11::bigint[], $12::uuid[], $13::bigint[], $14::uuid[], $15::text[],
    $16::text[], $17::uuid[], $18::text[], $19::text[])`;

const insertCommands = `INSERT INTO docket.commands
    (workspace, id, device, seq, fingerprint, first_position, events, refusal)
  SELECT $1::uuid, * FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::bigint[], $7::integer[], $8::text[])`;

const insertNumbers = `INSERT INTO docket.numbers (workspace, number, stream)
  SELECT $1::uuid, * FROM unnest($2::text[], $3::text[])`;

function columnsOf(rows: readonly EventRow[]): readonly SqlValue[] {
  return [
    rows.map((row) => row.position),
    rows.map((row) => row.id),
    rows.map((row) => row.stream),
    rows.map((row) => row.version),
    rows.map((row) => row.type),
    rows.map((row) => row.schemaVersion),
    rows.map((row) => row.dataText),
    rows.map((row) => row.at),
    rows.map((row) => row.recordedAt),
    rows.map((row) => row.clockOffsetMs),
    rows.map((row) => row.device),
    rows.map((row) => row.seq),
    rows.map((row) => row.command),
    rows.map((row) => row.actor),
    rows.map((row) => row.traceparent),
    rows.map((row) => row.causation),
    rows.map((row) => row.hash),
    rows.map((row) => row.seal),
  ];
}

function commandColumns({ commands }: Rows): readonly SqlValue[] {
  const accepted = commands.map(({ answer }) => (answer.outcome === "accepted" ? answer : undefined));
  return [
    commands.map(({ id }) => id),
    commands.map(({ device }) => device),
    commands.map(({ seq }) => seq),
    commands.map(({ fingerprint }) => fingerprint),
    accepted.map((answer) => answer?.firstPosition ?? null),
    accepted.map((answer) => answer?.events ?? null),
    commands.map(({ answer }) => (answer.outcome === "refused" ? JSON.stringify(answer.problem) : null)),
  ];
}

function numberColumns({ numbers }: Rows): readonly SqlValue[] {
  return [numbers.map(({ number }) => number), numbers.map(({ stream }) => stream)];
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

function eventRowOf(row: SqlRow): EventRow {
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
