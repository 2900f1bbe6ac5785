import type { StoredEvent } from "../../domain/event.ts";
import type { OrderLine } from "../../domain/order/order-line.ts";
import { parseEvent } from "../../protocol/parse-event.ts";

/**
 * Every line that an order ever had, by its id, as it last was: those that were taken off too, which the order itself
 * does not know any more. `events` are the order's, in order; what this build cannot read is passed over.
 */
export function linesEver(events: readonly StoredEvent[]): ReadonlyMap<string, OrderLine> {
  const lines = new Map<string, OrderLine>();
  const change = (lineId: string, changed: Partial<OrderLine>) => {
    const line = lines.get(lineId);
    if (line !== undefined) lines.set(lineId, { ...line, ...changed });
  };
  for (const stored of events) {
    const lifted = parseEvent(stored);
    if (lifted.outcome !== "known") continue;
    const { event } = lifted;
    switch (event.type) {
      case "line-added":
        lines.set(event.data.lineId, event.data);
        break;
      case "order-imported":
      case "order-placed":
        for (const line of event.data.lines) lines.set(line.lineId, line);
        break;
      case "line-quantity-changed":
        change(event.data.lineId, { quantity: event.data.to });
        break;
      case "line-discount-changed":
        change(event.data.lineId, { discountBps: event.data.to });
        break;
      case "line-note-changed":
        change(event.data.lineId, { note: event.data.to });
        break;
      default:
    }
  }
  return lines;
}
