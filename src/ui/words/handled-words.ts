import type { Handled } from "../../device/outbox/handle-command.ts";
import { unreachable } from "../../domain/unreachable.ts";
import type { Format } from "./format.ts";
import { notSavedWords } from "./not-saved-words.ts";
import { rejectionWords } from "./rejection-words.ts";

/** The outcome of a command, as a sentence. */
export function handledWords(handled: Handled, format: Format): string {
  switch (handled.outcome) {
    case "saved":
      return "Saved on this device.";
    case "already":
      return "Nothing to change: it is already so.";
    case "gone":
      return "Nothing to do: this was sent or decided meanwhile.";
    case "rejected":
      return "conflict" in handled.rejection || "conflicts" in handled.rejection
        ? `${rejectionWords(handled.rejection, format)} Save again to make it yours.`
        : rejectionWords(handled.rejection, format);
    case "invalid":
      return `Not saved: ${handled.path === "" ? "the entry" : handled.path} cannot be kept (${handled.message}). Correct it and try again.`;
    case "too-large":
      return `Not saved: it takes ${format.bytes(handled.bytes)}, ${format.bytes(handled.max)} is the most. Shorten the notes or split the order.`;
    case "not-saved":
      return notSavedWords[handled.why];
    default:
      return unreachable(handled);
  }
}
