import { kindOf } from "../../domain/stream-key.ts";
import type { Folded, OutboxRow, ParkedReason, ParkedRow, StreamRow } from "../storage/rows.ts";
import { pendingTime } from "./fold.ts";
import { planCommand } from "./plan-command.ts";
import { hold, isTriedAgain, park, pending } from "./stand.ts";

/** What is known when a stream is touched. `now` is ISO 8601 UTC; `more`: the server has more of the log. */
export interface RebaseContext {
  readonly clockOffsetMs: number;
  readonly more: boolean;
  readonly now: string;
}

/** A stream with its own commands decided again: the rows that changed, those that leave as settled. */
export interface Rebased {
  readonly stream: StreamRow;
  readonly changed: readonly OutboxRow[];
  readonly settled: readonly OutboxRow[];
}

/**
 * Decides every waiting command of a touched stream again, in order of their turn, on its confirmed state.
 * Invariants, each with a property of the same words:
 * - RB1 a command is never dropped: it stays pending, or becomes held, parked or settled;
 * - RB2 a command parks only when all of the log is here (`more` false);
 * - RB3 behind a held or parked command the later ones of the stream are held, and shown on top where they fit;
 * - RB4 an accepted command is never parked, held or settled: its own events are on their way.
 * `rows` are this stream's outbox rows; discarded ones are passed over.
 */
export function rebase(stream: StreamRow, rows: readonly OutboxRow[], context: RebaseContext): Rebased {
  const changed: OutboxRow[] = [];
  const settled: OutboxRow[] = [];
  const waiting: OutboxRow[] = [];
  let top = stream.confirmed;
  let blocked = false;
  for (const row of inTurn(rows)) {
    const next = decideAgain(stream, row, top, blocked, context);
    if (next.outcome === "settled") {
      settled.push(row);
      continue;
    }
    if (next.row !== row) changed.push(next.row);
    waiting.push(next.row);
    top = next.top;
    blocked ||= next.row.state !== "pending";
  }
  return { stream: withPending(stream, top, waiting), changed, settled };
}

/** The rows that are not discarded, in order of their turn: a command that replaces another takes its turn. */
export function inTurn(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  return rows
    .filter(({ state }) => state !== "discarded")
    .toSorted((a, b) => a.rank - b.rank || a.seq - b.seq);
}

type DecidedAgain =
  | { readonly outcome: "settled" }
  | { readonly outcome: "stays"; readonly row: OutboxRow; readonly top: Folded };

function decideAgain(
  stream: StreamRow,
  row: OutboxRow,
  top: Folded,
  blocked: boolean,
  context: RebaseContext,
): DecidedAgain {
  if (row.state === "parked") {
    const isOpen =
      row.parked.why === "rejected" && !blocked && !context.more && stream.unreadableFrom === undefined;
    return isOpen ? decideParked(row, top, context) : { outcome: "stays", row, top };
  }
  if (stream.unreadableFrom !== undefined && !row.accepted) {
    return { outcome: "stays", row: hold(row, { why: "unreadable-stream" }, context.now), top };
  }
  const happenedAt = pendingTime(row.at, context.clockOffsetMs);
  const plan = planCommand({ id: row.id, stream: row.stream, command: row.command, happenedAt }, top);
  if (plan.outcome === "events") {
    const decided = { ...row, events: plan.events, expected: { version: top.version, event: top.last } };
    const kept = sameDecision(row, decided) ? row : decided;
    const after = isHearsay(row) ? top : plan.after;
    return { outcome: "stays", row: released(kept, blocked, context.now), top: after };
  }
  if (row.accepted || row.unasked) return { outcome: "stays", row: released(row, blocked, context.now), top };
  // What it needs may be the one before it, which waits: it is decided when that one is.
  if (blocked) return { outcome: "stays", row: hold(row, { why: "behind" }, context.now), top };
  // What holds now may hold for a moment only: the rest of the log says whether it lasts.
  if (context.more) return { outcome: "stays", row: hold(row, { why: "more-to-come" }, context.now), top };
  if (plan.outcome === "already") return { outcome: "settled" };
  return { outcome: "stays", row: park(row, whyParked(plan), context.now), top };
}

/**
 * Whether a file says that another device wrote it, and the server has not said so yet. An order is shown all the
 * while; prices, settings and stock, which others go by, count only once it is proven.
 */
function isHearsay({ written, accepted, stream }: OutboxRow): boolean {
  return written !== undefined && !accepted && kindOf(stream) !== "order";
}

/**
 * A command that was parked because of what it met, held against what is there now: the person chooses between the
 * values shown, and those may have changed again. Where nothing is against it any more it goes on as if it had
 * never parked.
 */
function decideParked(row: ParkedRow, top: Folded, context: RebaseContext): DecidedAgain {
  const happenedAt = pendingTime(row.at, context.clockOffsetMs);
  const plan = planCommand({ id: row.id, stream: row.stream, command: row.command, happenedAt }, top);
  if (plan.outcome === "already") return { outcome: "settled" };
  if (plan.outcome === "events") {
    const expected = { version: top.version, event: top.last };
    return { outcome: "stays", row: { ...pending(row), events: plan.events, expected }, top: plan.after };
  }
  const parked = whyParked(plan);
  const isSame = JSON.stringify(parked) === JSON.stringify(row.parked);
  return { outcome: "stays", row: isSame ? row : { ...row, parked }, top };
}

function whyParked(
  plan: Exclude<ReturnType<typeof planCommand>, { outcome: "events" | "already" }>,
): ParkedReason {
  if (plan.outcome === "rejected") return { why: "rejected", rejection: plan.rejection };
  const detail =
    plan.outcome === "invalid" ? `${plan.path}: ${plan.message}` : `${plan.bytes} bytes of ${plan.max}`;
  const title = "The command no longer fits the order";
  return {
    why: "refused",
    problem: { type: "urn:docket:problem:invalid-event", title, status: 422, code: "invalid-event", detail },
  };
}

/** A hold of the server's or by failing stays; one for what has passed is lifted, one behind another is set. */
function released(row: OutboxRow, blocked: boolean, now: string): OutboxRow {
  if (row.accepted || isTriedAgain(row)) return row;
  if (blocked) return hold(row, { why: "behind" }, now);
  return row.state === "pending" ? row : pending(row);
}

function sameDecision(a: OutboxRow, b: OutboxRow): boolean {
  return (
    a.expected.version === b.expected.version &&
    a.expected.event === b.expected.event &&
    JSON.stringify(a.events) === JSON.stringify(b.events)
  );
}

/** The stream with the fold of its waiting commands, and the worst state among them. */
function withPending(stream: StreamRow, top: Folded, waiting: readonly OutboxRow[]): StreamRow {
  const { pending: _pending, waiting: _waiting, ...bare } = stream;
  if (waiting.length === 0) return bare;
  const states = new Set(waiting.map(({ state }) => state));
  const state = states.has("parked") ? "parked" : states.has("held") ? "held" : "pending";
  const marked = { ...bare, waiting: { state, count: waiting.length } } as const;
  return top === stream.confirmed ? marked : { ...marked, pending: top };
}
