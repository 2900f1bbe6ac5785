import type * as v from "valibot";
import { canonicalJson, utf8Bytes } from "./canonical-json.ts";
import { eventSchemas } from "./event-schemas.ts";

/**
 * How many bytes of an event's data are in members that its own schema does not know. They are kept and forwarded, so
 * that a newer app may say more; nobody reads them here, so they are bounded. 0 for a type that this build does not
 * know.
 */
export function unknownBytes(type: string, schemaVersion: number, data: unknown): number {
  const key = `${type}@${schemaVersion}`;
  if (!Object.hasOwn(eventSchemas, key)) return 0;
  return unknownIn(eventSchemas[key as keyof typeof eventSchemas], data);
}

/** The parts of a schema that lead to others. */
interface Shape extends v.GenericSchema {
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly item?: Shape;
  readonly wrapped?: Shape;
}

function unknownIn(schema: Shape, value: unknown): number {
  if (schema.wrapped !== undefined) return unknownIn(schema.wrapped, value);
  if (Array.isArray(value)) {
    const { item } = schema;
    return item === undefined ? 0 : sumOf(value.map((element) => unknownIn(item, element)));
  }
  const { entries } = schema;
  if (entries === undefined || typeof value !== "object" || value === null) return 0;
  return sumOf(
    Object.entries(value).map(([name, member]) => {
      const known = Object.hasOwn(entries, name) ? entries[name] : undefined;
      return known === undefined ? memberBytes(name, member) : unknownIn(known, member);
    }),
  );
}

function memberBytes(name: string, value: unknown): number {
  return utf8Bytes(canonicalJson(name)) + utf8Bytes(canonicalJson(value)) + ":,".length;
}

function sumOf(bytes: readonly number[]): number {
  return bytes.reduce((sum, one) => sum + one, 0);
}
