import {
  type ConversionConfig,
  type JsonSchema,
  toJsonSchema,
  toJsonSchemaDefs,
} from "@valibot/to-json-schema";
import type * as v from "valibot";
import { notificationEventSchema, stateEventSchema } from "../../protocol/cloud-events.ts";
import { deviceSchema } from "../../protocol/joining-messages.ts";
import { logEventSchema } from "../../protocol/log-event.ts";
import { problemSchema } from "../../protocol/problem.ts";
import { verdictSchema } from "../../protocol/sync-messages.ts";
import { eventShapes } from "./event-shapes.ts";

/** A schema of a document: JSON Schema, 2020-12 in OpenAPI, draft 7 in AsyncAPI. */
export type DocumentSchema = Readonly<Record<string, unknown>>;

export type Dialect = "draft-2020-12" | "draft-07";

/** The schemas that are under a name of their own: whatever uses one of them refers to it. */
const named = {
  LogEvent: logEventSchema,
  StateEvent: stateEventSchema,
  NotificationEvent: notificationEventSchema,
  Problem: problemSchema,
  Verdict: verdictSchema,
  Device: deviceSchema,
} as const;

/** A schema of the wire as JSON Schema. What only code can check is said in its description. */
export function jsonSchemaOf(schema: v.GenericSchema, dialect: Dialect): DocumentSchema {
  const {
    $schema: _dialect,
    $defs: _defs,
    definitions: _definitions,
    ...converted
  } = toJsonSchema(schema, {
    ...conversion,
    target: dialect,
    definitions: named,
  });
  return converted;
}

/**
 * All named schemas, and one for each shape of data. The envelopes also say which data goes with which type, where this
 * server knows it: an event of a newer build may have any.
 */
export function namedSchemas(dialect: Dialect): Readonly<Record<string, DocumentSchema>> {
  const converted = Object.entries(toJsonSchemaDefs(named, { ...conversion, target: dialect }));
  const definitions: Readonly<Record<string, DocumentSchema>> = Object.fromEntries(
    converted.map(([name, schema]) => [name, { ...schema }]),
  );
  const shapes = eventShapes.map(({ name, schema }) => [name, jsonSchemaOf(schema, dialect)] as const);
  return {
    ...definitions,
    LogEvent: { ...definitions.LogEvent, allOf: eventShapes.map(dataOfLogEvent) },
    StateEvent: { ...definitions.StateEvent, allOf: eventShapes.map(dataOfStateEvent) },
    ...Object.fromEntries(shapes),
  };
}

/** A reference to a named schema. */
export function schemaRef(name: string): DocumentSchema {
  return { $ref: `#/components/schemas/${name}` };
}

function dataOfLogEvent({ type, schemaVersion, name }: (typeof eventShapes)[number]): DocumentSchema {
  return {
    if: { properties: { type: { const: type }, schemaVersion: { const: schemaVersion } } },
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema, and nobody awaits this.
    then: { properties: { data: schemaRef(name) } },
  };
}

function dataOfStateEvent({ cloudType, name }: (typeof eventShapes)[number]): DocumentSchema {
  return {
    if: { properties: { type: { const: cloudType } } },
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema, and nobody awaits this.
    then: { properties: { data: schemaRef(name) } },
  };
}

const conversion: ConversionConfig = {
  // What comes over the wire, before anything is made of it.
  typeMode: "input",
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  overrideAction: ({ valibotAction, jsonSchema }) =>
    valibotAction.type === "check" ? described(jsonSchema, messageOf(valibotAction)) : undefined,
};

/** @throws Error for a check without words: the document would not tell of it. */
function messageOf(action: { readonly type: string; readonly message?: unknown }): string {
  if (typeof action.message === "string") return action.message;
  throw new Error(`expected words for the ${action.type} of a schema, found ${typeof action.message}`);
}

function described(schema: JsonSchema, words: string): JsonSchema {
  const before = schema.description === undefined ? "" : `${schema.description}; `;
  return { ...schema, description: before + words };
}
