import { allocationStream, orderStream } from "../../domain/stream-key.ts";
import { happenedAt, type LogEvent } from "../../protocol/log-event.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { mustMeta } from "../storage/meta.ts";
import { ownIds } from "../storage/own-ids.ts";
import type { OutboxRow } from "../storage/rows.ts";
import { pendingTime } from "../streams/fold.ts";
import { readArrivedEvents } from "../streams/log.ts";
import { type Journey, journeysOf, type TravelledEvent } from "./journey.ts";

/**
 * The ways of everything that was done to an order, the newest first: what is in this log, what waits here, and of the
 * time before this device joined what the server told (`fetched`).
 */
export async function readJourneys(
  db: DeviceDatabase,
  orderId: string,
  fetched: readonly LogEvent[] = [],
): Promise<readonly Journey[]> {
  const streams = [orderStream(orderId), allocationStream(orderId)];
  const [arrived, outbox, identity, place] = await Promise.all([
    readArrivedEvents(db, streams),
    db.outbox.where("stream").equals(orderStream(orderId)).sortBy("seq"),
    mustMeta(db, "identity"),
    mustMeta(db, "place"),
  ]);
  const own = ownIds(identity);
  const here = new Set(arrived.map(({ event }) => event.command));
  const waiting = outbox.filter(({ state, id }) => state !== "discarded" && !here.has(id));
  return journeysOf([
    ...fetched.filter(({ command }) => !here.has(command)).map((event) => travelled(event, undefined, own)),
    ...arrived.map(({ event, arrivedAtMs }) => travelled(event, arrivedAtMs, own)),
    ...waiting.flatMap((row) => waitingEvents(row, identity.deviceId, place.clockOffsetMs)),
  ]);
}

function travelled(
  event: LogEvent,
  arrivedAtMs: number | undefined,
  own: ReadonlySet<string>,
): TravelledEvent {
  const { id, stream, type, schemaVersion, data, command, causation, device, actor, recordedAt } = event;
  return {
    ...{ id, stream, type, schemaVersion, data, command, device, actor, recordedAt },
    ...(causation === undefined ? {} : { causation }),
    traceId: traceIdOf(event.traceparent),
    happenedAt: happenedAt(event),
    ...(arrivedAtMs === undefined ? {} : { arrivedAt: new Date(arrivedAtMs).toISOString() }),
    own: own.has(device),
  };
}

function waitingEvents(row: OutboxRow, device: string, clockOffsetMs: number): readonly TravelledEvent[] {
  return row.events.map((event) => ({
    ...event,
    stream: row.stream,
    command: row.id,
    traceId: traceIdOf(row.traceparent),
    happenedAt: pendingTime(row.at, clockOffsetMs),
    device,
    actor: row.actor,
    own: true,
  }));
}

/** The trace of a W3C traceparent: the same for everything that followed from one tap. */
export function traceIdOf(traceparent: string): string {
  return traceparent.split("-")[1] ?? "";
}
