import type { LogEvent } from "./log-event.ts";

/**
 * An event's members in the order of RFC 8785, in pieces between which others go: `clockOffsetMs` after `head`, the
 * position after `body`, the traceparent after `after`.
 */
export interface CanonicalParts {
  readonly head: string;
  readonly body: string;
  readonly after: string;
  readonly type: string;
}

/** What chain and seal cover of an event, besides its data. */
type Said = Pick<
  LogEvent,
  "id" | "stream" | "type" | "schemaVersion" | "at" | "recordedAt" | "device" | "seq" | "command" | "actor"
> & { readonly causation?: string | null };

/**
 * The pieces of an event that was parsed; `dataText` is the canonical JSON of its data. JSON.stringify writes
 * well-formed text as RFC 8785 does; ids, times and traceparents need no escape.
 */
export function canonicalParts(event: Said, dataText: string): CanonicalParts {
  const { causation } = event;
  const cause = causation === null || causation === undefined ? "" : `"causation":"${causation}",`;
  return {
    head: `"actor":${JSON.stringify(event.actor)},"at":"${event.at}",${cause}`,
    body: `"command":"${event.command}","data":${dataText},"device":"${event.device}","id":"${event.id}"`,
    after:
      `"recordedAt":"${event.recordedAt}","schemaVersion":${event.schemaVersion},"seq":${event.seq},` +
      `"stream":${JSON.stringify(event.stream)}`,
    type: `,"type":${JSON.stringify(event.type)}`,
  };
}

/** The text of an event that the chain covers: all that it said, and where it is in the log and on its stream. */
export function chainedText(
  { head, body, after, type }: CanonicalParts,
  { position, version }: Pick<LogEvent, "position" | "version">,
): string {
  return `{${head}${body},"position":${position},${after}${type},"version":${version}}`;
}
