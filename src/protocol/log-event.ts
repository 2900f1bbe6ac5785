import * as v from "valibot";
import * as p from "./parsers.ts";

/**
 * An event of the log, as the server hands it out. `position` is its number in the workspace's log, `version` its
 * number in its stream, `at` the clock of the device that recorded it (raw), `recordedAt` the server's, and
 * `clockOffsetMs` what must be added to `at` to correct it. `hash` (the chain) and `seal` are on the last event of a
 * command only.
 */
export const logEventSchema = v.looseObject({
  position: p.integer(1, Number.MAX_SAFE_INTEGER),
  id: p.uuid,
  stream: p.streamKey,
  version: p.integer(1, Number.MAX_SAFE_INTEGER),
  type: p.eventType,
  schemaVersion: p.integer(1, 10_000),
  data: v.unknown(),
  at: p.instant,
  recordedAt: p.instant,
  clockOffsetMs: v.pipe(v.number(), v.safeInteger()),
  device: p.uuid,
  seq: p.count,
  command: p.uuid,
  actor: p.shortText,
  traceparent: p.traceparent,
  causation: v.exactOptional(p.uuid),
  hash: v.exactOptional(p.hash),
  seal: v.exactOptional(p.hash),
});

export type LogEvent = Readonly<v.InferOutput<typeof logEventSchema>>;

/** When an event happened: the clock of its device, corrected by its measured offset. ISO 8601 UTC. */
export function happenedAt(event: Pick<LogEvent, "at" | "clockOffsetMs">): string {
  return correctedTime(event.at, event.clockOffsetMs);
}

/** A time of a device's clock, corrected. An offset that leads outside of what dates can say is not applied. */
export function correctedTime(at: string, offsetMs: number): string {
  const corrected = new Date(Date.parse(at) + offsetMs);
  const year = corrected.getUTCFullYear();
  return year >= 0 && year <= 9999 ? corrected.toISOString() : at;
}
