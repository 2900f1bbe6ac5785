import { makeLinker } from "../../protocol/chain.ts";
import { type Cursor, findCursor } from "../../protocol/cursor.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import type { SyncResponse } from "../../protocol/sync-messages.ts";

/** A page that continues the log: where it ends. Or why it does not, in words for a support file. */
export type VerifiedPage =
  | { readonly outcome: "verified"; readonly end: Cursor }
  | { readonly outcome: "broken"; readonly why: string };

/**
 * Holds a page against the log that it should continue: positions without holes, whole commands, every link of the
 * hash chain, and a cursor that says the same. A page that does not verify is not applied.
 */
export function verifyPage(from: Cursor, response: Pick<SyncResponse, "events" | "cursor">): VerifiedPage {
  const link = makeLinker();
  let end = from;
  let command: LogEvent[] = [];
  for (const event of response.events) {
    const expected = end.position + command.length + 1;
    if (event.position !== expected) return broken(`expected position ${expected}, found ${event.position}`);
    if (command[0] !== undefined && command[0].command !== event.command) {
      return broken(`command ${command[0].command} has no end before position ${event.position}`);
    }
    command.push(event);
    if (event.hash === undefined) continue;
    if (link(end.hash, command) !== event.hash)
      return broken(`the chain breaks at position ${event.position}`);
    end = { position: event.position, hash: event.hash };
    command = [];
  }
  if (command.length > 0) return broken(`the page ends within command ${command[0]?.command}`);
  const cursor = findCursor(response.cursor);
  const agrees = cursor?.position === end.position && cursor.hash === end.hash;
  return agrees
    ? { outcome: "verified", end }
    : broken(`the cursor is not the page's end at ${end.position}`);
}

function broken(why: string): VerifiedPage {
  return { outcome: "broken", why };
}
