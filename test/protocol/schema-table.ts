import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type * as v from "valibot";
import type { StoredEvent } from "../../src/domain/event.ts";
import { schemaVersions, upcasters } from "../../src/domain/upcast.ts";
import { canonicalJson } from "../../src/protocol/canonical-json.ts";
import { eventSchemas } from "../../src/protocol/event-schemas.ts";
import { fixturePins } from "./fixture-pins.ts";
import { schemaPins } from "./schema-pins.ts";

/** What a fixture file holds: an event as it was written, and what it is lifted to today. */
export interface Fixture {
  readonly stored: StoredEvent;
  readonly lifted: StoredEvent;
}

/** One schema that was ever written, and what must be beside it. */
export interface SchemaRow {
  readonly type: string;
  readonly schemaVersion: number;
  /** The version that its upcaster leads to; "newest" where it is the newest; undefined where one is missing. */
  readonly upcastTo: number | "newest" | undefined;
  /** Its fixture's file; undefined where it is missing. */
  readonly fixture: string | undefined;
  /** Whether the fixture is as it was first written. */
  readonly isFixturePinned: boolean;
  /** The hash of its structure, and whether that is the one that was first written. */
  readonly structure: string;
  readonly isPinned: boolean;
}

const schemas: Readonly<Record<string, v.GenericSchema>> = eventSchemas;

/** Every event type at every schemaVersion ever written, by type and version. */
export function schemaTable(): readonly SchemaRow[] {
  return Object.entries(schemas)
    .map(([key, schema]) => rowOf(key, schema))
    .sort((a, b) => (a.type === b.type ? a.schemaVersion - b.schemaVersion : a.type < b.type ? -1 : 1));
}

function rowOf(key: string, schema: v.GenericSchema): SchemaRow {
  const [type = "", version = ""] = key.split("@");
  const schemaVersion = Number(version);
  const fixture = findFixture(key);
  const structure = structureHash(schema);
  return {
    type,
    schemaVersion,
    upcastTo: upcastTo(key, fixture),
    fixture: fixture === undefined ? undefined : `${key}.json`,
    isFixturePinned: fixture !== undefined && fixturePins[key] === hashOf(fixture.stored),
    structure,
    isPinned: schemaPins[key] === structure,
  };
}

/** Where its upcaster leads, told by running it on the fixture: one step up, under the same type, or nowhere. */
function upcastTo(key: string, fixture: Fixture | undefined): SchemaRow["upcastTo"] {
  const [type = "", version = ""] = key.split("@");
  const newest = schemaVersions[type as keyof typeof schemaVersions];
  if (newest === Number(version)) return "newest";
  const upcaster = upcasters[key];
  if (upcaster === undefined || fixture === undefined) return undefined;
  const next = upcaster(fixture.stored);
  return next.type === type && next.schemaVersion === Number(version) + 1 ? next.schemaVersion : undefined;
}

/** The fixture of a schema, or undefined. */
export function findFixture(key: string): Fixture | undefined {
  const file = new URL(`../fixtures/events/${key}.json`, import.meta.url);
  const path = existsSync(file) ? file : `test/fixtures/events/${key}.json`;
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Fixture) : undefined;
}

/** The first 16 hex digits of the SHA-256 of a value's canonical JSON. */
function hashOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 16);
}

/** The hash of what a schema lets through: its members, kinds of value, bounds and patterns. */
export function structureHash(schema: v.GenericSchema): string {
  return hashOf(structureOf(schema));
}

/** Whatever valibot keeps of a schema, as far as we use it; a member that is not here is told by the schema's type. */
interface Kept {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Kept>>;
  readonly item?: Kept;
  readonly wrapped?: Kept;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly pipe?: readonly Kept[];
  readonly requirement?: unknown;
  readonly message?: unknown;
}

function structureOf(schema: unknown): unknown {
  const { type, entries, item, wrapped, options, literal, pipe, requirement, message } = schema as Kept;
  const [base, ...actions] = pipe ?? [];
  const inner = base === undefined ? {} : { base: structureOf({ ...base, pipe: undefined }) };
  return {
    type,
    ...(base === undefined ? {} : inner),
    ...(entries === undefined
      ? {}
      : {
          entries: Object.fromEntries(Object.entries(entries).map(([name, one]) => [name, structureOf(one)])),
        }),
    ...(item === undefined ? {} : { item: structureOf(item) }),
    ...(wrapped === undefined ? {} : { wrapped: structureOf(wrapped) }),
    ...(options === undefined ? {} : { options }),
    ...(literal === undefined ? {} : { literal }),
    ...(actions.length === 0 ? {} : { actions: actions.map(structureOf) }),
    ...(requirement === undefined ? {} : { requirement: bound(requirement, message) }),
  };
}

/** A bound or a pattern as text; a check by its message, which says what it expects. */
function bound(requirement: unknown, message: unknown): unknown {
  if (requirement instanceof RegExp) return String(requirement);
  return typeof requirement === "function" ? (message ?? requirement.name) : requirement;
}
