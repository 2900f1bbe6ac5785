import { allocationStream, idOf, kindOf, orderStream } from "../../domain/stream-key.ts";
import { happenedAt } from "../../protocol/log-event.ts";
import { holdsText } from "../search/holds-text.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { mustMeta } from "../storage/meta.ts";
import { ownIds } from "../storage/own-ids.ts";
import type { OutboxRow } from "../storage/rows.ts";
import { pendingTime } from "../streams/fold.ts";
import { type ArrivedEvent, arrivedEvents, segmentMayHold } from "../streams/log.ts";
import { traceIdOf } from "./read-journeys.ts";
import { findOrdersByNumber } from "./search-orders.ts";

/** One event as it lies on this device. Without a position it waits in the outbox. Times are ISO 8601 UTC. */
export interface StoredEvent {
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly at: string;
  readonly happenedAt: string;
  readonly device: string;
  readonly own: boolean;
  readonly seq: number;
  readonly command: string;
  readonly actor: string;
  readonly traceparent: string;
  readonly causation?: string;
  readonly position?: number;
  readonly version?: number;
  readonly recordedAt?: string;
  readonly clockOffsetMs?: number;
  readonly arrivedAt?: string;
}

/** Which events are wanted. `text`: an order's number, or anything that is in an event: a SKU, a name, an id. */
export interface EventFilter {
  readonly kind?: string;
  readonly type?: string;
  readonly device?: string;
  readonly text?: string;
}

/** Events, the newest first. `more`: where to look on is left; `looked` counts the events of the log that were read. */
export interface EventList {
  readonly events: readonly StoredEvent[];
  readonly looked: number;
  readonly more: boolean;
}

/**
 * The newest events that fit, what waits here first. Reads the log segment by segment from its end, and stops when
 * enough were found or `segments` were read: a rare event in a long log is looked for in steps, each bounded.
 */
export async function listEvents(
  db: DeviceDatabase,
  filter: EventFilter,
  max: { readonly events: number; readonly segments: number },
): Promise<EventList> {
  const who = await readOwn(db);
  const fits = await makeFilter(db, filter);
  const outbox = await db.outbox.orderBy("seq").reverse().limit(max.events).toArray();
  const found = outbox.flatMap((row) => waitingEvents(row, who).toReversed()).filter(fits);
  let looked = 0;
  let below = Number.POSITIVE_INFINITY;
  for (let read = 0; read < max.segments && found.length < max.events; read += 1) {
    const segment = await db.log.where("first").below(below).last();
    if (segment === undefined) return { events: found, looked, more: false };
    below = segment.first;
    looked += segment.last - segment.first + 1;
    found.push(...arrivedEvents(segment).map(storedEvent(who)).filter(fits).toReversed());
  }
  const isLeft = (await db.log.where("first").below(below).count()) > 0;
  return { events: found.slice(0, max.events), looked, more: isLeft || found.length > max.events };
}

/** An event with all that is known here of why it happened and what it led to. Lists are in order of time. */
export interface EventContext {
  readonly event: StoredEvent;
  /** From the first cause to this event's own, as far as they are here. */
  readonly causes: readonly StoredEvent[];
  /** The others of its command. */
  readonly siblings: readonly StoredEvent[];
  /** Events that name it as their cause. */
  readonly effects: readonly StoredEvent[];
  /** Everything of its trace, itself included. */
  readonly trace: readonly StoredEvent[];
}

/**
 * One event and what it has to do with, or undefined where it is not here. What follows from a tap carries its trace,
 * so one look through the log for the trace finds causes and effects alike.
 */
export async function findEventContext(db: DeviceDatabase, id: string): Promise<EventContext | undefined> {
  const who = await readOwn(db);
  const waiting = (await db.outbox.toArray()).flatMap((row) => waitingEvents(row, who));
  const event =
    waiting.find((one) => one.id === id) ?? (await collect(db, id, who)).find((one) => one.id === id);
  if (event === undefined) return undefined;
  const traceId = traceIdOf(event.traceparent);
  const inTrace = (one: StoredEvent) => traceIdOf(one.traceparent) === traceId;
  const trace = [...(await collect(db, traceId, who)).filter(inTrace), ...waiting.filter(inTrace)];
  return {
    event,
    causes: causesOf(event, trace),
    siblings: trace.filter((one) => one.command === event.command && one.id !== id),
    effects: trace.filter(({ causation }) => causation === id),
    trace,
  };
}

