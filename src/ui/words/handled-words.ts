import type { Handled } from "../../device/outbox/handle-command.ts";
import { unreachable } from "../../domain/unreachable.ts";
import type { Format } from "./format.ts";
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

/** Why something was not saved, and what to do. */
export const notSavedWords = {
  quota:
    "Not saved: this device's storage is full. Free some space, then do it again. What was saved before is still here.",
  storage:
    "Not saved: the browser could not write. Reload the page and do it again. What was saved before is still here.",
  moved:
    "Not saved: this business was opened again in another tab and your orders are there. Reload this page, then do it again.",
  "read-only": "Not saved: a newer version of Docket wrote here. Update the app, then do it again.",
} as const;
