import { createHmac } from "node:crypto";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { groupBy } from "../../../src/device/storage/group-by.ts";
import type { KnownEvent } from "../../../src/domain/kinds.ts";
import type { WholeOrder } from "../../../src/domain/order/order-events.ts";
import type { Role } from "../../../src/domain/role.ts";
import { canonicalJson } from "../../../src/protocol/canonical-json.ts";
import { linkHash, sealed } from "../../../src/protocol/chain.ts";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { eventIdOf, newId } from "../../../src/protocol/ids.ts";
import { problemSchema } from "../../../src/protocol/problem.ts";
import type { PushedCommand, Verdict } from "../../../src/protocol/sync-messages.ts";
import { accept } from "../../../src/server/accept/accept.ts";
import { eventOf } from "../../../src/server/accept/event-row.ts";
import type { Facts } from "../../../src/server/accept/facts.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import {
  customerAdded,
  drafted,
  lineAdded,
  makeHand,
  makeOrderHand,
  newOrder,
  placed,
} from "../support/commands.ts";
import { type Judged, judging, mustJudge, noFacts, serverTime } from "../support/judging.ts";

describe("a command is accepted", () => {
  test("when it was decided on what its stream is now, with the next positions and versions", () => {
    const hand = makeOrderHand();
    const first = mustJudge(judging(), [hand.command(1, drafted("K7-1"), lineAdded("TEA"))]);
    const second = mustJudge(judging({ facts: factsAfter(first) }), [hand.command(2, lineAdded("OIL"))]);
    expect(second.rows.events).toMatchObject([
      { position: 3, version: 3, type: "line-added", recordedAt: serverTime },
    ]);
    expect(second.rows.head.position).toBe(3);
  });

  test("[L4] once: the second time it is a duplicate with the same positions, whatever its body says now", () => {
    const command = newOrder(1);
    const first = mustJudge(judging(), [command]);
    const later = judging({ facts: factsAfter(first) });
    const again = mustJudge(later, [{ ...command, actor: "Somebody else" }]);
    expect(again.verdicts).toEqual([{ command: command.id, outcome: "duplicate", positions: [1] }]);
    expect(again.rows).toMatchObject({ events: [], commands: [] });
    expect(again.differing).toEqual([command.id]);
    expect(mustJudge(later, [command]).differing).toEqual([]);
  });

  test("with the chain hash and the seal of the protocol on its last event", () => {
    const push = judging();
    const hand = makeOrderHand();
    const judged = mustJudge(push, [hand.command(1, drafted(`K7-1`), lineAdded('"TEA" \u{1f375} é\n'))]);
    const events = judged.rows.events.map(eventOf);
    const [first, last] = events;
    expect(first).not.toHaveProperty("hash");
    expect(first).not.toHaveProperty("seal");
    expect(last?.hash).toBe(linkHash(cursorStart.hash, events));
    const text = canonicalJson({ workspace: push.push.workspace, format: 2, events: events.map(sealed) });
    expect(last?.seal).toBe(createHmac("sha256", push.push.sealKey).update(text).digest("hex"));
    expect(judged.rows.head).toEqual({ position: 2, hash: last?.hash });
  });

  test("as it was sent: the stored data keeps members that this build does not know", () => {
    const event = customerAdded("Acme");
    const data = { ...event.data, loyalty: { points: 7 } };
    const command = makeHand(`customer/${newId()}`).command(1, { ...event, data } as typeof event);
    const judged = mustJudge(judging(), [command]);
    expect(JSON.parse(judged.rows.events[0]?.dataText ?? "")).toEqual(data);
  });

  test("[L13] at an old schemaVersion: judged as lifted, stored as it was sent", () => {
    const hand = makeOrderHand();
    const begun = hand.command(1, drafted("K7-1"), lineAdded("TEA"));
    const place = hand.command(2, placed(hand));
    const old = place.events.map((event) => {
      const data = event.data as WholeOrder;
      const lines = data.lines.map(({ taxPpm, ...line }) => ({ ...line, taxBps: taxPpm / 100 }));
      return { ...event, schemaVersion: 1, data: { ...data, lines } };
    });
    const judged = mustJudge(judging(), [begun, { ...place, events: old }]);
    expect(judged.verdicts[1]).toMatchObject({ outcome: "accepted" });
    expect(judged.rows.events[2]).toMatchObject({ type: "order-placed", schemaVersion: 1 });
    expect(judged.streams.get(hand.stream)?.state).toMatchObject({ status: "placed" });
  });
});

