import { happenedAt, type LogEvent } from "../protocol/log-event.ts";
import type { ProposedEvent } from "../protocol/sync-messages.ts";
import type { DeviceDatabase } from "./database.ts";
import { pendingTime } from "./fold.ts";
import { readStreamEvents } from "./log.ts";
import { mustMeta } from "./meta.ts";

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
  const [confirmed, outbox, identity, place] = await Promise.all([
    readStreamEvents(db, [stream]),
    db.outbox.where("stream").equals(stream).sortBy("seq"),
    mustMeta(db, "identity"),
    mustMeta(db, "place"),
  ]);
  const here = confirmed.get(stream) ?? [];
  const first = here[0]?.version ?? Number.POSITIVE_INFINITY;
  const earlier = fetched.filter(({ version }) => version < first);
  const recorded = [...earlier, ...here].map((event): HistoryEntry => {
    const { id, type, schemaVersion, data } = event;
    return {
      event: { id, type, schemaVersion, data },
      happenedAt: happenedAt(event),
      recordedAt: event.recordedAt,
      position: event.position,
      deviceId: event.device,
      actor: event.actor,
      own: event.device === identity.deviceId || (identity.formerIds ?? []).includes(event.device),
      pending: false,
      command: event.command,
    };
  });
  const waiting = outbox
    .filter(({ state }) => state === "pending" || state === "held")
    .flatMap((row) =>
      row.events.map(
        (event): HistoryEntry => ({
          event,
          happenedAt: pendingTime(row.at, place.clockOffsetMs),
          deviceId: identity.deviceId,
          actor: row.actor,
          own: true,
          pending: true,
          command: row.id,
        }),
      ),
    );
  return [...recorded, ...waiting];
}
