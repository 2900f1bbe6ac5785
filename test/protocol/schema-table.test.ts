import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { schemaVersions, upcasters } from "../../src/domain/upcast.ts";
import { commandShapes, commandUpcasters } from "../../src/domain/upcast-command.ts";
import { commandSchemas } from "../../src/protocol/command-schemas.ts";
import { eventSchemas } from "../../src/protocol/event-schemas.ts";
import * as p from "../../src/protocol/parsers.ts";
import { fixturePins } from "./fixture-pins.ts";
import { commandPins, schemaPins } from "./schema-pins.ts";
import { findFixture, schemaTable, structureHash } from "./schema-table.ts";

const rows = schemaTable();
const schemas: Readonly<Record<string, v.GenericSchema>> = eventSchemas;

describe("[L13] the table of schemas", () => {
  test.each(rows)(
    "$type@$schemaVersion is what it was, with its fixture and its way to the newest shape",
    (row) => {
      const wish =
        "a schema that was written does not change: a new shape is a new schemaVersion, with upcaster, fixture and pins";
      expect(row, wish).toMatchObject({ isPinned: true, isFixturePinned: true });
      expect(row.upcastTo, `an upcaster of one step from ${row.type}@${row.schemaVersion}`).toBeDefined();
    },
  );

  test("every type has all of its versions from 1 to the newest, and nothing is pinned that has no schema", () => {
    const expected = Object.entries(schemaVersions).flatMap(([type, newest]) =>
      Array.from({ length: newest }, (_, index) => `${type}@${index + 1}`),
    );
    expect(Object.keys(eventSchemas).sort()).toEqual(expected.sort());
    expect(Object.keys(schemaPins).sort()).toEqual(expected.sort());
    expect(Object.keys(fixturePins).sort()).toEqual(expected.sort());
    const older = rows.filter(({ upcastTo }) => upcastTo !== "newest");
    expect(Object.keys(upcasters).sort()).toEqual(
      older.map((row) => `${row.type}@${row.schemaVersion}`).sort(),
    );
  });

  test.each(Object.keys(upcasters))("%s is lifted to what the next schema lets through", (key) => {
    const fixture = findFixture(key);
    const next = fixture === undefined ? undefined : upcasters[key]?.(fixture.stored);
    const schema = schemas[`${next?.type}@${next?.schemaVersion}`];
    if (schema === undefined) throw new Error(`expected a schema after ${key}`);
    expect(v.safeParse(schema, next?.data)).toMatchObject({ success: true });
  });
});

test("[L13] a kept command's shape changes only with commandShapes, and its way there is known", () => {
  const types = Object.values(commandSchemas).flatMap((ofKind) => Object.entries(ofKind));
  const found = Object.fromEntries(
    types.map(([type, schema]) => [`${type}@${commandShapes}`, structureHash(schema)]),
  );
  const pinned = Object.entries(commandPins).filter(([key]) => key.endsWith(`@${commandShapes}`));
  expect(found).toEqual(Object.fromEntries(pinned));
  // A command whose structure differs from that of the shapes before has a step between them.
  const differing = Object.entries(commandPins).flatMap(([key, hash]) => {
    const [type = "", shapes = ""] = key.split("@");
    const next = commandPins[`${type}@${Number(shapes) + 1}`];
    return next === undefined || next === hash ? [] : [key];
  });
  expect(Object.keys(commandUpcasters).sort()).toEqual(differing.sort());
});

describe("the hash of a structure", () => {
  const one = p.data({ name: p.shortText, count: p.count });
  test.each([
    ["a bound", p.data({ name: p.longText, count: p.count })],
    ["a kind of value", p.data({ name: v.number(), count: p.count })],
    ["a member more", p.data({ name: p.shortText, count: p.count, more: v.boolean() })],
    ["a member that may be left out", p.data({ name: v.exactOptional(p.shortText), count: p.count })],
    ["a member that may be null", p.data({ name: v.nullable(p.shortText), count: p.count })],
    ["a pattern", p.data({ name: p.shortText, count: p.day })],
    ["an object that lets nothing else through", v.strictObject({ name: p.shortText, count: p.count })],
  ])("sees %s", (_what, other) => {
    expect(structureHash(other)).not.toBe(structureHash(one));
  });

  test("does not see in which order members are", () => {
    expect(structureHash(p.data({ count: p.count, name: p.shortText }))).toBe(structureHash(one));
  });
});
