import { evolveOn, findKind, initialOf, type KnownState } from "../../domain/kinds.ts";
import { correctedTime } from "../../protocol/log-event.ts";
import { parseEvent } from "../../protocol/parse-event.ts";
import type { EventRow } from "../accept/event-row.ts";

/**
 * The state after more events of a stream, or undefined where one of them is of a newer build: such a stream waits for
 * an update of the server. `undefined` in, undefined out.
 */
export function foldStream(
  stream: string,
  state: KnownState | undefined,
  rows: readonly EventRow[],
): KnownState | undefined {
  let folded = state;
  for (const row of rows) {
    if (folded === undefined) return undefined;
    const { type, schemaVersion, dataText, at, clockOffsetMs } = row;
    const parsed = parseEvent({ type, schemaVersion, data: JSON.parse(dataText) });
    if (parsed.outcome === "informative") continue;
    if (parsed.outcome !== "known") return undefined;
    folded = evolveOn(stream, folded, { ...parsed.event, at: correctedTime(at, clockOffsetMs) });
  }
  return folded;
}

/** The state before a stream's first event; undefined for a kind that this build does not know. */
export function stateBefore(stream: string): KnownState | undefined {
  return findKind(stream) === undefined ? undefined : initialOf(stream);
}
