import type { HistoryEntry } from "../../device/history.ts";
import type { OrderEvent } from "../../domain/order/order-events.ts";
import { upcast } from "../../domain/upcast.ts";
import { fieldName, fieldValue } from "./field-words.ts";
import type { Format } from "./format.ts";

/** Words around an order's history. */
export const timelineWords = {
  waiting: "Saved on this device, waiting to be sent",
  onlyHere: "Saved on this device",
  received: (time: string) => `received ${time}`,
  offline: (time: string) => `taken offline, received ${time}`,
  thisDevice: "this device",
  unknown: (type: string) => `Something that this version cannot show (${type}). Update the app to read it.`,
  fetching: "Fetching what happened before this device joined",
  elsewhere: "What happened before this device joined is shown when it is connected.",
  nothing: "Nothing has happened yet.",
};

/** Names of lines by their id, from the events that brought them: a later event only names the id. */
export function lineNames(entries: readonly HistoryEntry[]): ReadonlyMap<string, string> {
  return new Map(
    entries.flatMap(({ event }) => {
      const lifted = upcast(event);
      if (lifted.outcome !== "known") return [];
      if (lifted.event.type === "line-added")
        return [[lifted.event.data.lineId, lifted.event.data.name] as const];
      if (lifted.event.type !== "order-imported") return [];
      return lifted.event.data.lines.map(({ lineId, name }) => [lineId, name] as const);
    }),
  );
}

/** One event of an order as a sentence. */
export function eventWords(entry: HistoryEntry, names: ReadonlyMap<string, string>, format: Format): string {
  const lifted = upcast(entry.event);
  if (lifted.outcome !== "known") return timelineWords.unknown(entry.event.type);
  return sentences(lifted.event as OrderEvent, names, format);
}

function sentences(event: OrderEvent, names: ReadonlyMap<string, string>, format: Format): string {
  const name = (lineId: string) => names.get(lineId) ?? "a line";
  switch (event.type) {
    case "order-drafted":
      return `Started order ${event.data.number}`;
    case "line-added":
      return `Added ${format.number(event.data.quantity)} × ${event.data.name}`;
    case "line-quantity-changed":
      return `Changed ${name(event.data.lineId)} from ${format.number(event.data.from)} to ${format.number(event.data.to)}`;
    case "line-discount-changed":
      return `Changed the discount on ${name(event.data.lineId)} from ${format.percent(event.data.from)} to ${format.percent(event.data.to)}`;
    case "line-note-changed":
      return event.data.to === ""
        ? `Took the note off ${name(event.data.lineId)}`
        : `Noted on ${name(event.data.lineId)}: “${event.data.to}”`;
    case "line-removed":
      return `Took ${name(event.data.lineId)} off`;
    case "line-back-ordered":
      return `Kept waiting for ${format.number(event.data.quantity)} of ${name(event.data.lineId)}`;
    case "order-details-changed":
      return Object.entries(event.data.changes)
        .map(([field, change]) => `Set ${fieldName(field)} to ${fieldValue(field, change?.to, format)}`)
        .join(". ");
    case "order-placed":
      return `Placed the order: ${format.money(event.data.totals.totalMinor, event.data.currency)}`;
    case "order-shipped":
      return `Marked as shipped on ${format.day(event.data.shippedOn)}`;
    case "order-cancelled":
      return `Cancelled: “${event.data.reason}”`;
    case "order-renumbered":
      return `Changed the number from ${event.data.from} to ${event.data.to}`;
    case "order-imported":
      return `Imported as history: ${event.data.externalRef}`;
    default:
      return timelineWords.unknown(String((event as { readonly type: unknown }).type));
  }
}
