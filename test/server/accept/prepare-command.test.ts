import { describe, expect, test } from "vitest";
import type { WholeOrder } from "../../../src/domain/order/order-events.ts";
import { canonicalJson, utf8Bytes } from "../../../src/protocol/canonical-json.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { limits } from "../../../src/protocol/limits.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import { prepareCommand, prepareRecorded } from "../../../src/server/accept/prepare-command.ts";
import { customerAdded, drafted, lineAdded, makeHand, makeOrderHand, placed } from "../support/commands.ts";

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
/** Without the bound on what is not known, which would be met first. */
const problemOf = (command: PushedCommand) => {
  const { reading } = prepareRecorded(command);
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

describe("[L16] members that this build does not know", () => {
  const unknownOf = (command: PushedCommand) => {
    const { reading } = prepareCommand(command);
    return reading.outcome === "refused" ? reading.problem : undefined;
  };
  const memberBytes = '"later":"",'.length;

  test("may take exactly their limit in an event, whose path is told where it is a byte more", () => {
    expect(unknownOf(withUnknown([limits.unknownBytes - memberBytes]))).toBeUndefined();
    expect(unknownOf(withUnknown([0, limits.unknownBytes - memberBytes + 1]))).toMatchObject({
      code: "invalid-event",
      path: "events.1.data",
      detail: `expected at most ${limits.unknownBytes} bytes in members that this server does not know, found ${limits.unknownBytes + 1}`,
    });
  });

  test("are counted wherever they are, together, and what is known beside them is not", () => {
    const hand = makeOrderHand();
    const begun = hand.command(1, drafted("K7-1"), lineAdded("TEA"));
    expect(begun.events).toHaveLength(2);
    const place = hand.command(2, placed(hand));
    const withLines = (line: object, note = "") => {
      const events = place.events.map((event) => {
        const data = event.data as WholeOrder;
        const lines = Array.from({ length: 60 }, () => ({ ...data.lines[0], note, ...line }));
        return { ...event, data: { ...data, lines } };
      });
      return { ...place, events };
    };
    expect(unknownOf(withLines({}, "x".repeat(4_000)))).toBeUndefined();
    expect(unknownOf(withLines({ later: "x".repeat(40) }, "x".repeat(3_000)))).toBeUndefined();
    expect(unknownOf(withLines({ later: "x".repeat(60) }))).toMatchObject({ code: "invalid-event" });
    expect(unknownOf(withLines({ later: { deep: ["x".repeat(60)] } }))).toMatchObject({
      code: "invalid-event",
    });
  });

  test("of a type or a schemaVersion that is not known are not counted: such an event waits for an update", () => {
    const command = withUnknown([20_000]);
    const newer = { ...command, events: command.events.map((event) => ({ ...event, schemaVersion: 99 })) };
    const later = { ...command, events: command.events.map((event) => ({ ...event, type: "later-done" })) };
    for (const other of [newer, later]) expect(unknownOf(other)).toMatchObject({ code: "unknown-type" });
  });

  test("that were in the log once are not measured when they are given back", () => {
    expect(prepareRecorded(withUnknown([20_000])).reading.outcome).toBe("readable");
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

  test("is the same for the same body, in whatever order its members are", () => {
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
