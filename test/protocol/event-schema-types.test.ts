import type * as v from "valibot";
import { expect, test } from "vitest";
import type { KnownEvent } from "../../src/domain/kinds.ts";
import type { OrderPlacedV1 } from "../../src/domain/order/upcast-order-placed.ts";
import type { eventSchemas } from "../../src/protocol/event-schemas.ts";

type Schemas = typeof eventSchemas;
type Key<Event extends KnownEvent> = `${Event["type"]}@${Event["schemaVersion"]}`;

/** Without the index signature of a loose object, all the way down, and without the ways of writing read-only. */
type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { readonly [Name in keyof T as string extends Name ? never : Name]: Plain<T[Name]> }
    : T;

type Same<A, B> = [A] extends [B]
  ? [B] extends [A]
    ? [keyof A] extends [keyof B]
      ? [keyof B] extends [keyof A]
        ? true
        : false
      : false
    : false
  : false;

/** The types whose newest schema says something else than the domain does; `no-schema` where there is none. */
type Differing<Event extends KnownEvent> = Event extends KnownEvent
  ? Key<Event> extends keyof Schemas
    ? Same<Plain<v.InferOutput<Schemas[Key<Event>]>>, Plain<Event["data"]>> extends true
      ? never
      : Event["type"]
    : `no-schema ${Event["type"]}`
  : never;

test("what the schemas let through is what the domain reads: the compiler says so", () => {
  const differing: readonly Differing<KnownEvent>[] = [];
  const first: Same<Plain<v.InferOutput<Schemas["order-placed@1"]>>, Plain<OrderPlacedV1["data"]>> = true;
  // The compiler finds differences at all: a quantity is no text, and one more field is one too many.
  const noSchema: Same<
    Plain<v.InferOutput<Schemas["stock-counted@1"]>>,
    { sku: string; quantity: string }
  > = false;
  const oneMore: Same<
    Plain<v.InferOutput<Schemas["stock-counted@1"]>>,
    { sku: string; quantity: number; a?: 1 }
  > = false;
  expect({ differing, first, noSchema, oneMore }).toEqual({
    differing: [],
    first: true,
    noSchema: false,
    oneMore: false,
  });
});
