import {
  leadingTo,
  leadingToLog,
  mayRenumber,
  type NumberDraw,
  noteOf,
  renumbered,
  type StartRow,
  startsOrder,
} from "../../device/outbox/renumber.ts";
import { groupBy } from "../../device/storage/group-by.ts";
import type { OutboxRow, StreamRow } from "../../device/storage/rows.ts";
import { foldNext } from "../../device/streams/fold.ts";
import { rebase } from "../../device/streams/rebase.ts";
import { fresh, hold, isTriedAgain, park } from "../../device/streams/stand.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import { holds, type Problem } from "../../protocol/problem.ts";
import type { Verdict } from "../../protocol/sync-messages.ts";
import { isConfirmedBy, isTaken } from "./confirmed-by.ts";
import { decideTakenId } from "./taken-id.ts";

/**
 * What an answer of the server finds on the device. `streams` holds every touched stream as stored, `rows` all outbox
 * rows of those. `sent` are the ids of the commands of the request, in their order. `now` is ISO 8601 UTC of the
 * device, `nowMs` the same in ms.
 */
export interface MergeInput {
  readonly streams: ReadonlyMap<string, StreamRow>;
  readonly rows: readonly OutboxRow[];
  readonly sent: readonly string[];
  readonly verdicts: readonly Verdict[];
  readonly events: readonly LogEvent[];
  readonly more: boolean;
  /** The ids that this device writes and has written under. */
  readonly own: ReadonlySet<string>;
  /** What a command whose id is taken may go on under. */
  readonly redraws: ReadonlyMap<string, Redraw>;
  /** What an order whose number is taken may go on with, by the id of the command that begins it. */
  readonly numbers: ReadonlyMap<string, NumberDraw>;
  /** The last position of this device's log before this answer. */
  readonly from: number;
  readonly clockOffsetMs: number;
  readonly nowMs: number;
}

/**
 * Another id for a command, and the seq that goes with it: what the server heard under the old one is not said again.
 */
export interface Redraw {
  readonly id: string;
  readonly seq: number;
}

/**
 * What the answer makes of them: changed streams (before, after), rows that changed, the seqs of those that leave as
 * confirmed or settled, and those that go on under another id, by the seq that they had. `added` are new: the notes of
 * the numbers that orders had before.
 */
export interface Merged {
  readonly changes: readonly { readonly before: StreamRow; readonly after: StreamRow }[];
  readonly puts: readonly OutboxRow[];
  readonly confirmed: readonly number[];
  readonly settled: readonly number[];
  readonly redrawn: ReadonlyMap<number, OutboxRow>;
  readonly added: readonly OutboxRow[];
}

/**
 * Merges by version, purely. For every touched stream: folds what is new onto the confirmed state, confirms the
 * commands whose events have come down, gives the others their verdicts, and decides those again. Invariants, each with
 * a property of the same words:
 * - MG1 every row that came in is put, deleted as confirmed, deleted as settled, put under another id, or left as it
 *   was;
 * - MG2 a row is confirmed by its own events, under whichever of its ids, or by the same ones, never by what another
 *   device has put under its id;
 * - MG3 the confirmed state of a stream is the fold of its log, whatever was pending;
 * - MG4 a stream that is not touched is not changed.
 */
export function merge(input: MergeInput): Merged {
  const eventsByStream = groupBy(input.events, ({ stream }) => stream);
  const rowsByStream = groupBy(input.rows, ({ stream }) => stream);
  const landed = groupBy(input.events, ({ command }) => command);
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
    confirmed: merged.flatMap(({ confirmed }) => confirmed),
    settled: merged.flatMap(({ settled }) => settled),
    redrawn: new Map(merged.flatMap(({ redrawn }) => redrawn)),
    added: merged.flatMap(({ added }) => added),
  };
}

