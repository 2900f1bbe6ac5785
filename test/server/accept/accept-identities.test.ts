import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { eventIdOf, newId } from "../../../src/protocol/ids.ts";
import { problemSchema } from "../../../src/protocol/problem.ts";
import type { PushedCommand, Verdict } from "../../../src/protocol/sync-messages.ts";
import { accept } from "../../../src/server/accept/accept.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import { drafted, lineAdded, makeOrderHand, newOrder } from "../support/commands.ts";
import { judging, mustJudge, serverTime } from "../support/judging.ts";
import { factsAfter, withData } from "./altered.ts";

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
  test("are noticed by a seq that is under another command, and nothing is stored", () => {
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

function retyped(command: PushedCommand, change: object): PushedCommand {
  return { ...command, events: command.events.map((event) => ({ ...event, ...change })) };
}
