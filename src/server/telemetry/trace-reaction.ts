import type { EventRow } from "../accept/event-row.ts";
import { acceptSpanOf } from "./trace-push.ts";
import { childTraceparent, traceContextOf } from "./traceparent.ts";
import type { Attributes, Tracing } from "./tracing.ts";

/** The event that a consumer reacts to, as far as a trace has to know it. */
export type SourceEvent = Pick<
  EventRow,
  "id" | "position" | "type" | "command" | "traceparent" | "recordedAt"
>;

/**
 * The traceparent that the events of a reaction carry: in the trace of the event that it answers, with a span id that is
 * derived from the reaction's command. It is needed whether anybody takes spans or not, and is the same on a replay.
 */
export function reactionTraceparent(source: Pick<EventRow, "traceparent">, command: string): string {
  return childTraceparent(source.traceparent, command);
}

/** What a consumer did about one event. `name` in words without data, such as `inventory reserve`. */
export interface Reaction {
  readonly name: string;
  readonly consumer: string;
  readonly source: SourceEvent;
  /** The id of the reaction's command, which its traceparent is derived from. */
  readonly command: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes?: Attributes;
}

/**
 * Records a reaction, after its transaction has committed: a span in the trace of the source event, below it, and
 * linked to where that was accepted. How long it lay there is said as a number.
 */
export function traceReaction(tracing: Tracing, reaction: Reaction): void {
  if (!tracing.isOn) return;
  const { name, consumer, source, command, startMs, endMs } = reaction;
  tracing.record({
    name,
    kind: "consumer",
    self: reactionTraceparent(source, command),
    parentId: traceContextOf(source.traceparent).spanId,
    links: [{ to: acceptSpanOf(source), attributes: { "docket.link": "accepted" } }],
    startMs,
    endMs,
    attributes: {
      "docket.consumer": consumer,
      "docket.command": command,
      "docket.causation": source.id,
      "docket.source.type": source.type,
      "docket.source.position": source.position,
      "docket.source.age_ms": Math.max(0, startMs - Date.parse(source.recordedAt)),
      ...reaction.attributes,
    },
  });
}

/** One try to deliver a webhook. `delivery` and `attempt` make its span id; `code` says how it failed. */
export interface DeliveryTry {
  readonly delivery: string;
  readonly attempt: number;
  readonly source: SourceEvent;
  readonly startMs: number;
  readonly endMs: number;
  readonly status?: number;
  readonly failed?: string;
}

/** The `traceparent` header of one try to deliver an event to somebody. */
export function deliveryTraceparent(
  source: Pick<EventRow, "traceparent">,
  delivery: string,
  attempt: number,
): string {
  return childTraceparent(source.traceparent, `${delivery} ${attempt}`);
}

/** Records one try to deliver a webhook: a span below the event that is delivered, of the same id as its header. */
export function traceDelivery(tracing: Tracing, tried: DeliveryTry): void {
  if (!tracing.isOn) return;
  const { delivery, attempt, source, startMs, endMs, status, failed } = tried;
  tracing.record({
    name: "webhook deliver",
    kind: "client",
    self: deliveryTraceparent(source, delivery, attempt),
    parentId: traceContextOf(source.traceparent).spanId,
    links: [{ to: acceptSpanOf(source), attributes: { "docket.link": "accepted" } }],
    startMs,
    endMs,
    ...(failed === undefined ? {} : { failed }),
    attributes: {
      "docket.consumer": "webhooks",
      "docket.delivery": delivery,
      "docket.attempt": attempt,
      "docket.causation": source.id,
      "docket.source.type": source.type,
      ...(status === undefined ? {} : { "http.response.status_code": status }),
    },
  });
}
