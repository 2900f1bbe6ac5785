import { describe, expect, test } from "vitest";
import { canonicalJson, utf8Bytes } from "../../../src/protocol/canonical-json.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { limits } from "../../../src/protocol/limits.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import { customerAdded, lineAdded, makeHand, makeOrderHand } from "../support/commands.ts";

/** A valid command whose events have this many characters that this build does not know, so that only size can be wrong. */
function withUnknown(lengths: readonly number[], sign = "x"): PushedCommand {
  const hand = makeHand(`customer/${newId()}`);
  const command = hand.command(1, ...lengths.map(() => customerAdded("Acme")));
  const events = command.events.map((event, index) => ({
    ...event,
    data: { ...(event.data as object), later: sign.repeat(lengths[index] ?? 0) },
  }));
  return { ...command, events };
}

const eventBytes = (command: PushedCommand) => utf8Bytes(canonicalJson(command.events[0]));
const problemOf = (command: PushedCommand) => {
  const { reading } = prepareCommand(command);
  return reading.outcome === "refused" ? reading.problem : undefined;
};

describe("[L16] the size of what is pushed", () => {
  test("is counted as a device counts it: an event may have exactly its limit, and not a byte more", () => {
    const small = withUnknown([0]);
    const room = limits.eventBytes - eventBytes(small);
    const full = withUnknown([room]);
    expect(eventBytes(full)).toBe(limits.eventBytes);
    expect(problemOf(full)).toBeUndefined();
    const detail = `expected at most ${limits.eventBytes} bytes, found ${limits.eventBytes + 1}`;
    expect(problemOf(withUnknown([room + 1]))).toMatchObject({
      code: "invalid-event",
      path: "events.0",
      detail,
    });
  });

  test("is counted in bytes: a sign of three bytes counts three times", () => {
    expect(problemOf(withUnknown([90_000], "日"))).toMatchObject({ code: "invalid-event" });
    expect(problemOf(withUnknown([90_000]))).toBeUndefined();
  });

  test("has a limit for the command too, of exactly its canonical JSON", () => {
    const lengths = [200_000, 200_000];
    const rest = limits.commandBytes - utf8Bytes(canonicalJson(withUnknown([...lengths, 0])));
    expect(problemOf(withUnknown([...lengths, rest]))).toBeUndefined();
    const found = limits.commandBytes + 1;
    const detail = `expected a command of at most ${limits.commandBytes} bytes, found ${found}`;
    expect(problemOf(withUnknown([...lengths, rest + 1]))).toMatchObject({ code: "invalid-event", detail });
  });
});

describe("a fingerprint", () => {
  const hand = makeOrderHand();
  const command = hand.command(1, lineAdded("TEA", 1, "01890000-0000-7000-8000-0000000000aa"));
  const data = command.events[0]?.data as Record<string, unknown>;
  const withData = (changed: object) => ({
    ...command,
    events: command.events.map((event) => ({ ...event, data: changed })),
  });
  const fingerprint = (other: PushedCommand) => prepareCommand(other).fingerprint;

  test("is the same for the same body, in whatever order its members stand", () => {
    const turned = Object.fromEntries(Object.entries(data).reverse());
    expect(fingerprint(withData(turned))).toBe(fingerprint(command));
    expect(fingerprint({ ...command, seq: 9, expected: { version: 4, event: newId() } })).toBe(
      fingerprint(command),
    );
  });

  test("is another for another body", () => {
    const others = [
      withData({ ...data, quantity: 2 }),
      { ...command, actor: "Bob" },
      { ...command, at: "2026-03-01T09:00:00.001Z" },
    ];
    for (const other of others) expect(fingerprint(other)).not.toBe(fingerprint(command));
  });
});
