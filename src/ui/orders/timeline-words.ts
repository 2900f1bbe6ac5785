import type { HistoryEntry } from "../../device/views/history.ts";
import type {
  AllocatedLine,
  AllocationCause,
  AllocationEvent,
  StockMoved,
} from "../../domain/allocation/allocation.ts";
import type { OrderEvent } from "../../domain/order/order-events.ts";
import { normalizeSku } from "../../domain/stream-key.ts";
import { upcast } from "../../domain/upcast.ts";
import { fieldName, fieldValue } from "../words/field-words.ts";
import type { Format } from "../words/format.ts";

/** Words for an order's history. */
export const timelineWords = {
  waiting: "Saved on this device, waiting to be sent",
  onlyHere: "Saved on this device",
  received: (time: string) => `received ${time}`,
  offline: (time: string) => `taken offline, received ${time}`,
  takenAndReceived: (taken: string, received: string) => `taken ${taken} · received ${received}`,
  /** Beside both times, where one may ask whether the device's clock was right. */
  doubts: {
    "far-apart": "More than a day between",
    ahead: "Taken later than received: check the device's clock",
  },
  thisDevice: "this device",
  unknown: (type: string) => `Something that this version cannot show (${type}). Update the app to read it.`,
  fetching: "Fetching what happened before this device joined",
  elsewhere: "What happened before this device joined is shown when it is connected.",
  nothing: "Nothing has happened yet.",
};

/**
 * Names of lines by their id, and of products by their SKU, from the events that brought them: a later event only
 * names the id, and inventory only the SKU.
 */
export function lineNames(entries: readonly HistoryEntry[]): ReadonlyMap<string, string> {
  return new Map(
    entries.flatMap(({ event }) => {
      const lifted = upcast(event);
      if (lifted.outcome !== "known") return [];
      if (lifted.event.type === "line-added") return namesOf(lifted.event.data);
      if (lifted.event.type !== "order-imported") return [];
      return lifted.event.data.lines.flatMap(namesOf);
    }),
  );
}

function namesOf({
  lineId,
  sku,
  name,
}: {
  readonly lineId: string;
  readonly sku: string;
  readonly name: string;
}): readonly (readonly [string, string])[] {
  return [
    [lineId, name],
    [skuName(sku), name],
  ];
}

function skuName(sku: string): string {
  return `sku ${normalizeSku(sku)}`;
}

/** One event of an order as a sentence. */
export function eventWords(
  entry: Pick<HistoryEntry, "event">,
  names: ReadonlyMap<string, string>,
  format: Format,
): string {
  const lifted = upcast(entry.event);
  if (lifted.outcome !== "known") return timelineWords.unknown(entry.event.type);
  return sentences(lifted.event as OrderEvent | AllocationEvent, names, format);
}

const causes: Readonly<Record<AllocationCause, string>> = {
  placed: "Answered the order",
  amended: "Answered the change",
  received: "Goods came in",
  counted: "Stock was counted",
  freed: "Goods became free",
};

function sentences(
  event: OrderEvent | AllocationEvent,
  names: ReadonlyMap<string, string>,
  format: Format,
): string {
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
      return `Cancelled: “${event.data.note}”`;
    case "order-renumbered":
      return `Changed the number from ${event.data.from} to ${event.data.to}: another order already had ${event.data.from}`;
    case "order-imported":
      return `Imported as history: ${event.data.externalRef}`;
    case "stock-allocated":
      return `${causes[event.data.cause]}: ${allocated(event.data.lines, names, format)}`;
    case "stock-released":
      return moved("Made free again", event.data.lines, names, format);
    case "stock-issued":
      return moved("Booked out of stock", event.data.lines, names, format);
    default:
      return timelineWords.unknown(String((event as { readonly type: unknown }).type));
  }
}

/** "all reserved", or what each product has where something is missing. */
function allocated(
  lines: readonly AllocatedLine[],
  names: ReadonlyMap<string, string>,
  format: Format,
): string {
  if (lines.length === 0) return "no stock is kept of what it asks for";
  const short = lines.filter(({ wanted, reserved }) => reserved < wanted);
  if (short.length === 0) return "everything reserved";
  return short
    .map(
      ({ sku, wanted, reserved }) =>
        `${format.number(reserved)} of ${format.number(wanted)} × ${names.get(skuName(sku)) ?? sku} reserved`,
    )
    .join("; ");
}

function moved(
  what: string,
  lines: readonly StockMoved[],
  names: ReadonlyMap<string, string>,
  format: Format,
): string {
  const list = lines
    .filter(({ quantity }) => quantity > 0)
    .map(({ sku, quantity }) => `${format.number(quantity)} × ${names.get(skuName(sku)) ?? sku}`);
  return `${what}: ${list.length === 0 ? "nothing" : list.join(", ")}`;
}