describe("a conflict", () => {
  test.each([
    ["a version that is behind", { version: 0, event: null }],
    ["a version that is ahead", { version: 2, event: newId() }],
    ["the right version of another history", { version: 1, event: newId() }],
    ["the right version without its event", { version: 1, event: null }],
  ])("is the answer to %s", (_what, expected) => {
    const hand = makeOrderHand();
    const first = mustJudge(judging(), [hand.command(1, drafted("K7-1"))]);
    const command = { ...hand.command(2, lineAdded("TEA")), expected };
    const judged = mustJudge(judging({ facts: factsAfter(first) }), [command]);
    expect(judged.verdicts).toEqual([{ command: command.id, outcome: "conflict", version: 1 }]);
    expect(judged.rows).toMatchObject({ events: [], commands: [] });
  });

  test("is the answer to all that follows on a stream after a command that was not accepted", () => {
    const hand = makeOrderHand();
    const first = hand.command(1, drafted("K7-1"));
    const wrong = { ...hand.command(2, lineAdded("TEA")), expected: { version: 7, event: newId() } };
    // It would fit the head again, as if nothing had been in between.
    const late = { ...makeOrderHand().command(3, lineAdded("OIL")), stream: hand.stream };
    const fits = { ...late, expected: { version: 1, event: first.events[0]?.id ?? null } };
    const elsewhere = newOrder(4);
    const judged = mustJudge(judging(), [first, wrong, fits, elsewhere]);
    expect(judged.verdicts.map(({ outcome }) => outcome)).toEqual([
      "accepted",
      "conflict",
      "conflict",
      "accepted",
    ]);
  });

  test("is not the answer to what follows a duplicate", () => {
    const hand = makeOrderHand();
    const first = hand.command(1, drafted("K7-1"));
    const before = mustJudge(judging(), [first]);
    const judged = mustJudge(judging({ facts: factsAfter(before) }), [
      first,
      hand.command(2, lineAdded("TEA")),
    ]);
    expect(judged.verdicts.map(({ outcome }) => outcome)).toEqual(["duplicate", "accepted"]);
  });
});

