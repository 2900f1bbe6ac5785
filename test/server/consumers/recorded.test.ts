import { expect, test } from "vitest";
import { utf8Bytes } from "../../../src/protocol/canonical-json.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { limits } from "../../../src/protocol/limits.ts";
import { writeInPieces } from "../../../src/server/consumers/inventory/recorded.ts";
import type { ReactionEvent } from "../../../src/server/consumers/react.ts";
import { eventRow } from "../support/rows.ts";

const source = eventRow(1);

/** What is said to one order, with so many lines. */
function said(lineCount: number): ReactionEvent {
  const line = { sku: "TEA", wanted: 1, reserved: 1, ahead: [] };
  const lines = Array.from({ length: lineCount }, () => line);
  const event = { type: "stock-allocated", schemaVersion: 1, data: { cause: "received", lines } } as const;
  return { stream: `allocation/${newId()}`, event, cause: source };
}

/** The commands that these events are written in. */
async function written(
  from: number,
  events: readonly ReactionEvent[],
  taken: ReadonlySet<string> = new Set(),
) {
  const commands: (readonly [id: string, events: readonly ReactionEvent[]])[] = [];
  const write = async (id: string, some: readonly ReactionEvent[]) => void commands.push([id, some]);
  const head = () => ({ position: 1, hash: "0".repeat(64) });
  const isTaken = async (id: string) => taken.has(id);
  await writeInPieces({ write, head, isTaken, store: async () => undefined }, source, from, events);
  return commands;
}

const sizeOf = (events: readonly ReactionEvent[]) =>
  events.reduce((sum, { event }) => sum + utf8Bytes(JSON.stringify(event.data)), 0);

test("[L16] what inventory says of one event keeps the limits of a command, in bytes and in events, and all of it is said", async () => {
  const large = Array.from({ length: 200 }, () => said(300));
  const small = Array.from({ length: 1_200 }, () => said(1));
  const commands = await written(0, [...large, ...small]);
  expect(commands.flatMap(([, events]) => events)).toEqual([...large, ...small]);
  expect(Math.max(...commands.map(([, events]) => sizeOf(events)))).toBeLessThanOrEqual(limits.commandBytes);
  expect(Math.max(...commands.map(([, events]) => events.length))).toBeLessThanOrEqual(limits.commandEvents);
});

test("an event that is larger than a command may be is alone in its command", async () => {
  const huge = said(20_000);
  expect((await written(0, [said(1), huge, said(1)])).map(([, events]) => events.length)).toEqual([1, 1, 1]);
});

test("the commands are numbered on from what was said before, so that nothing is said under the same id twice", async () => {
  const large = Array.from({ length: 200 }, () => said(300));
  const ids = (await written(0, large)).map(([id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect((await written(2, large)).map(([id]) => id).slice(0, -2)).toEqual(ids.slice(2));
});

test("a number whose id a device has used is passed over, and all is said", async () => {
  const large = Array.from({ length: 200 }, () => said(300));
  const [first = "", second = "", third = ""] = (await written(0, large)).map(([id]) => id);
  const commands = await written(0, large, new Set([second]));
  expect(commands.map(([id]) => id).slice(0, 2)).toEqual([first, third]);
  expect(commands.flatMap(([, events]) => events)).toEqual(large);
});
