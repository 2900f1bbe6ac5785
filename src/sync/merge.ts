import { foldNext } from "../device/fold.ts";
import { groupBy } from "../device/group-by.ts";
import { hold, park, rebase } from "../device/rebase.ts";
import type { OutboxRow, StreamRow } from "../device/rows.ts";
import type { LogEvent } from "../protocol/log-event.ts";
import { holds } from "../protocol/problem.ts";
import type { Verdict } from "../protocol/sync-messages.ts";

/**
 * What an answer of the server meets on the device. `streams` holds every touched stream as stored, `rows` all
 * outbox rows of those. `sent` are the ids of the commands of the request, in their order. `now` is ISO 8601 UTC
 * of the device, `nowMs` the same in ms.
 */
export interface MergeInput {
  readonly streams: ReadonlyMap<string, StreamRow>;
  readonly rows: readonly OutboxRow[];
  readonly sent: readonly string[];
  readonly verdicts: readonly Verdict[];
  readonly events: readonly LogEvent[];
  readonly more: boolean;
  /** The last position of this device's log before this answer. */
  readonly from: number;
  readonly clockOffsetMs: number;
  readonly nowMs: number;
}

/** What the answer makes of them: changed streams (before, after), outbox rows that changed or leave, and counts. */
export interface Merged {
  readonly changes: readonly { readonly before: StreamRow; readonly after: StreamRow }[];
  readonly puts: readonly OutboxRow[];
  readonly deletes: readonly number[];
  readonly confirmed: number;
  readonly settled: number;
}

/**
 * Merges by version, purely. For every touched stream: folds what is new onto the confirmed state, confirms the
 * commands whose events have come down, gives the others their verdicts, and decides those again.
 * Invariants, each with a property of the same words:
 * - every row that came in is put, deleted as confirmed, deleted as settled, or left as it was;
 * - the confirmed state of a stream is the fold of its log, whatever was pending;
 * - a stream that is not touched is not changed.
 */
export function merge(input: MergeInput): Merged {
  const eventsByStream = groupBy(input.events, ({ stream }) => stream);
  const rowsByStream = groupBy(input.rows, ({ stream }) => stream);
  const landed = new Set(input.events.map(({ command }) => command));
  const verdicts = new Map(input.verdicts.map((verdict) => [verdict.command, verdict]));
  const merged = [...input.streams.values()].map((stream) =>
    mergeStream(
      stream,
      eventsByStream.get(stream.key) ?? [],
      rowsByStream.get(stream.key) ?? [],
      landed,
      verdicts,
      input,
    ),
  );
  return {
    changes: merged.flatMap(({ change }) => change ?? []),
    puts: merged.flatMap(({ puts }) => puts),
    deletes: merged.flatMap(({ deletes }) => deletes),
    confirmed: merged.reduce((sum, { confirmed }) => sum + confirmed, 0),
    settled: merged.reduce((sum, { settled }) => sum + settled, 0),
  };
}

function mergeStream(
  before: StreamRow,
  events: readonly LogEvent[],
  rows: readonly OutboxRow[],
  landed: ReadonlySet<string>,
  verdicts: ReadonlyMap<string, Verdict>,
  input: MergeInput,
) {
  const folded = foldNext(before, events);
  const stands = ({ id }: OutboxRow) => landed.has(id) || standsInLog(verdicts.get(id), input.from);
  const confirmed = rows.filter(stands);
  const waiting = rows.filter((row) => !stands(row));
  const firstSent = input.sent.find((id) => rows.some((row) => row.id === id));
  const judged = waiting.map((row) => {
    const verdict = verdicts.get(row.id);
    if (verdict !== undefined) return withVerdict(asked(row), verdict, { events, firstSent, input });
    // The log ends without what was accepted: the server has lost it since, by being restored. It goes up again.
    if (row.accepted && !input.more) return { ...row, accepted: false };
    return events.length > 0 && row.conflicts > 0 ? { ...row, conflicts: 0 } : row;
  });
  const now = new Date(input.nowMs).toISOString();
  const context = { clockOffsetMs: input.clockOffsetMs, more: input.more, now };
  const { stream: after, changed, settled } = rebase(folded ?? before, judged, context);
  const decided = new Map(changed.map((row) => [row.seq, row]));
  const puts = judged
    .filter((row) => !settled.includes(row))
    .map((row) => decided.get(row.seq) ?? row)
    .filter((row) => !waiting.includes(row));
  const deletes = [...confirmed, ...settled].map(({ seq }) => seq);
  const change = folded === undefined && rows.length === 0 ? undefined : { before, after };
  return { change, puts, deletes, confirmed: confirmed.length, settled: settled.length };
}

/**
 * Whether a command stands where this device's log has been read already: a second tap after the first was
 * confirmed, work brought along twice. Its events will not come down again.
 */
function standsInLog(verdict: Verdict | undefined, from: number): boolean {
  if (verdict?.outcome !== "accepted" && verdict?.outcome !== "duplicate") return false;
  return verdict.positions.every((position) => position <= from);
}

/** The row once the server has answered it: the same one where that changes nothing, so that nothing is written. */
function asked(row: OutboxRow): OutboxRow {
  const { unasked: _unasked, ...rest } = row;
  return row.unasked ? rest : row;
}

interface VerdictContext {
  readonly events: readonly LogEvent[];
  readonly firstSent: string | undefined;
  readonly input: MergeInput;
}

function withVerdict(row: OutboxRow, verdict: Verdict, context: VerdictContext): OutboxRow {
  const now = new Date(context.input.nowMs).toISOString();
  const stands = verdict.outcome === "accepted" || verdict.outcome === "duplicate";
  // Taken back or replaced while it was asked: a "no" changes nothing more, a "yes" is a fact.
  if (row.state === "discarded" && !stands) return row;
  switch (verdict.outcome) {
    case "accepted":
    case "duplicate": {
      const { held: _held, parked: _parked, since: _since, probes: _probes, ...rest } = row;
      return { ...rest, state: "pending", accepted: true, conflicts: 0 };
    }
    case "refused": {
      if (!holds(verdict.problem.code)) return park(row, { why: "refused", problem: verdict.problem }, now);
      const probes = { count: (row.probes?.count ?? 0) + 1, atMs: context.input.nowMs };
      return { ...hold(row, { why: "refused", problem: verdict.problem }, now), probes };
    }
    case "conflict":
      return conflicted(row, context, now);
  }
}

/**
 * A conflict that the device can explain (there is news of this stream, or more of the log to come, or an earlier
 * command of the stream was not accepted) is decided again with what is new. One that it cannot explain, twice, is
 * a fault between server and device: it parks as stuck, never loops.
 */
function conflicted(row: OutboxRow, context: VerdictContext, now: string): OutboxRow {
  const released = row.held?.why === "refused" || row.held?.why === "failing" ? pendingAgain(row) : row;
  const explained = context.events.length > 0 || context.input.more;
  if (explained || row.id !== context.firstSent) return { ...released, conflicts: 0 };
  const conflicts = row.conflicts + 1;
  return conflicts < 2 ? { ...released, conflicts } : park({ ...row, conflicts }, { why: "stuck" }, now);
}

function pendingAgain(row: OutboxRow): OutboxRow {
  const { held: _held, since: _since, probes: _probes, ...rest } = row;
  return { ...rest, state: "pending" };
}
