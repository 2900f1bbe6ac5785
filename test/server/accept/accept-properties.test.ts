import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linkHash } from "../../../src/protocol/chain.ts";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { PushedCommand, Verdict } from "../../../src/protocol/sync-messages.ts";
import { type EventRow, eventOf } from "../../../src/server/accept/event-row.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { push } from "../../../src/server/sync/push.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import { drafted, lineAdded, makeHand, makeOrderHand, someTime } from "../support/commands.ts";

/** Commands of one device on a few orders, some of them breaking a rule, in the order it took them. */
const commandsArbitrary = fc
  .array(fc.record({ order: fc.nat(3), events: fc.integer({ min: 1, max: 3 }), isBroken: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((steps): readonly PushedCommand[] => {
    const hands = new Map<number, ReturnType<typeof makeHand>>();
    return steps.map(({ order, events, isBroken }, index) => {
      const seq = index + 1;
      const hand = hands.get(order);
      if (hand === undefined) {
        const begun = makeOrderHand();
        if (!isBroken) hands.set(order, begun);
        const lines = Array.from({ length: events - 1 }, () => lineAdded("TEA"));
        return isBroken
          ? begun.command(seq, lineAdded("TEA"))
          : begun.command(seq, drafted(`K7-${seq}`), ...lines);
      }
      // A decision on a state that never was: nobody has drafted the order twice.
      if (isBroken) return { ...makeHand(hand.stream).command(seq, drafted(`K7-${seq}`)) };
      return hand.command(seq, ...Array.from({ length: events }, () => lineAdded("OIL")));
    });
  });

/** Which commands go together, and which go again: any number of requests, each ascending by seq as the protocol says. */
const requestsArbitrary = commandsArbitrary.chain((commands) =>
  fc.record({
    commands: fc.constant(commands),
    requests: fc.array(fc.subarray([...commands], { minLength: 1 }), { maxLength: 6 }),
  }),
);

describe("any way of sending", () => {
  test("[L4] has one effect: each command keeps its first final answer, and each event one position", async () => {
    await fc.assert(
      fc.asyncProperty(requestsArbitrary, async ({ commands, requests }) => {
        const server = await makeServer();
        const answers = new Map<string, Verdict>();
        for (const request of [...requests, commands, commands]) {
          for (const verdict of await server.send(request)) checkAnswer(answers, verdict);
        }
        await checkLog(await server.log(), answers);
      }),
      { numRuns: 150 },
    );
  });

  test("[L4] at the same moment to one store has one effect", async () => {
    await fc.assert(
      fc.asyncProperty(requestsArbitrary, async ({ commands, requests }) => {
        const server = await makeServer();
        const answers = new Map<string, Verdict>();
        for (const verdicts of await Promise.all([commands, ...requests].map(server.send))) {
          for (const verdict of verdicts) checkAnswer(answers, verdict);
        }
        await checkLog(await server.log(), answers);
      }),
      { numRuns: 100 },
    );
  });
});

async function makeServer() {
  const store = makeMemoryStore();
  const cache = makeStateCache();
  const [workspace, device] = [newId(), newId()];
  const row = { id: device, code: "K7", name: "Till", role: "owner", tokenHash: "a".repeat(64) } as const;
  const times = { joinedBy: "setup", root: device, joinedAt: someTime, lastSeenAt: null, revokedAt: null };
  await store.createWorkspace(
    { id: workspace, name: "Shop", createdAt: someTime, owner: { ...row, ...times } },
    false,
  );
  return {
    send: async (commands: readonly PushedCommand[]) => {
      const prepared = commands.map(prepareCommand);
      const times = { serverTime: someTime, clockOffsetMs: 0 };
      const ended = await push(store, cache, {
        workspace,
        device,
        cursor: cursorStart,
        commands: prepared,
        ...times,
      });
      if (ended.outcome !== "judged") throw new Error(`expected verdicts, found ${ended.outcome}`);
      return ended.verdicts;
    },
    log: () => store.inWorkspace(workspace, (tx) => tx.readPage(0, { events: 1_000, bytes: 10_000_000 })),
  };
}

/** A conflict is no final answer: the device decides again. Every other one is given again for ever. */
function checkAnswer(answers: Map<string, Verdict>, verdict: Verdict): void {
  const before = answers.get(verdict.command);
  if (before === undefined || before.outcome === "conflict") {
    expect(verdict.outcome).not.toBe("duplicate");
    answers.set(verdict.command, verdict);
  } else if (before.outcome === "accepted") {
    expect(verdict).toEqual({ ...before, outcome: "duplicate" });
  } else expect(verdict).toEqual(before);
}

/** Positions 1..head, versions 1..n per stream, the chain unbroken, and exactly the accepted commands. */
async function checkLog(log: readonly EventRow[], answers: ReadonlyMap<string, Verdict>): Promise<void> {
  expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
  const versions = new Map<string, number>();
  for (const { stream, version } of log) {
    expect(version).toBe((versions.get(stream) ?? 0) + 1);
    versions.set(stream, version);
  }
  const accepted = [...answers.values()].flatMap((answer) =>
    answer.outcome === "accepted" ? answer.positions : [],
  );
  expect(accepted.sort((a, b) => a - b)).toEqual(log.map(({ position }) => position));
  let previous = cursorStart.hash;
  for (const command of new Set(log.map((row) => row.command))) {
    const rows = log.filter((row) => row.command === command);
    previous = linkHash(previous, rows.map(eventOf));
    expect(rows.at(-1)?.hash).toBe(previous);
  }
}