describe("a refusal", () => {
  const refusals: readonly (readonly [string, PushedCommand, string, Role])[] = [
    [
      "a rule stands against it",
      makeOrderHand().command(1, drafted("K7-1"), { ...placedEmpty() }),
      "rule-broken",
      "owner",
    ],
    ["the role may not", newOrder(1), "not-allowed", "warehouse"],
    ["a member is wrong", withData(newOrder(1), { number: 7 }), "invalid-event", "owner"],
    ["an event id is foreign", withEventId(newOrder(1), newId()), "invalid-event", "owner"],
    [
      "an event is too long",
      makeHand(`customer/${newId()}`).command(1, customerAdded("x", "y".repeat(300_000))),
      "invalid-event",
      "owner",
    ],
    [
      "a number cannot be said",
      withData(newOrder(1), { number: Number.POSITIVE_INFINITY }),
      "invalid-event",
      "owner",
    ],
    ["an order has no UUID", { ...newOrder(1), stream: "order/K7-1" }, "invalid-event", "owner"],
    [
      "it stands on a stream of another kind",
      { ...newOrder(1), stream: `customer/${newId()}` },
      "rule-broken",
      "owner",
    ],
  ];

  test.each(refusals)(
    "is final when %s: remembered, and given again whatever has changed",
    (_why, command, code, role) => {
      const push = judging({ role });
      const judged = mustJudge(push, [command]);
      expect(judged.verdicts).toMatchObject([{ command: command.id, outcome: "refused", problem: { code } }]);
      expect(judged.rows).toMatchObject({ events: [], commands: [{ id: command.id, seq: 1 }], numbers: [] });
      const again = mustJudge(judging({ facts: factsAfter(judged), role: "owner" }), [command]);
      expect(again.verdicts).toEqual(judged.verdicts);
      expect(again.rows.commands).toEqual([]);
    },
  );

  test.each([
    ["an unknown type", { type: "order-teleported" }],
    ["an unknown schemaVersion", { schemaVersion: 99 }],
    ["an informative type that no build of ours writes", { type: "informative/weather" }],
  ])("holds the command when the device is newer (%s), and is not remembered", (_what, change) => {
    const command = newOrder(1);
    const newer = { ...command, events: command.events.map((event) => ({ ...event, ...change })) };
    const judged = mustJudge(judging(), [newer]);
    expect(judged.verdicts).toMatchObject([{ outcome: "refused", problem: { code: "unknown-type" } }]);
    expect(judged.rows).toMatchObject({ events: [], commands: [] });
  });

  test("holds the command whose stream has an event that this server cannot read", () => {
    const hand = makeOrderHand();
    const command = hand.command(1, lineAdded("TEA"));
    const event = newId();
    const streams = new Map([[hand.stream, { version: 3, event, state: undefined }]]);
    const judged = mustJudge(judging({ facts: { ...noFacts, streams } }), [
      { ...command, expected: { version: 3, event } },
    ]);
    expect(judged.verdicts).toMatchObject([{ outcome: "refused", problem: { code: "unknown-type" } }]);
    expect(judged.rows.commands).toEqual([]);
  });

  test("given again still stops what follows on its stream", () => {
    const hand = makeOrderHand();
    const refused = hand.command(1, lineAdded("TEA"));
    const before = mustJudge(judging(), [refused]);
    // It would fit the stream, as if nothing had been before it.
    const fits = { ...makeOrderHand().command(2, drafted("K7-1")), stream: hand.stream };
    const judged = mustJudge(judging({ facts: factsAfter(before) }), [refused, fits]);
    expect(judged.verdicts.map(({ outcome }) => outcome)).toEqual(["refused", "conflict"]);
  });

  test("tells the facts of the broken rule", () => {
    const command = makeOrderHand().command(1, lineAdded("TEA"));
    const { verdicts } = mustJudge(judging(), [command]);
    expect(verdicts).toMatchObject([
      { problem: { path: "events.0", rejection: { reason: "order-not-found" } } },
    ]);
  });

  test("[L7] of one command stops no other stream", () => {
    const commands = [newOrder(1), makeOrderHand().command(2, lineAdded("TEA")), newOrder(3)];
    const { verdicts, rows } = mustJudge(judging(), commands);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["accepted", "refused", "accepted"]);
    expect(rows.events.map(({ position }) => position)).toEqual([1, 2]);
  });
});

describe("an order number", () => {
  test("belongs to one order of the workspace, also within one push", () => {
    const first = mustJudge(judging(), [makeOrderHand().command(1, drafted("K7-1"))]);
    expect(first.rows.numbers).toMatchObject([{ number: "K7-1" }]);
    const later = mustJudge(judging({ facts: factsAfter(first) }), [
      makeOrderHand().command(2, drafted("K7-1")),
      makeOrderHand().command(3, drafted("K7-2")),
      makeOrderHand().command(4, drafted("K7-2")),
    ]);
    expect(later.verdicts.map(codeOf)).toEqual(["number-taken", "accepted", "number-taken"]);
  });

  test("is taken by renumbering too, and an order may go back to a number that it had", () => {
    const renumbered = (from: string, to: string) =>
      ({ type: "order-renumbered", schemaVersion: 1, data: { from, to } }) as const;
    const hand = makeOrderHand();
    const commands = [
      hand.command(1, drafted("K7-1")),
      hand.command(2, renumbered("K7-1", "K7-2")),
      hand.command(3, renumbered("K7-2", "K7-1")),
      makeOrderHand().command(4, drafted("K7-2")),
    ];
    const { verdicts, rows } = mustJudge(judging(), commands);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted", "accepted", "refused"]);
    expect(rows.numbers.map(({ number }) => number)).toEqual(["K7-1", "K7-2"]);
  });

  test("that begins with another device's code is refused, drafted or by renumbering, but to the order that had it", () => {
    const renumbered = (from: string, to: string) =>
      ({ type: "order-renumbered", schemaVersion: 1, data: { from, to } }) as const;
    const hand = makeOrderHand();
    const first = mustJudge(judging(), [hand.command(1, drafted("M4-1"))]);
    const facts = { ...factsAfter(first), foreignCodes: new Set(["M4"]) };
    const back = [
      hand.command(2, renumbered("M4-1", "K7-1")),
      hand.command(3, renumbered("K7-1", "M4-1")),
      hand.command(4, renumbered("M4-1", "M4-2")),
    ];
    const drafts = ["M4-3", "M44-1", "QX3F7K-1"].map((number, index) =>
      makeOrderHand().command(5 + index, drafted(number)),
    );
    const judged = mustJudge(judging({ facts }), [...back, ...drafts]);
    expect(judged.verdicts.map(codeOf)).toEqual([
      "accepted",
      "accepted",
      "number-taken",
      "number-taken",
      "accepted",
      "accepted",
    ]);
    // Nothing of that is remembered: the device whose code it is may send the same.
    const places = new Set(judged.rows.commands.map(({ seq }) => seq));
    expect([...places]).toEqual([2, 3, 6, 7]);
  });
});

