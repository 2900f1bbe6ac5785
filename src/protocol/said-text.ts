import type { StoredEvent } from "../domain/event.ts";
import { canonicalJson } from "./canonical-json.ts";
import { parseEvent } from "./parse-event.ts";

/**
 * What an event says, as text to compare: the same in every shape that it was ever written in, since an update of the
 * app in between does not make it another event. A change of a field to what it was says nothing; an upcaster that
 * splits a field in two leaves such.
 */
export function saidText({ type, schemaVersion, data }: StoredEvent): string {
  const parsed = parseEvent({ type, schemaVersion, data });
  if (parsed.outcome !== "known") return canonicalJson({ type, schemaVersion, data });
  const said: { readonly data: object } = parsed.event;
  const changes = "changes" in said.data ? { changes: realChanges(said.data.changes as object) } : {};
  return canonicalJson({ type, data: { ...said.data, ...changes } });
}

function realChanges(changes: object): object {
  const entries: [string, { readonly from: unknown; readonly to: unknown }][] = Object.entries(changes);
  return Object.fromEntries(entries.filter(([, { from, to }]) => canonicalJson(from) !== canonicalJson(to)));
}
