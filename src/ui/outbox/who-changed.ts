import type { HistoryEntry } from "../../device/views/history.ts";
import type { KnownEvent, KnownRejection } from "../../domain/kinds.ts";
import { upcast } from "../../domain/upcast.ts";

/** Who did it and when (ISO 8601 UTC); `own` where it was this very device. */
export interface WhoChanged {
  readonly actor: string;
  readonly at: string;
  readonly own: boolean;
}

/**
 * Who brought about what a command met, as far as the log here tells: the last confirmed event that did. `field`
 * names one of several fields in dispute.
 */
export function whoChanged(
  entries: readonly HistoryEntry[],
  rejection: KnownRejection,
  field?: string,
): WhoChanged | undefined {
  const did = entries.findLast((entry) => {
    if (entry.pending) return false;
    const lifted = upcast(entry.event);
    return lifted.outcome === "known" && broughtAbout(lifted.event, rejection, field);
  });
  return did === undefined ? undefined : { actor: did.actor, at: did.happenedAt, own: did.own };
}

const lineEvents: Readonly<Record<string, KnownEvent["type"]>> = {
  quantity: "line-quantity-changed",
  discountBps: "line-discount-changed",
  note: "line-note-changed",
};

function broughtAbout(event: KnownEvent, rejection: KnownRejection, field: string | undefined): boolean {
  switch (rejection.reason) {
    case "line-changed-meanwhile": {
      const isLine = "lineId" in event.data && event.data.lineId === rejection.lineId;
      return isLine && event.type === lineEvents[rejection.conflict.field];
    }
    case "back-order-too-large":
      return event.type === "line-quantity-changed" && event.data.lineId === rejection.lineId;
    case "line-not-found":
      return event.type === "line-removed" && event.data.lineId === rejection.lineId;
    case "details-changed-meanwhile":
    case "customer-changed-meanwhile":
    case "product-changed-meanwhile":
    case "settings-changed-meanwhile":
      return "changes" in event.data && field !== undefined && Object.hasOwn(event.data.changes, field);
    case "order-not-open":
    case "order-not-placed":
      return event.type === (rejection.status === "shipped" ? "order-shipped" : "order-cancelled");
    case "order-not-draft":
      return event.type === (rejection.status === "cancelled" ? "order-cancelled" : "order-placed");
    case "number-changed-meanwhile":
      return event.type === "order-renumbered";
    default:
      return false;
  }
}