describe("two devices under one identity", () => {
  test("are noticed by a seq that stands under another command, and nothing is stored", () => {
    const first = mustJudge(judging(), [newOrder(1)]);
    const push = { ...judging().push, commands: [newOrder(1), newOrder(2)].map(prepareCommand) };
    expect(accept(push, factsAfter(first))).toEqual({ outcome: "device-cloned", seq: 1 });
  });

  test("a successor that sends its predecessor's command again gets the answer of then", () => {
    const command = newOrder(4);
    const first = mustJudge(judging(), [command]);
    const root = judging().push.device.id;
    const successor = judging({ facts: factsAfter(first), device: newId(), root });
    const decidedAgain = withData({ ...command, seq: 1 }, { note: "decided on more" });
    expect(mustJudge(successor, [decidedAgain]).verdicts).toEqual([
      { command: command.id, outcome: "duplicate", positions: [1] },
    ]);
  });

  test("are noticed also where the id of what they send stands for another device", () => {
    const other = newId();
    const theirs = mustJudge(judging({ device: other }), [newOrder(1)]);
    const mine = mustJudge(judging(), [newOrder(1)]);
    const remembered = [...theirs.rows.commands, ...mine.rows.commands];
    const facts = { ...factsAfter(theirs), remembered };
    const command = { ...newOrder(1), id: theirs.rows.commands[0]?.id ?? "" };
    const push = { ...judging().push, commands: [prepareCommand(command)] };
    expect(accept(push, facts)).toEqual({ outcome: "device-cloned", seq: 1 });
  });
});

