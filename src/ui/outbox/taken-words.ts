import type { OutboxRow } from "../../device/storage/rows.ts";
import { upcast } from "../../domain/upcast.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import { eventWords } from "../orders/timeline-words.ts";
import { commandWords } from "../words/command-words.ts";
import { streamWords } from "../words/event-words.ts";
import type { Format } from "../words/format.ts";

/** A command whose id stands for something that another device has written: why it waits, and what each says. */
export interface TakenWords {
  readonly why: string;
  readonly mine: string;
  readonly theirs: string;
}

/**
 * Says what both have written; of one delivery or count the figures alone. `who` is the other one, `theirs` the first
 * event of theirs.
 */
export function takenWords(
  { command, stream }: Pick<OutboxRow, "command" | "stream">,
  theirs: Pick<LogEvent, "id" | "stream" | "type" | "schemaVersion" | "data">,
  who: string,
  format: Format,
): TakenWords {
  const mine = commandWords(command, new Map(), format);
  const lifted = upcast(theirs);
  const event = lifted.outcome === "known" ? lifted.event : undefined;
  if (event?.type !== "stock-received" && event?.type !== "stock-counted") {
    const isOrder = theirs.stream.startsWith("order/");
    const what = isOrder ? eventWords({ event: theirs }, new Map(), format) : streamWords(theirs.stream);
    return { why: `${who} has written something else under the id of this entry.`, mine, theirs: what };
  }
  const { sku } = event.data;
  const count = format.number(event.data.quantity);
  const isReceipt = event.type === "stock-received";
  const what = isReceipt ? `Received ${count} of ${sku}` : `Counted ${sku}: ${count}`;
  const isSame = command.type === (isReceipt ? "receive-stock" : "count-stock");
  if (theirs.stream !== stream || !isSame) {
    return { why: `${who} has written something else under the id of this entry.`, mine, theirs: what };
  }
  const own = format.number(command.data.quantity);
  const why = isReceipt
    ? `${who} booked ${count} of this delivery note, you have ${own}. Keep what is booked, or book yours too if both came in.`
    : `${who} wrote ${count} for this count, you have ${own}. Keep what is written, or book yours as one more count.`;
  return { why, mine: own, theirs: count };
}
