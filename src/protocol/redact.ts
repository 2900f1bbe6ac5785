import * as v from "valibot";
import { findCommandSchema } from "./command-schemas.ts";
import { eventSchemas } from "./event-schemas.ts";
import * as p from "./parsers.ts";

/**
 * Takes customer data out of one file. The same text becomes the same thing everywhere in it, so that it can be
 * replayed.
 */
export interface Redactor {
  readonly event: (event: {
    readonly type: string;
    readonly schemaVersion: number;
    readonly data: unknown;
  }) => unknown;
  readonly command: (stream: string, command: { readonly type: string; readonly data: unknown }) => unknown;
  /** Something whose shape no schema tells: every text in it goes, but for the members named here. */
  readonly unknown: (value: unknown, telling?: readonly string[]) => unknown;
}

/** Texts with a form of their own, which name nobody. Any other text is taken for somebody's. */
const formal: ReadonlySet<unknown> = new Set([
  p.uuid,
  p.day,
  p.instant,
  p.currency,
  p.orderNumber,
  p.hash,
  p.streamKey,
  p.eventType,
]);

/** Fields whose texts say what is sold and how, and to nobody. */
const telling: readonly string[] = ["sku", "unit", "locale", "timeZone"];

/** The longest texts of each length class but the last, in code units. */
const classes = [8, 32, 200] as const;

/** A redactor for one file. */
export function makeRedactor(): Redactor {
  const known = new Map<string, number>();

  const text = (value: string): string => {
    if (value === "") return "";
    const number = known.get(value) ?? known.size + 1;
    known.set(value, number);
    const size = classes.filter((max) => value.length > max).length;
    return `${"…".repeat(size + 1)}${number}`;
  };

  const unknown = (value: unknown, kept: readonly string[] = []): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map((item) => unknown(item, kept));
    return isObject(value)
      ? mapMembers(value, (member, name) =>
          typeof member === "string" && kept.includes(name) ? member : unknown(member, kept),
        )
      : value;
  };

  const shaped = (schema: v.GenericSchema | undefined, value: unknown, name: string): unknown => {
    if (schema === undefined || value === null || value === undefined) return unknown(value);
    // What may be left out or be null is told by the schema inside.
    if ("wrapped" in schema) return shaped(schema.wrapped as v.GenericSchema, value, name);
    if (typeof value === "string") {
      const isPlain = formal.has(schema) || schema.type === "picklist" || schema.type === "literal";
      // Some events take any text as the number of an order that was begun under a number of the form.
      const isNumber = name === "number" && v.is(p.orderNumber, value);
      return isPlain || isNumber || telling.includes(name) ? value : text(value);
    }
    if ("item" in schema && Array.isArray(value))
      return value.map((item) => shaped(schema.item as v.GenericSchema, item, name));
    if ("entries" in schema && isObject(value)) {
      const entries = schema.entries as Readonly<Record<string, v.GenericSchema>>;
      return mapMembers(value, (member, field) =>
        shaped(Object.hasOwn(entries, field) ? entries[field] : undefined, member, field),
      );
    }
    return unknown(value);
  };

  return {
    event: ({ type, schemaVersion, data }) => {
      const key = `${type}@${schemaVersion}`;
      const schemas: Readonly<Record<string, v.GenericSchema>> = eventSchemas;
      return shaped(Object.hasOwn(schemas, key) ? schemas[key] : undefined, data, "");
    },
    command: (stream, { type, data }) => shaped(findCommandSchema(stream, type), data, ""),
    unknown,
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapMembers(
  value: Readonly<Record<string, unknown>>,
  map: (member: unknown, name: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member, name)]));
}