function mergeStream(
  before: StreamRow,
  events: readonly LogEvent[],
  rows: readonly OutboxRow[],
  landed: ReadonlyMap<string, readonly LogEvent[]>,
  verdicts: ReadonlyMap<string, Verdict>,
  input: MergeInput,
) {
  const folded = foldNext(before, events);
  const traced = groupBy(rows.length === 0 ? [] : events, ({ traceparent }) => traceparent);
  const heard = { landed, traced, own: input.own, from: input.from };
  const confirmed = rows.filter((row) => isConfirmedBy(heard, row, verdicts.get(row.id)));
  const isConfirmed = new Set(confirmed);
  const open = rows.filter((row) => !isConfirmed.has(row));
  const needless = open.filter((row) => isNeedless(row, verdicts.get(row.id)));
  const waiting = open.filter((row) => !needless.includes(row));
  const firstSent = input.sent.find((id) => rows.some((row) => row.id === id));
  const begun = (folded ?? before).confirmed.version > 0;
  const judged = waiting.map((row) => {
    const verdict = verdicts.get(row.id);
    if (verdict !== undefined)
      return withVerdict(withoutUnasked(row), verdict, { events, firstSent, begun, input });
    // Another device's command has come down under its id: only the server knows whose that is.
    if (landed.has(row.id) && isWaiting(row)) return { ...row, unasked: true as const };
    // The log ends without what was accepted: the server has lost it since, by being restored. It is sent again.
    if (row.accepted && !input.more) return { ...row, accepted: false };
    return events.length > 0 && row.conflicts > 0 ? { ...row, conflicts: 0 } : row;
  });
  const now = new Date(input.nowMs).toISOString();
  const context = { clockOffsetMs: input.clockOffsetMs, more: input.more, now };
  const { state } = (folded ?? before).confirmed;
  const led = confirmed
    .filter(startsOrder)
    .reduce((rows, begun) => rows.map((row) => leadingToLog(row, begun, state)), judged);
  const { rows: numbered, notes } = withNotes(waiting, led, input);
  const { stream: after, changed, settled } = rebase(folded ?? before, [...numbered, ...notes], context);
  const decided = new Map(changed.map((row) => [row.seq, row]));
  const leaves = new Set(settled);
  // Each waiting row with what has become of it; a row that settles leaves under the seq that it came with.
  const pairs = waiting.map((row, index) => {
    const asJudged = numbered[index] ?? row;
    return { row, leaves: leaves.has(asJudged), now: decided.get(asJudged.seq) ?? asJudged };
  });
  const stays = pairs.filter((pair) => !pair.leaves);
  const isNews = folded !== undefined && folded !== before;
  const change = isNews || rows.length > 0 ? { before, after } : undefined;
  return {
    change,
    puts: stays.filter(({ row, now }) => now !== row && now.seq === row.seq).map(({ now }) => now),
    confirmed: confirmed.map(({ seq }) => seq),
    settled: [...needless, ...pairs.filter((pair) => pair.leaves).map(({ row }) => row)].map(
      ({ seq }) => seq,
    ),
    redrawn: stays
      .filter(({ row, now }) => now.seq !== row.seq)
      .map(({ row, now }) => [row.seq, now] as const),
    added: notes.filter((note) => !leaves.has(note)).map((note) => decided.get(note.seq) ?? note),
  };
}

/** The rows once an order has taken another number: every number that it had is noted. */
function withNotes(
  waiting: readonly OutboxRow[],
  judged: readonly OutboxRow[],
  { numbers }: MergeInput,
): { readonly rows: readonly OutboxRow[]; readonly notes: readonly OutboxRow[] } {
  const index = judged.findIndex((row, at) => numberChanged(waiting[at], row));
  const [before, after] = [waiting[index], judged[index]];
  const draw = numbers.get(before?.id ?? "");
  if (before === undefined || after === undefined || draw === undefined) return { rows: judged, notes: [] };
  if (!startsOrder(before) || !startsOrder(after)) return { rows: judged, notes: [] };
  const rows = judged.map((row) => leadingTo(row, before, after));
  return { rows, notes: [noteOf(before, after, draw)] };
}

function numberChanged(before: OutboxRow | undefined, after: OutboxRow): boolean {
  if (before === undefined || !startsOrder(before) || !startsOrder(after)) return false;
  return before.command.data.number !== after.command.data.number;
}

