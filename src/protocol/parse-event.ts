import * as v from "valibot";
import type { StoredEvent } from "../domain/event.ts";
import type { KnownEvent } from "../domain/kinds.ts";
import { isInformative, upcast } from "../domain/upcast.ts";
import { eventSchemas } from "./event-schemas.ts";

/** A stored event, read: known and lifted, skippable, of a newer build, or broken (with the first fault found). */
export type ParsedEvent =
  | { readonly outcome: "known"; readonly event: KnownEvent }
  | { readonly outcome: "informative" }
  | { readonly outcome: "unknown"; readonly type: string; readonly schemaVersion: number }
  | { readonly outcome: "invalid"; readonly path: string; readonly message: string };

/** Reads an event at its own schemaVersion and lifts it to the newest. Never throws. */
export function parseEvent(event: StoredEvent): ParsedEvent {
  const key = `${event.type}@${event.schemaVersion}`;
  const schema: v.GenericSchema | undefined = Object.hasOwn(eventSchemas, key)
    ? eventSchemas[key as keyof typeof eventSchemas]
    : undefined;
  if (schema === undefined) {
    if (isInformative(event.type)) return { outcome: "informative" };
    return { outcome: "unknown", type: event.type, schemaVersion: event.schemaVersion };
  }
  const parsed = v.safeParse(schema, event.data, { abortEarly: true });
  if (!parsed.success) return { outcome: "invalid", ...firstFault(parsed.issues) };
  return upcast({ ...event, data: parsed.output });
}

/** Where the first fault is (`lines.0.quantity`) and what was expected there, without the value that was found. */
export function firstFault(issues: readonly v.BaseIssue<unknown>[]): { path: string; message: string } {
  const issue = issues[0];
  if (issue === undefined) return { path: "", message: "expected something else" };
  return { path: v.getDotPath(issue) ?? "", message: issue.message.replace(/ but received .*$/s, "") };
}
