import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { KnownEvent } from "../../../src/domain/kinds.ts";
import type { WholeOrder } from "../../../src/domain/order/order-events.ts";
import type { Role } from "../../../src/domain/role.ts";
import { canonicalJson } from "../../../src/protocol/canonical-json.ts";
import { linkHash, sealed } from "../../../src/protocol/chain.ts";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import { eventOf } from "../../../src/server/accept/event-row.ts";
import {
  customerAdded,
  drafted,
  lineAdded,
  makeHand,
  makeOrderHand,
  newOrder,
  placed,
} from "../support/commands.ts";
import { judging, mustJudge, noFacts, serverTime } from "../support/judging.ts";
import { factsAfter, withData } from "./altered.ts";

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
      "a rule forbids it",
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
      "it is on a stream of another kind",
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

function placedEmpty() {
  return placed({ ...makeOrderHand(), state: () => stateOfEmptyOrder() });
}

function stateOfEmptyOrder() {
  const hand = makeOrderHand();
  hand.command(1, drafted("K7-1"));
  return hand.state();
}

function withEventId(command: PushedCommand, id: string): PushedCommand {
  return { ...command, events: command.events.map((event) => ({ ...event, id })) };
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
