import type { Hop, Journey, StockAnswer } from "../../device/views/journey.ts";
import type { Format } from "../words/format.ts";
import { shortId } from "../words/short-id.ts";

/** Words of an order's journey. */
export const journeyWords = {
  title: (number: string) => `Journey of ${number}`,
  toOrder: "Back to the order",
  which: "Step",
  lead: "From the tap to the warehouse's answer: every step on the way, with its time.",
  drawing: "Timeline of this step",
  nothing: {
    title: "Nothing has happened to this order here",
    text: "It may not have come down to this device yet.",
  },
  trace: "Trace",
  traceHint: "The same number is in every event of this step, and in the traces of the server.",
  event: "Look at its events",
  stillWaiting: "Waits on this device for a network",
  stillOnlyHere: "Only on this device: it has joined no server",
  noAnswer: "The warehouse has not answered yet, or nobody counts these products.",
  fetching: "Fetching what happened before this device joined",
};

/** A length of time, in the two largest units that it has: "2 h 10 min". */
export function durationWords(ms: number, format: Format): string {
  const n = (value: number) => format.number(value);
  if (ms < 1_000) return `${n(Math.round(ms))} ms`;
  if (ms < 10_000) return `${n(Math.floor(ms / 100) / 10)} s`;
  if (ms < 60_000) return `${n(Math.floor(ms / 1_000))} s`;
  const minutes = Math.floor(ms / 60_000);
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60)];
  const rest = minutes % 60;
  if (days > 0) return hours > 0 ? `${n(days)} d ${n(hours)} h` : `${n(days)} d`;
  if (hours > 0) return rest > 0 ? `${n(hours)} h ${n(rest)} min` : `${n(hours)} h`;
  return `${n(minutes)} min`;
}

/** The name of a hop. */
export function hopWords(hop: Hop): string {
  switch (hop.hop) {
    case "taken":
      return "Taken";
    case "saved":
      return "Saved on this device";
    case "accepted":
      return "Accepted by the server";
    case "answered":
      return answerWords[hop.answer.said];
    case "seen":
      return hop.what === "order" ? "Order seen here" : "Answer seen here";
    default:
      return hop satisfies never;
  }
}

const answerWords: Readonly<Record<StockAnswer["said"], string>> = {
  reserved: "Reserved by the warehouse",
  short: "The warehouse is short",
  released: "Stock released",
  issued: "Stock issued",
};

/** More of a hop: on whose device, how much was reserved, and because of what. */
export function hopDetail(hop: Hop, format: Format): string | undefined {
  switch (hop.hop) {
    case "taken":
      return hop.own
        ? `by ${hop.actor}, on this device`
        : `by ${hop.actor}, on device ${shortId(hop.device)}`;
    case "answered":
      return answerDetail(hop.answer, format);
    default:
      return undefined;
  }
}

function answerDetail({ said, cause, wanted, reserved }: StockAnswer, format: Format): string {
  if (said === "released" || said === "issued") return `${format.number(reserved)} in all`;
  const because = cause === undefined || cause === "placed" ? "" : `, ${causes[cause]}`;
  return `${format.number(reserved)} of ${format.number(wanted)}${because}`;
}

const causes = {
  placed: "because it was placed",
  amended: "because the order was changed",
  received: "because goods came in",
  counted: "because stock was counted",
  freed: "because another order let go of it",
};

/** What lies between a hop and the one before it. */
export function betweenWords(hop: Hop, format: Format): string {
  const time = durationWords(hop.afterMs, format);
  return hop.hop === "accepted" && hop.offlineMs > 0 ? `${time} offline` : time;
}

/** One step of an order in a list to choose from: what it was, and when. */
export function journeyName(journey: Journey, format: Format): string {
  const at = journey.hops[0]?.at;
  const when = at === undefined ? "" : ` · ${format.dateTime(at)}`;
  return `${stepName(journey.types)}${when}`;
}

function stepName(types: readonly string[]): string {
  const [name] = steps.flatMap(([type, words]) => (types.includes(type) ? [words] : []));
  return name ?? types.join(", ");
}

/** By the event that says most of a command. */
const steps: readonly (readonly [string, string])[] = [
  ["order-placed", "Placed"],
  ["order-cancelled", "Cancelled"],
  ["order-shipped", "Shipped"],
  ["order-imported", "Imported"],
  ["order-drafted", "Started"],
  ["line-added", "Line added"],
  ["line-removed", "Line taken off"],
  ["line-quantity-changed", "Quantity changed"],
  ["order-details-changed", "Details changed"],
  ["stock-allocated", "Stock answered"],
  ["stock-released", "Stock released"],
  ["stock-issued", "Stock issued"],
];
