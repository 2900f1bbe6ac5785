import { groupBy } from "../../device/storage/group-by.ts";
import type { OutboxRow } from "../../device/storage/rows.ts";
import { inTurn } from "../../device/streams/rebase.ts";
import { isTriedAgain } from "../../device/streams/stand.ts";
import { utf8Bytes } from "../../protocol/canonical-json.ts";
import type { HandedCommand } from "../../protocol/hand-over-messages.ts";
import { limits } from "../../protocol/limits.ts";
import type { PushedCommand } from "../../protocol/sync-messages.ts";

/** How much of the outbox one request may take, and what it must leave out. */
export interface Selection {
  readonly commandsMax: number;
  readonly nowMs: number;
  /** Ids of commands that failed alone: they are tried when nothing else is left. */
  readonly suspects: ReadonlySet<string>;
}

/** What a request's other members take, generously. */
const requestOverheadBytes = 1_024;

/**
 * Which commands go, in ascending seq. Per stream in order of their turn, and none behind one that is held, parked
 * or left out; a held stream is probed with one command when its own backoff is over. Other streams are never
 * stopped (L7). One command always fits.
 */
export function selectCommands(rows: readonly OutboxRow[], selection: Selection): readonly OutboxRow[] {
  const sendable = [...groupBy(rows, ({ stream }) => stream).values()].flatMap((stream) =>
    sendableOf(inTurn(stream), selection),
  );
  const chosen: OutboxRow[] = [];
  const cutStreams = new Set<string>();
  let bytes = requestOverheadBytes;
  for (const row of sendable.toSorted((a, b) => a.seq - b.seq)) {
    if (chosen.length >= selection.commandsMax) break;
    if (cutStreams.has(row.stream)) continue;
    const more = utf8Bytes(JSON.stringify(toPushed(row))) + 1;
    if (chosen.length > 0 && bytes + more > limits.requestBytes) {
      cutStreams.add(row.stream);
      continue;
    }
    chosen.push(row);
    bytes += more;
  }
  return chosen;
}

/** A command as it is on the wire. */
export function toPushed(row: OutboxRow): PushedCommand {
  const { id, seq, stream, expected, at, actor, traceparent, events, replaces } = row;
  const pushed = { id, seq, stream, expected, at, actor, traceparent, events: [...events] };
  return replaces === undefined ? pushed : { ...pushed, replaces };
}

/** A command that another device wrote, as it is handed over: under the writer's own number, with its proof. */
export function toHanded(row: OutboxRow): HandedCommand {
  if (row.written === undefined) throw new Error(`expected a command of another device, found ${row.id}`);
  return { ...toPushed(row), ...row.written };
}

/** Whether a held command may be tried again: after a minute, then twice as long each time, an hour at most. */
export function probeIsDue(row: OutboxRow, nowMs: number): boolean {
  if (!isTriedAgain(row)) return false;
  const { count, atMs } = row.probes ?? { count: 0, atMs: 0 };
  // A clock that jumped back must not put the next try years away (L12).
  return nowMs < atMs || nowMs >= atMs + probeDelayMs(count);
}

/** How long after its nth try a held command waits for the next. */
function probeDelayMs(count: number): number {
  return Math.min(60_000 * 2 ** Math.max(0, count - 1), 3_600_000);
}

function sendableOf(rows: readonly OutboxRow[], selection: Selection): readonly OutboxRow[] {
  const sendable: OutboxRow[] = [];
  let lastSeq = 0;
  for (const row of rows) {
    if (row.accepted) continue;
    const probe = sendable.length === 0 && probeIsDue(row, selection.nowMs);
    const goes = (row.state === "pending" || probe) && !selection.suspects.has(row.id);
    // A replacing command has a higher seq than those behind it: they follow in the next request.
    if (!goes || row.seq < lastSeq) break;
    // What another device wrote goes by a request of its own; what this one wrote on top of it follows in the next.
    const first = sendable[0];
    if (first !== undefined && (first.written === undefined) !== (row.written === undefined)) break;
    sendable.push(row);
    lastSeq = row.seq;
    if (probe) break;
  }
  return sendable;
}