/** Chains of causes are short; longer than this, and something names itself. */
const causesMax = 32;

function causesOf(event: StoredEvent, trace: readonly StoredEvent[]): readonly StoredEvent[] {
  const byId = new Map(trace.map((one) => [one.id, one]));
  const causes: StoredEvent[] = [];
  let cause = event.causation === undefined ? undefined : byId.get(event.causation);
  while (cause !== undefined && causes.length < causesMax) {
    causes.unshift(cause);
    cause = cause.causation === undefined ? undefined : byId.get(cause.causation);
  }
  return causes;
}

/** Events of all segments whose text holds this, in the order of the log. Only those segments are parsed. */
async function collect(db: DeviceDatabase, needle: string, who: Own): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = [];
  await db.log.orderBy("first").each((segment) => {
    if (!segmentMayHold(segment, needle)) return;
    for (const arrived of arrivedEvents(segment)) {
      const { id, causation, traceparent } = arrived.event;
      if (id === needle || causation === needle || traceparent.includes(needle))
        found.push(storedEvent(who)(arrived));
    }
  });
  return found;
}

/** This device's own ids, and how its clock is corrected. */
interface Own {
  readonly ids: ReadonlySet<string>;
  readonly deviceId: string;
  readonly clockOffsetMs: number;
}

async function readOwn(db: DeviceDatabase): Promise<Own> {
  const [identity, { clockOffsetMs }] = await Promise.all([mustMeta(db, "identity"), mustMeta(db, "place")]);
  return { ids: ownIds(identity), deviceId: identity.deviceId, clockOffsetMs };
}

async function makeFilter(db: DeviceDatabase, filter: EventFilter): Promise<(event: StoredEvent) => boolean> {
  const text = filter.text ?? "";
  const numbered = await streamsOfNumber(db, text);
  // Three or four figures of a number are in many an id: where an order has the number, only a whole value is meant.
  const holds = numbered.length > 0 ? holdsValue(text) : holdsText(text);
  return (event) => {
    if (filter.kind !== undefined && kindOf(event.stream) !== filter.kind) return false;
    if (filter.type !== undefined && event.type !== filter.type) return false;
    if (filter.device !== undefined && event.device !== filter.device) return false;
    return numbered.includes(event.stream) || holds(decodedText(event));
  };
}

/** Whether a whole value in an event's JSON is what was typed. */
function holdsValue(typed: string): (text: string) => boolean {
  const value = JSON.stringify(typed.trim()).toLowerCase();
  return (text) => text.toLowerCase().includes(value);
}

/** The streams of the order with this number: most of its events do not name it. */
async function streamsOfNumber(db: DeviceDatabase, text: string): Promise<readonly string[]> {
  const orders = await findOrdersByNumber(db, text);
  return orders.flatMap(({ id }) => [orderStream(id), allocationStream(id)]);
}

function decodedText(event: StoredEvent): string {
  const { stream, type, data, device, actor, command, traceparent, id } = event;
  const thing = kindOf(stream) + decodeURIComponent(idOf(stream));
  return [id, thing, stream, type, device, actor, command, traceparent, JSON.stringify(data)].join(" ");
}

function storedEvent(who: Own): (arrived: ArrivedEvent) => StoredEvent {
  return ({ event, arrivedAtMs }) => ({
    ...{ id: event.id, stream: event.stream, type: event.type, schemaVersion: event.schemaVersion },
    ...{ data: event.data, at: event.at, happenedAt: happenedAt(event), device: event.device },
    ...{ own: who.ids.has(event.device), seq: event.seq, command: event.command, actor: event.actor },
    ...{ traceparent: event.traceparent, position: event.position, version: event.version },
    ...{ recordedAt: event.recordedAt, clockOffsetMs: event.clockOffsetMs },
    ...(event.causation === undefined ? {} : { causation: event.causation }),
    ...(arrivedAtMs === undefined ? {} : { arrivedAt: new Date(arrivedAtMs).toISOString() }),
  });
}

function waitingEvents(row: OutboxRow, who: Own): readonly StoredEvent[] {
  const { stream, at, seq, actor, traceparent, id: command } = row;
  const own = { ...{ stream, at, seq, actor, traceparent, command }, device: who.deviceId, own: true };
  return row.events.map((event) => ({ ...own, ...event, happenedAt: pendingTime(at, who.clockOffsetMs) }));
}
