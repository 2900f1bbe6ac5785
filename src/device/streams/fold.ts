import type { KnownEvent } from "../../domain/kinds.ts";
import { evolveOn, findKind, initialOf } from "../../domain/kinds.ts";
import { correctedTime, happenedAt, type LogEvent } from "../../protocol/log-event.ts";
import { parseEvent } from "../../protocol/parse-event.ts";
import type { Folded, StreamRow } from "../storage/rows.ts";

/** A stream before its first event. The state of an unknown kind is never folded: its stream is read-only. */
function emptyFold(stream: string): Folded {
  return {
    version: 0,
    last: null,
    state: findKind(stream) === undefined ? { status: "none" } : initialOf(stream),
  };
}

/** The version of the fold of a stream's kind; 0 for a kind that this build does not know. */
export function evolveVersionOf(stream: string): number {
  return findKind(stream)?.evolveVersion ?? 0;
}

/** The fold version of a stream that must be folded again, whatever build made it. */
export const stale = -1;

/** A stream with nothing in it. */
export function emptyStream(stream: string): StreamRow {
  return { key: stream, evolveVersion: evolveVersionOf(stream), confirmed: emptyFold(stream) };
}

/** A fold with one more event that is known to be readable. */
export function foldKnown(stream: string, folded: Folded, id: string, event: KnownEvent, at: string): Folded {
  return { version: folded.version + 1, last: id, state: evolveOn(stream, folded.state, { ...event, at }) };
}

/**
 * The stream with one more confirmed event. An event that this build cannot read (a newer type, a newer shape, a
 * kind it does not know) is not folded: the stream keeps its last readable state and says from where it is blind
 * (L13). Later events of a blind stream are not folded either: nothing is skipped.
 */
export function foldConfirmed(row: StreamRow, event: LogEvent): StreamRow {
  if (row.unreadableFrom !== undefined) return row;
  const parsed = findKind(row.key) === undefined ? undefined : parseEvent(event);
  if (parsed?.outcome === "known") {
    const confirmed = foldKnown(row.key, row.confirmed, event.id, parsed.event, happenedAt(event));
    return { ...withBase(row), confirmed };
  }
  if (parsed?.outcome === "informative") {
    const confirmed = { ...row.confirmed, version: row.confirmed.version + 1, last: event.id };
    return { ...withBase(row), confirmed };
  }
  return { ...row, unreadableFrom: event.position };
}

/** A stream that came as a state keeps it when it changes for the first time. */
function withBase(row: StreamRow): StreamRow {
  if (row.base === undefined || row.base.folded !== undefined) return row;
  return { ...row, base: { ...row.base, folded: row.confirmed } };
}

/**
 * The stream with its next confirmed events. What it holds already is passed over: a state may be ahead of the log.
 * Undefined where its beginning is not here yet: it comes as a state that holds these events, or they are folded then.
 */
export function foldNext(row: StreamRow, events: readonly LogEvent[]): StreamRow | undefined {
  const next = events.filter(({ version }) => version > row.confirmed.version);
  const isRootless = next[0] !== undefined && next[0].version > row.confirmed.version + 1;
  if (isRootless && row.unreadableFrom === undefined) return undefined;
  return next.reduce(foldConfirmed, row);
}

/** A stream as it came, before any event of this log. */
export function baseOf(row: StreamRow): Folded {
  return row.base?.folded ?? row.confirmed;
}

/** The moment of a pending event: this device's clock, corrected by its last measured offset. */
export function pendingTime(at: string, clockOffsetMs: number): string {
  return correctedTime(at, clockOffsetMs);
}
