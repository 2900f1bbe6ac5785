import type { EventRow } from "../accept/event-row.ts";
import { acceptSpanOf } from "./trace-push.ts";
import { childTraceparent, traceContextOf } from "./traceparent.ts";
import type { Attributes, Tracing } from "./tracing.ts";

/** The event that something follows from, as far as a trace has to know it. */
export type SourceEvent = Pick<
  EventRow,
  "id" | "position" | "type" | "command" | "traceparent" | "recordedAt"
>;

/** What a consumer wrote because of one event. `name` says it in words without data, such as `inventory reserve`. */
export interface Reaction {
  readonly name: string;
  readonly consumer: string;
  readonly source: SourceEvent;
  readonly event: Pick<EventRow, "id" | "position" | "type" | "command" | "traceparent">;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes?: Attributes;
}

/**
 * Records a reaction, after its transaction has committed. The event that was written carries the span in its
 * traceparent: in the trace of the source event, below it, and linked to where that was accepted. A replay is the same.
 */
export function traceReaction(tracing: Tracing, reaction: Reaction): void {
  if (!tracing.isOn) return;
  const { name, consumer, source, event, startMs, endMs } = reaction;
  tracing.record({
    name,
    kind: "consumer",
    self: event.traceparent,
    parentId: traceContextOf(source.traceparent).spanId,
    links: [{ to: acceptSpanOf(source), attributes: { "docket.link": "accepted" } }],
    startMs,
    endMs,
    attributes: {
      "docket.consumer": consumer,
      "docket.command": event.command,
      "docket.event": event.id,
      "docket.event.type": event.type,
      "docket.position": event.position,
      ...sourceAttributes(source, startMs),
      ...reaction.attributes,
    },
  });
}

/** One try to deliver a webhook. `delivery` and `attempt` make its span id; `failed` says how it failed, as a code. */
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
      ...sourceAttributes(source, startMs),
      ...(status === undefined ? {} : { "http.response.status_code": status }),
    },
  });
}

/** The event that something follows from, and how long it had lain there. */
function sourceAttributes(source: SourceEvent, startMs: number): Attributes {
  return {
    "docket.causation": source.id,
    "docket.source.type": source.type,
    "docket.source.position": source.position,
    "docket.source.age_ms": Math.max(0, startMs - Date.parse(source.recordedAt)),
  };
}