/**
 * A server that is older than such notes refuses one to an order that has the number already: it has, so nothing is
 * missing.
 */
function isNeedless({ command }: OutboxRow, verdict: Verdict | undefined): boolean {
  if (command.type !== "renumber-order" || verdict?.outcome !== "refused") return false;
  const { rejection } = verdict.problem;
  return rejection?.reason === "number-changed-meanwhile" && rejection.current === command.data.to;
}

function isWaiting({ state }: OutboxRow): boolean {
  return state === "pending" || state === "held";
}

/**
 * The row without `unasked`, once the server has answered it: the same object where it has none, so nothing is written.
 */
function withoutUnasked(row: OutboxRow): OutboxRow {
  const { unasked: _unasked, ...rest } = row;
  return row.unasked ? rest : row;
}

interface VerdictContext {
  readonly events: readonly LogEvent[];
  readonly firstSent: string | undefined;
  /** Whether the stream has confirmed events. */
  readonly begun: boolean;
  readonly input: MergeInput;
}

function withVerdict(row: OutboxRow, verdict: Verdict, context: VerdictContext): OutboxRow {
  const now = new Date(context.input.nowMs).toISOString();
  const stands = isTaken(verdict);
  // Its events are on their way, whatever is said of it later (RB4).
  if (row.accepted && !stands) return row;
  // Taken back or replaced while it was asked: a "no" changes nothing more, a "yes" is a fact.
  if (row.state === "discarded" && !stands) return row;
  switch (verdict.outcome) {
    case "accepted":
    case "duplicate":
      return { ...fresh(row), accepted: true };
    case "refused": {
      if (verdict.problem.code === "id-taken") return withTakenId(row, verdict.problem, context.input, now);
      if (verdict.problem.code === "number-taken" && mayRenumber(row))
        return withTakenNumber(row, verdict.problem, context, now);
      if (!holds(verdict.problem.code)) return park(row, { why: "refused", problem: verdict.problem }, now);
      const probes = { count: (row.probes?.count ?? 0) + 1, atMs: context.input.nowMs };
      return { ...hold(row, { why: "refused", problem: verdict.problem }, now), probes };
    }
    case "conflict":
      return conflicted(row, context, now);
  }
}

/** A command whose id is another device's, as it goes on. */
function withTakenId(row: OutboxRow, problem: Problem, { own, redraws }: MergeInput, now: string): OutboxRow {
  const redraw = redraws.get(row.id);
  const decided = decideTakenId(row, problem, own);
  if (decided === "own") return { ...fresh(row), accepted: true };
  if (decided === "park" || redraw === undefined) return park(row, { why: "refused", problem }, now);
  return { ...fresh(row), ...redraw, sent: false, redraws: (row.redraws ?? 0) + 1 };
}

/**
 * An order whose number another order has, as it goes on: under the next one of this device, once all of the log is
 * here and tells which are given. Until then it is asked again with each page. Where the order is begun already (this
 * profile was set back to before), only the server can say by what.
 */
function withTakenNumber(
  row: StartRow,
  problem: Problem,
  { begun, input }: VerdictContext,
  now: string,
): OutboxRow {
  if (input.more) return fresh(row);
  const draw = input.numbers.get(row.id);
  if (draw === undefined) return park(row, { why: "refused", problem }, now);
  return renumbered(row, begun ? { number: row.command.data.number, seq: draw.seq } : draw);
}

/**
 * A conflict that the device can explain (there is news of this stream, or more of the log to come, or an earlier
 * command of the stream was not accepted) is decided again with what is new. One that it cannot explain, twice, is
 * a fault between server and device: it parks as stuck, never loops.
 */
function conflicted(row: OutboxRow, context: VerdictContext, now: string): OutboxRow {
  const released = isTriedAgain(row) ? { ...fresh(row), conflicts: row.conflicts } : row;
  const explained = context.events.length > 0 || context.input.more;
  if (explained || row.id !== context.firstSent) return { ...released, conflicts: 0 };
  const conflicts = row.conflicts + 1;
  return conflicts < 2 ? { ...released, conflicts } : park({ ...row, conflicts }, { why: "stuck" }, now);
}
