import { idOf, kindOf } from "../../domain/stream-key.ts";
import { shortId } from "./short-id.ts";

/** Words of the event inspector. */
export const eventWords = {
  title: "Events",
  lead: "Everything that has happened, as this device keeps it: the newest first.",
  search: "Search events",
  placeholder: "Order number, SKU, name or id",
  filters: { kind: "Kind", type: "Type", device: "Device", any: "Any" },
  list: "Events",
  waiting: "not sent",
  thisDevice: "this device",
  device: (id: string) => `device ${shortId(id)}`,
  nothing: { title: "No event fits", text: "Change the filters, or look for something else." },
  looked: (count: string) => `${count} events looked through.`,
  further: "Look further back",
  toList: "Back to the events",
  notHere: {
    title: "This event is not on this device",
    text: "It may not have come down yet, or it is from before this device joined.",
  },
  failed: "The events could not be read",
  envelope: "Envelope",
  data: "Data",
  causes: "What caused it",
  noCauses: "A tap: nothing else caused it.",
  causeElsewhere: (id: string) => `Its cause ${id} is not on this device.`,
  siblings: "The rest of its command",
  noSiblings: "It is the only event of its command.",
  effects: "What it caused",
  noEffects: "Nothing that is known here.",
  trace: "Its trace",
  traceCount: (count: string) => `Events that carry the same trace: ${count}.`,
  rest: (count: string) => `and ${count} more`,
  journey: "Journey of the order",
  fields: {
    id: "Id",
    stream: "Stream",
    version: "Version",
    position: "Position",
    schemaVersion: "Schema version",
    happenedAt: "Happened",
    at: "By its device's clock",
    clockOffsetMs: "Clock corrected by",
    recordedAt: "Recorded by the server",
    arrivedAt: "Came in here",
    device: "Device",
    actor: "Actor",
    seq: "Sequence",
    command: "Command",
    causation: "Cause",
    traceparent: "Traceparent",
  },
};

/** A stream as people read it: its kind, and the SKU or the end of its id. */
export function streamWords(stream: string): string {
  const id = idOf(stream);
  return `${kindOf(stream)} ${id.length === 36 ? `…${shortId(id)}` : decodedSku(id)}`;
}

function decodedSku(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
