import type { KnownCommand } from "../../domain/kinds.ts";
import { fieldName, fieldValue } from "../words/field-words.ts";
import type { Format } from "../words/format.ts";

/**
 * All that a command sets, field by field, for whoever decides whether it counts: "the price: 0.01". Ids and what the
 * command's own words say already (its changes) are left out.
 */
export function commandDetails({ data }: KnownCommand, format: Format): readonly string[] {
  const all = data as Readonly<Record<string, unknown>>;
  const fields = [all, recordOf(all.fields), recordOf(all.line)].flatMap((part) => Object.entries(part));
  return fields
    .filter(([field, value]) => isTold(field) && typeof value !== "object")
    .map(([field, value]) => `${fieldName(field)}: ${fieldValue(field, value, format)}`);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

/** What the command's own words tell: its changes, and from what to what a figure goes. */
const toldAlready = ["changes", "from", "to", "by"];

function isTold(field: string): boolean {
  return !/id$/i.test(field) && !toldAlready.includes(field);
}