describe("an id is its maker's", () => {
  const another = { device: newId() };

  test("[L4] what another device asks for in the very same words is done already", () => {
    const command = newOrder(1);
    const first = mustJudge(judging(), [command]);
    const judged = mustJudge(judging({ facts: factsAfter(first), ...another }), [
      { ...command, seq: 8, at: serverTime, actor: "Somebody else" },
    ]);
    expect(judged.verdicts).toEqual([{ command: command.id, outcome: "duplicate", positions: [1] }]);
    expect(judged.taken).toEqual([]);
  });

  test("[L4] what another device says in shapes of before is the same", () => {
    const command = makeOrderHand().command(1, drafted("K7-1"), lineAdded("TEA"));
    const inBps = ({ taxPpm, ...line }: { readonly taxPpm: number }) => ({ ...line, taxBps: taxPpm / 100 });
    const old = command.events.map((event) =>
      event.type === "line-added"
        ? { ...event, schemaVersion: 1, data: inBps(event.data as { readonly taxPpm: number }) }
        : event,
    );
    const first = mustJudge(judging(), [{ ...command, events: old }]);
    const judged = mustJudge(judging({ facts: factsAfter(first), ...another }), [command]);
    expect(judged.verdicts).toMatchObject([{ outcome: "duplicate", positions: [1, 2] }]);
  });

  test.each<[string, (command: PushedCommand) => PushedCommand]>([
    ["another body", (command) => withData(command, { note: "another" })],
    ["another stream", (command) => ({ ...command, stream: `order/${newId()}` })],
    ["one more event", (command) => ({ ...command, events: [...command.events, ...newOrder(1).events] })],
    ["another type", (command) => retyped(command, { type: "order-shipped" })],
    ["another shape", (command) => retyped(command, { schemaVersion: 9 })],
    ["what nobody can read", (command) => withData(command, { number: 7 })],
  ])("[L4] [L6] to another device's command with its id and %s the id is taken", (_what, turned) => {
    const command = newOrder(1);
    const first = mustJudge(judging(), [command]);
    const judged = mustJudge(judging({ facts: factsAfter(first), ...another }), [turned(command)]);
    const taken = { device: judging().push.device.id, stream: command.stream, position: 1 };
    expect(judged.verdicts).toMatchObject([
      { command: command.id, outcome: "refused", problem: { code: "id-taken", taken } },
    ]);
    expect(judged.taken).toEqual([command.id]);
    expect(judged.rows).toMatchObject({ events: [], commands: [] });
  });

  test("[L6] a refusal counts for its own lineage: another device's command with that id is judged as it is", () => {
    const refused = makeOrderHand().command(1, lineAdded("TEA"));
    const facts = factsAfter(mustJudge(judging(), [refused]));
    const command = { ...newOrder(1), id: refused.id };
    const honest = {
      ...command,
      events: command.events.map((event, n) => ({ ...event, id: eventIdOf(refused.id, n) })),
    };
    const judged = mustJudge(judging({ facts, ...another }), [honest]);
    expect(judged.verdicts).toEqual([{ command: refused.id, outcome: "accepted", positions: [1] }]);
    expect(judged.rows.commands).toMatchObject([{ id: refused.id, device: another.device }]);
    // And who was refused hears so again, and nothing of the other.
    const after = factsAfter(judged);
    const both = { ...after, remembered: [...facts.remembered, ...after.remembered] };
    expect(mustJudge(judging({ facts: both }), [refused]).verdicts.map(codeOf)).toEqual(["rule-broken"]);
  });

  test("what follows on the stream of a command whose id is taken waits for it", () => {
    const hand = makeOrderHand();
    const theirs = newOrder(1);
    const facts = factsAfter(mustJudge(judging(), [theirs]));
    const mine = { ...hand.command(1, drafted("K8-1")), id: theirs.id };
    const fits = { ...makeOrderHand().command(2, drafted("K8-2")), stream: hand.stream };
    const judged = mustJudge(judging({ facts, ...another }), [mine, fits, newOrder(3)]);
    expect(judged.verdicts.map(codeOf)).toEqual(["id-taken", "conflict", "accepted"]);
  });
});

/** The code of a refusal, or what else the verdict is. */
function codeOf(verdict: Verdict): string {
  return verdict.outcome === "refused" ? v.parse(problemSchema, verdict.problem).code : verdict.outcome;
}

function placedEmpty() {
  return placed({ ...makeOrderHand(), state: () => stateOfEmptyOrder() });
}

function stateOfEmptyOrder() {
  const hand = makeOrderHand();
  hand.command(1, drafted("K7-1"));
  return hand.state();
}

function withData(command: PushedCommand, change: object): PushedCommand {
  const events = command.events.map((event) => ({
    ...event,
    data: { ...(event.data as object), ...change },
  }));
  return { ...command, events };
}

function retyped(command: PushedCommand, change: object): PushedCommand {
  return { ...command, events: command.events.map((event) => ({ ...event, ...change })) };
}

function withEventId(command: PushedCommand, id: string): PushedCommand {
  return { ...command, events: command.events.map((event) => ({ ...event, id })) };
}

/** What a store would load after this was stored. */
function factsAfter(judged: Judged): Facts {
  const { rows, streams } = judged;
  const numbers = new Map(rows.numbers.map(({ number, stream }) => [number, stream]));
  const held = groupBy(rows.events, ({ command }) => command);
  return { ...noFacts, head: rows.head, remembered: rows.commands, held, streams, numbers };
}

test("[L15] settings are taken on the workspace's own stream only", () => {
  const push = judging();
  const setUp: KnownEvent = {
    type: "workspace-set-up",
    schemaVersion: 2,
    data: {
      name: "Quay Street Foods",
      currency: "EUR",
      taxMode: "none",
      taxRates: [],
      locale: "en-IE",
      timeZone: "Europe/Dublin",
    },
  };
  const own = makeHand(`workspace/${push.push.workspace}`).command(1, setUp);
  const other = makeHand(`workspace/${newId()}`).command(2, setUp);
  expect(mustJudge(push, [own, other]).verdicts).toMatchObject([
    { outcome: "accepted" },
    { outcome: "refused", problem: { code: "invalid-event", path: "stream" } },
  ]);
});
