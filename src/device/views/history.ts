import { happenedAt, type LogEvent } from "../../protocol/log-event.ts";
import type { ProposedEvent } from "../../protocol/sync-messages.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { mustMeta } from "../storage/meta.ts";
import { ownIds } from "../storage/own-ids.ts";
import type { OutboxRow } from "../storage/rows.ts";
import { pendingTime } from "../streams/fold.ts";
import { readStreamEvents } from "../streams/log.ts";

/**
 * One event of a stream's history. `happenedAt` is corrected by the device's clock offset; `recordedAt` and
 * `position` are the server's and absent while it is pending. Times are ISO 8601 UTC.
 */
export interface HistoryEntry {
  readonly event: ProposedEvent;
  readonly happenedAt: string;
  readonly recordedAt?: string;
  readonly position?: number;
  readonly deviceId: string;
  readonly actor: string;
  readonly own: boolean;
  readonly pending: boolean;
  readonly command: string;
}

/** Whether the first events of a stream are not here: it came as a state, and the server knows what happened before. */
export async function isHistoryMissing(db: DeviceDatabase, stream: string): Promise<boolean> {
  const row = await db.streams.get(stream);
  return row?.base !== undefined;
}

/**
 * Everything that happened to one thing, as far as it is known here, this device's waiting events last. `fetched` are
 * events that the server told of, for those that are not here.
 */
export async function listHistory(
  db: DeviceDatabase,
  stream: string,
  fetched: readonly LogEvent[] = [],
): Promise<readonly HistoryEntry[]> {
  return (await listHistories(db, [stream], fetched)).get(stream) ?? [];
}

/** The same of several things at once: each part of the log is read once. `fetched` are of any of them. */
export async function listHistories(
  db: DeviceDatabase,
  streams: readonly string[],
  fetched: readonly LogEvent[] = [],
): Promise<ReadonlyMap<string, readonly HistoryEntry[]>> {
  const [confirmed, outbox, identity, place] = await Promise.all([
    readStreamEvents(db, streams),
    db.outbox.where("stream").anyOf(streams).sortBy("seq"),
    mustMeta(db, "identity"),
    mustMeta(db, "place"),
  ]);
  const own = ownIds(identity);
  const waiting = outbox.filter(({ state }) => state === "pending" || state === "held");
  return new Map(
    streams.map((stream) => [
      stream,
      [
        ...withFetched(stream, confirmed.get(stream) ?? [], fetched).map((event) =>
          recordedEntry(event, own),
        ),
        ...waiting
          .filter((row) => row.stream === stream)
          .flatMap((row) => waitingEntries(row, identity.deviceId, place.clockOffsetMs)),
      ],
    ]),
  );
}

/**
 * Two histories as one, in time order. Each keeps its own order, since what was taken offline happened before what a
 * stream already held.
 */
export function mergeInTime(
  one: readonly HistoryEntry[],
  other: readonly HistoryEntry[],
): readonly HistoryEntry[] {
  const merged: HistoryEntry[] = [];
  let at = 0;
  for (const entry of one) {
    for (let next = other[at]; next !== undefined && next.happenedAt < entry.happenedAt; next = other[at]) {
      merged.push(next);
      at += 1;
    }
    merged.push(entry);
  }
  return [...merged, ...other.slice(at)];
}

/** What is here of a stream, after what was fetched of the time before. */
function withFetched(
  stream: string,
  here: readonly LogEvent[],
  fetched: readonly LogEvent[],
): readonly LogEvent[] {
  const first = here[0]?.version ?? Number.POSITIVE_INFINITY;
  return [...fetched.filter((event) => event.stream === stream && event.version < first), ...here];
}

function recordedEntry(event: LogEvent, own: ReadonlySet<string>): HistoryEntry {
  const { id, type, schemaVersion, data } = event;
  return {
    event: { id, type, schemaVersion, data },
    happenedAt: happenedAt(event),
    recordedAt: event.recordedAt,
    position: event.position,
    deviceId: event.device,
    actor: event.actor,
    own: own.has(event.device),
    pending: false,
    command: event.command,
  };
}

function waitingEntries(row: OutboxRow, deviceId: string, clockOffsetMs: number): readonly HistoryEntry[] {
  return row.events.map((event) => ({
    event,
    happenedAt: pendingTime(row.at, clockOffsetMs),
    deviceId,
    actor: row.actor,
    own: true,
    pending: true,
    command: row.id,
  }));
}
