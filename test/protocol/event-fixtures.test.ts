import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { StoredEvent } from "../../src/domain/event.ts";
import { schemaVersions, upcast } from "../../src/domain/upcast.ts";
import { canonicalJson } from "../../src/protocol/canonical-json.ts";
import { eventSchemas } from "../../src/protocol/event-schemas.ts";
import { parseEvent } from "../../src/protocol/parse-event.ts";
import { fixturePins } from "./fixture-pins.ts";

const folder = new URL("../fixtures/events/", import.meta.url);
const keys = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));

interface Fixture {
  readonly stored: StoredEvent;
  readonly lifted: StoredEvent;
}
const read = (key: string) => JSON.parse(readFileSync(new URL(`${key}.json`, folder), "utf8")) as Fixture;

describe("[L13] every event shape ever written stays readable", () => {
  test("each schema has a fixture, and each fixture a schema", () => {
    expect([...keys].sort()).toEqual(Object.keys(eventSchemas).sort());
  });

  test("the newest shape of each type has a schema", () => {
    const newest = Object.entries(schemaVersions).map(([type, version]) => `${type}@${version}`);
    expect(Object.keys(eventSchemas)).toEqual(expect.arrayContaining(newest));
  });

  test.each(keys)("%s parses and is lifted to the newest shape", (key) => {
    const { stored, lifted } = read(key);
    expect(`${stored.type}@${stored.schemaVersion}`).toBe(key);
    expect(parseEvent(stored)).toEqual({ outcome: "known", event: lifted });
    expect(parseEvent(lifted)).toEqual({ outcome: "known", event: lifted });
  });

  test.each(keys)("%s is as it was first written", (key) => {
    const hash = createHash("sha256")
      .update(canonicalJson(read(key).stored))
      .digest("hex")
      .slice(0, 16);
    expect(fixturePins[key], "fixtures are append-only: a new shape is a new schemaVersion").toBe(hash);
  });
});

describe("what this build cannot read", () => {
  test("a newer shape or type is said to be unknown, never guessed", () => {
    const { stored } = read("order-placed@3");
    const newer = { ...stored, schemaVersion: 4 };
    expect(parseEvent(newer)).toEqual({ outcome: "unknown", type: "order-placed", schemaVersion: 4 });
    expect(upcast(newer)).toEqual({ outcome: "unknown", type: "order-placed", schemaVersion: 4 });
    expect(parseEvent({ type: "order-split", schemaVersion: 1, data: {} }).outcome).toBe("unknown");
    expect(parseEvent({ type: "toString", schemaVersion: 1, data: {} }).outcome).toBe("unknown");
    expect(upcast({ type: "constructor", schemaVersion: 1, data: {} }).outcome).toBe("unknown");
  });

  test("a type that nothing depends on may be skipped", () => {
    expect(parseEvent({ type: "informative/history-restored", schemaVersion: 7, data: null })).toEqual({
      outcome: "informative",
    });
  });

  test("a broken event says where", () => {
    const { stored } = read("order-placed@2");
    const data = stored.data as { lines: object[] };
    const broken = { ...stored, data: { ...data, lines: [{ ...data.lines[0], quantity: 1.5 }] } };
    expect(parseEvent(broken)).toMatchObject({ outcome: "invalid", path: "lines.0.quantity" });
    expect(parseEvent({ ...stored, data: "text" })).toMatchObject({ outcome: "invalid", path: "" });
  });

  test.each(keys)("%s keeps members that only a newer build knows", (key) => {
    const { stored } = read(key);
    const parsed = parseEvent({ ...stored, data: { ...(stored.data as object), later: { a: [1] } } });
    expect(parsed).toMatchObject({ outcome: "known", event: { data: { later: { a: [1] } } } });
  });
});
