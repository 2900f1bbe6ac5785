import * as v from "valibot";
import { happenedAt, type LogEvent } from "./log-event.ts";
import * as p from "./parsers.ts";

/**
 * Whose log is told, and where: the workspace's id, and the server's address (no slash at its end) where one is
 * configured.
 */
export interface EventSource {
  readonly workspace: string;
  readonly publicUrl: string | null;
}

/** Media types of the JSON format of CloudEvents 1.0: one event, and a batch of them (a JSON array). */
export const cloudEventType = "application/cloudevents+json";
export const cloudEventBatchType = "application/cloudevents-batch+json";

/** The digits of the largest position, 2^53 - 1. */
const sequenceDigits = 16;

/**
 * What every event carries beside the standard's attributes, all by names that the standard allows (lower-case letters
 * and digits). `sequence` is the position in the workspace's log as text of one length, so that it sorts as text does
 * and passes the 32 bits of a CloudEvents integer; `partitionkey` is the stream, the unit of order; `recordedtime` is
 * the server's clock, where `time` is the device's, corrected.
 */
const shared = {
  specversion: v.literal("1.0"),
  id: p.uuid,
  source: v.pipe(v.string(), v.regex(/^urn:docket:workspace:[0-9a-f-]{36}$/)),
  type: v.pipe(v.string(), v.regex(/^docket\.([a-z]+\.)?[a-z][a-z0-9-]*\.v[1-9]\d*$/)),
  subject: p.streamKey,
  time: p.instant,
  partitionkey: p.streamKey,
  sequence: v.pipe(v.string(), v.regex(/^\d{16}$/)),
  traceparent: p.traceparent,
  recordedtime: p.instant,
  schemaversion: p.integer(1, 10_000),
  streamversion: p.integer(1, Number.MAX_SAFE_INTEGER),
  commandid: p.uuid,
  causationid: v.exactOptional(p.uuid),
};

const stateMembers = {
  ...shared,
  datacontenttype: v.literal("application/json"),
  dataschema: v.pipe(v.string(), v.minLength(1)),
};

const notificationMembers = { ...shared, dataref: v.pipe(v.string(), v.minLength(1)) };

/** An event of the log that carries its state: `data` is what was recorded, at the schemaVersion that `type` names. */
export const stateEventSchema = v.looseObject({ ...stateMembers, data: v.unknown() });

/** The thin form: that it happened, and where what happened can be read (a URI reference). */
export const notificationEventSchema = v.looseObject(notificationMembers);

type StateEventHead = Readonly<v.InferOutput<v.ObjectSchema<typeof stateMembers, undefined>>>;
export type StateEvent = StateEventHead & { readonly data: unknown };
export type NotificationEvent = Readonly<
  v.InferOutput<v.ObjectSchema<typeof notificationMembers, undefined>>
>;

type Shape = Readonly<Pick<LogEvent, "type" | "schemaVersion">>;

/** What is told of an event of the log beside its data: a `LogEvent` is one, and so is the server's row of it. */
type EventHead = Shape &
  Readonly<
    Pick<
      LogEvent,
      | "id"
      | "position"
      | "stream"
      | "version"
      | "at"
      | "clockOffsetMs"
      | "recordedAt"
      | "command"
      | "traceparent"
    >
  > & { readonly causation?: string | null };

/** An event of the log as a CloudEvent with its data (event-carried state transfer). */
export function stateEvent(event: LogEvent, source: EventSource): StateEvent {
  return { ...stateEventHead(event, source), data: event.data };
}

/** The same without `data`, for who has that as text and does not parse it. */
export function stateEventHead(event: EventHead, source: EventSource): StateEventHead {
  return {
    ...attributesOf(event, source),
    datacontenttype: "application/json",
    dataschema: dataSchemaOf(event, source),
  };
}

/**
 * An event of the log as a notification: `dataref` leads to the history of its stream, in which `id` and
 * `streamversion` find it. It holds no word that anybody typed. The reference is relative where the server does not
 * know its own address.
 */
export function notificationEvent(event: EventHead, source: EventSource): NotificationEvent {
  return {
    ...attributesOf(event, source),
    dataref: `${source.publicUrl ?? ""}/v1/streams/${event.stream}`,
  };
}

/**
 * The CloudEvents `type` of an event type at a schemaVersion: `docket.order-placed.v2`,
 * `docket.informative.history-restored.v1`.
 */
export function cloudTypeOf(event: Shape): string {
  return `docket.${schemaNameOf(event)}`;
}

/** The name of a shape of data in the contract documents: `order-placed.v2`. No two shapes share one. */
export function schemaNameOf({ type, schemaVersion }: Shape): string {
  return `${type.replace("/", ".")}.v${schemaVersion}`;
}

/** Where the data's schema is: in the server's AsyncAPI document, or a name where its address is not known. */
function dataSchemaOf(event: Shape, { publicUrl }: EventSource): string {
  const name = schemaNameOf(event);
  return publicUrl === null
    ? `urn:docket:schema:${name}`
    : `${publicUrl}/v1/asyncapi.json#/components/schemas/${name}`;
}

function attributesOf(
  event: EventHead,
  { workspace }: EventSource,
): Readonly<v.InferOutput<v.ObjectSchema<typeof shared, undefined>>> {
  return {
    specversion: "1.0",
    id: event.id,
    source: `urn:docket:workspace:${workspace}`,
    type: cloudTypeOf(event),
    subject: event.stream,
    time: happenedAt(event),
    partitionkey: event.stream,
    sequence: String(event.position).padStart(sequenceDigits, "0"),
    traceparent: event.traceparent,
    recordedtime: event.recordedAt,
    schemaversion: event.schemaVersion,
    streamversion: event.version,
    commandid: event.command,
    ...(event.causation == null ? {} : { causationid: event.causation }),
  };
}
