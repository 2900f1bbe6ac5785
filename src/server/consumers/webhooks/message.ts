import { type EventSource, notificationEvent, stateEventHead } from "../../../protocol/cloud-events.ts";
import type { SubscriptionMode } from "../../../protocol/subscription-messages.ts";
import type { EventRow } from "../../accept/event-row.ts";

/** The body of a delivery: one CloudEvent in JSON. The same for every attempt. */
export function messageOf(event: EventRow, mode: SubscriptionMode, source: EventSource): string {
  if (mode === "notification") return JSON.stringify(notificationEvent(event, source));
  // The data goes out as the text that was stored: nobody reads it into numbers on the way.
  return `${JSON.stringify(stateEventHead(event, source)).slice(0, -1)},"data":${event.dataText}}`;
}

/** The body of a test: an event that is in no log. */
export function pingMessage(id: string, subscription: string, workspace: string, now: Date): string {
  return JSON.stringify({
    specversion: "1.0",
    id,
    source: `urn:docket:workspace:${workspace}`,
    type: "docket.ping.v1",
    subject: `subscription/${subscription}`,
    time: now.toISOString(),
    datacontenttype: "application/json",
    data: { subscription },
  });
}
