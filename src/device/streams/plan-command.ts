import { decideOn, findKind, type KnownCommand, type KnownRejection } from "../../domain/kinds.ts";
import { canonicalJson, utf8Bytes } from "../../protocol/canonical-json.ts";
import { eventIdOf } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import { parseEvent } from "../../protocol/parse-event.ts";
import type { ProposedEvent } from "../../protocol/sync-messages.ts";
import type { Folded } from "../storage/rows.ts";
import { foldKnown } from "./fold.ts";

/** What a command would do on a fold: its events with their ids and the fold after them, or why it does nothing. */
export type Plan =
  | { readonly outcome: "events"; readonly events: readonly ProposedEvent[]; readonly after: Folded }
  | { readonly outcome: "already" }
  | { readonly outcome: "rejected"; readonly rejection: KnownRejection }
  | { readonly outcome: "invalid"; readonly path: string; readonly message: string }
  | { readonly outcome: "too-large"; readonly bytes: number; readonly max: number };

/** A command with its id and its time, which every deciding uses again: deciding draws nothing. */
export interface PlannedCommand {
  readonly id: string;
  readonly stream: string;
  readonly command: KnownCommand;
  /** When it happened, corrected; ISO 8601 UTC. */
  readonly happenedAt: string;
}

/**
 * Decides a command on a fold, and runs the server's own parser and limits over what it yields, so that whatever
 * is saved can be sent.
 */
export function planCommand(planned: PlannedCommand, before: Folded): Plan {
  const { stream, command, id } = planned;
  if (findKind(stream) === undefined)
    return { outcome: "invalid", path: "stream", message: `no such kind: ${stream}` };
  const decision = decideOn(stream, command, before.state);
  if (decision.outcome !== "events") return decision;
  const events: ProposedEvent[] = [];
  let after = before;
  let commandBytes = 0;
  for (const [index, event] of decision.events.entries()) {
    const parsed = parseEvent(event);
    if (parsed.outcome === "invalid") return parsed;
    const bytes = utf8Bytes(canonicalJson(event.data));
    if (bytes > limits.eventBytes) return { outcome: "too-large", bytes, max: limits.eventBytes };
    commandBytes += bytes + eventOverheadBytes;
    const eventId = eventIdOf(id, index);
    events.push({ id: eventId, type: event.type, schemaVersion: event.schemaVersion, data: event.data });
    after = foldKnown(stream, after, eventId, event, planned.happenedAt);
  }
  if (commandBytes > limits.commandBytes || events.length > limits.commandEvents) {
    return { outcome: "too-large", bytes: commandBytes, max: limits.commandBytes };
  }
  return { outcome: "events", events, after };
}

/** What an event's id, type and punctuation take on the wire beside its data, generously. */
const eventOverheadBytes = 200;
