import { readdirSync, readFileSync } from "node:fs";
import { CloudEvent, HTTP } from "cloudevents";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import type { StoredEvent } from "../../src/domain/event.ts";
import {
  cloudEventBatchType,
  cloudEventType,
  notificationEvent,
  notificationEventSchema,
  stateEvent,
  stateEventSchema,
} from "../../src/protocol/cloud-events.ts";
import type { LogEvent } from "../../src/protocol/log-event.ts";

const folder = new URL("../fixtures/events/", import.meta.url);
const workspace = "0190c2a0-0000-7000-8000-00000000aaaa";
const source = { workspace, publicUrl: "https://docket.example.com" };

/** An event of the log around what was recorded. */
function logEvent(stored: Pick<StoredEvent, "type" | "schemaVersion" | "data">): LogEvent {
  const { type, schemaVersion, data } = stored;
  return {
    position: 42,
    id: "0190c2a0-0000-7000-8000-000000000001",
    stream: "order/0190c2a0-0000-7000-8000-000000000002",
    version: 3,
    type,
    schemaVersion,
    data,
    at: "2026-03-01T09:00:00.000Z",
    recordedAt: "2026-03-01T10:00:00.000Z",
    clockOffsetMs: 60_000,
    device: "0190c2a0-0000-7000-8000-000000000003",
    seq: 7,
    command: "0190c2a0-0000-7000-8000-000000000004",
    actor: "Ada Lovelace",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    causation: "0190c2a0-0000-7000-8000-000000000005",
  };
}

const everyEvent: readonly (readonly [string, LogEvent])[] = [
  ...readdirSync(folder).map((file) => {
    const { stored } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { stored: StoredEvent };
    return [file.replace(/\.json$/, ""), logEvent(stored)] as const;
  }),
  [
    "informative/history-restored@1",
    logEvent({ type: "informative/history-restored", schemaVersion: 1, data: {} }),
  ],
  ["of a newer build@7", logEvent({ type: "order-split", schemaVersion: 7, data: { later: true } })],
];

/** Reads a body as another program does, with the standard's own library, which checks it as strictly as it can. */
function received(contentType: string, value: unknown): CloudEvent<unknown> | CloudEvent<unknown>[] {
  const headers = { "content-type": contentType };
  const events = HTTP.toEvent<unknown>({ headers, body: JSON.stringify(value) });
  for (const event of [events].flat()) new CloudEvent({ ...(event as CloudEvent<unknown>) }, true).validate();
  return events as CloudEvent<unknown> | CloudEvent<unknown>[];
}

describe("every shape ever written reaches other programs as a CloudEvent", () => {
  test.each(everyEvent)("%s with its data", (_key, event) => {
    const told = stateEvent(event, source);
    expect(v.is(stateEventSchema, told)).toBe(true);
    expect(received(cloudEventType, told)).toMatchObject({
      specversion: "1.0",
      id: event.id,
      subject: event.stream,
      data: event.data,
    });
  });

  test.each(everyEvent)("%s as a notification", (_key, event) => {
    const told = notificationEvent(event, source);
    expect(v.is(notificationEventSchema, told)).toBe(true);
    expect(received(cloudEventType, told)).toMatchObject({ id: event.id, dataref: told.dataref });
  });

  test("all of them in one batch, in their order", () => {
    const batch = everyEvent.map(([, event], index) => stateEvent({ ...event, position: index + 1 }, source));
    const read = received(cloudEventBatchType, batch);
    expect(read).toMatchObject(batch.map(({ type, sequence }) => ({ type, sequence })));
  });
});

describe("what a CloudEvent of the log says", () => {
  const placed =
    everyEvent.find(([key]) => key === "order-placed@2")?.[1] ??
    logEvent({ type: "none", schemaVersion: 1, data: {} });

  test("the attributes are the workspace, the stream, the shape, and when it happened by a corrected clock", () => {
    expect({ ...stateEvent(placed, source), data: "the order" }).toEqual({
      specversion: "1.0",
      id: placed.id,
      source: `urn:docket:workspace:${workspace}`,
      type: "docket.order-placed.v2",
      subject: placed.stream,
      time: "2026-03-01T09:01:00.000Z",
      partitionkey: placed.stream,
      sequence: "0000000000000042",
      traceparent: placed.traceparent,
      recordedtime: "2026-03-01T10:00:00.000Z",
      schemaversion: 2,
      streamversion: 3,
      commandid: placed.command,
      causationid: placed.causation,
      datacontenttype: "application/json",
      dataschema: "https://docket.example.com/v1/asyncapi.json#/components/schemas/order-placed.v2",
      data: "the order",
    });
  });

  test("a notification leads to the stream, and holds nothing of what was written", () => {
    const { dataref, ...rest } = notificationEvent(placed, source);
    expect(dataref).toBe(`https://docket.example.com/v1/streams/${placed.stream}`);
    expect(Object.keys(rest)).not.toEqual(expect.arrayContaining(["data"]));
    expect(JSON.stringify(rest)).not.toContain("Ada");
  });

  test("a server that does not know its address names the schema, and refers within itself", () => {
    const nowhere = { workspace, publicUrl: null };
    expect(stateEvent(placed, nowhere).dataschema).toBe("urn:docket:schema:order-placed.v2");
    expect(notificationEvent(placed, nowhere).dataref).toBe(`/v1/streams/${placed.stream}`);
  });

  test("sequences sort as text as their positions do, up to the largest", () => {
    const positions = [1, 9, 10, 2_147_483_648, Number.MAX_SAFE_INTEGER];
    const sequences = positions.map((position) => stateEvent({ ...placed, position }, source).sequence);
    expect([...sequences].sort()).toEqual(sequences);
    expect(new Set(sequences.map((sequence) => sequence.length))).toEqual(new Set([16]));
  });

  test("every name is one that the standard allows", () => {
    for (const name of [stateEvent(placed, source), notificationEvent(placed, source)].flatMap(Object.keys)) {
      expect(name).toMatch(/^[a-z0-9]{1,20}$/);
    }
  });
});
