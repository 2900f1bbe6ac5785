import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs, backoffMsMax, backoffMsMin } from "../../../src/sync/calls/backoff.ts";
import {
  type StepEffect,
  type StepInput,
  type StepState,
  step,
  stopped,
} from "../../../src/sync/engine/step.ts";

/** What a leader would see: the state, whether a timer is set, and how many exchanges are in flight. */
interface Leader {
  readonly state: StepState;
  readonly timerMs: number | undefined;
  readonly inFlight: number;
}

const idle: Leader = { state: stopped, timerMs: undefined, inFlight: 0 };

function feed(leader: Leader, input: StepInput): Leader {
  const landed = input.type === "passed" || input.type === "failed" ? 1 : 0;
  const [state, effects] = step(leader.state, input);
  const timer = input.type === "timer" ? undefined : leader.timerMs;
  return effects.reduce<Leader>(carryOut, { state, timerMs: timer, inFlight: leader.inFlight - landed });
}

function carryOut(leader: Leader, effect: StepEffect): Leader {
  switch (effect.type) {
    case "exchange":
      return { ...leader, inFlight: leader.inFlight + 1 };
    case "wait":
      return { ...leader, timerMs: effect.delayMs };
    case "cancel-wait":
      return { ...leader, timerMs: undefined };
  }
}

const passed = { type: "passed", again: false, nowMs: 1_000, luck: 0.5 } as const;
const failed = { type: "failed", trouble: "unreachable", commands: 40, nowMs: 1_000, luck: 0.5 } as const;

test("what a proxy finds too large is halved and sent again at once, down to one command, which then waits", () => {
  const tooLarge = (commands: number) =>
    ({ ...failed, trouble: "not-our-server", between: "too-large", commands }) as const;
  let leader = feed(idle, { type: "start" });
  const sizes: number[] = [];
  for (let commands = 40; leader.state.phase === "exchanging"; commands = leader.state.commandsMax) {
    sizes.push(commands);
    leader = feed(leader, tooLarge(commands));
    if (leader.state.phase !== "exchanging") break;
    expect(leader.inFlight).toBe(1);
  }
  expect(sizes).toEqual([40, 20, 10, 5, 2, 1]);
  expect(leader.timerMs).toBeGreaterThan(0);
});

/** Only what can happen in a state: an exchange ends only where one is in flight, a timer rings only where one is set. */
const happenings = fc.array(
  fc.record({
    kind: fc.constantFrom("wake", "end", "ring", "stop-start"),
    ok: fc.boolean(),
    again: fc.boolean(),
    luck: fc.double({ min: 0, max: 0.999, noNaN: true }),
    commands: fc.integer({ min: 0, max: 200 }),
    retryAfterMs: fc.option(fc.integer({ min: 1, max: 7_200_000 }), { nil: undefined }),
    clockJumpMs: fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
  }),
  { maxLength: 60 },
);

test("[L8] while it runs, an exchange is in flight or a wake is due, and never two exchanges", () => {
  fc.assert(
    fc.property(happenings, (list) => {
      let leader = feed(idle, { type: "start" });
      let nowMs = 1_700_000_000_000;
      for (const it of list) {
        nowMs += it.clockJumpMs;
        if (it.kind === "wake") leader = feed(leader, { type: "wake" });
        if (it.kind === "end" && leader.inFlight > 0) leader = feed(leader, ending(it, nowMs));
        if (it.kind === "ring" && leader.timerMs !== undefined) {
          leader = feed(leader, { type: "timer" });
        }
        if (it.kind === "stop-start") {
          leader = { ...feed(leader, { type: "stop" }), inFlight: 0 };
          expect(leader.timerMs).toBeUndefined();
          leader = feed(leader, { type: "start" });
        }
        expect(leader.inFlight).toBeLessThanOrEqual(1);
        expect(leader.inFlight === 1 || leader.timerMs !== undefined).toBe(true);
        expect(leader.timerMs ?? 0).toBeLessThanOrEqual(3_600_000);
      }
    }),
  );
});

function ending(
  it: {
    readonly ok: boolean;
    readonly again: boolean;
    readonly luck: number;
    readonly commands: number;
    readonly retryAfterMs: number | undefined;
  },
  nowMs: number,
): StepInput {
  if (it.ok) return { type: "passed", again: it.again, nowMs, luck: it.luck };
  const wait = it.retryAfterMs === undefined ? {} : { retryAfterMs: it.retryAfterMs };
  return { type: "failed", trouble: "server-busy", commands: it.commands, nowMs, luck: it.luck, ...wait };
}

test("backoff draws between half a second and a ceiling that doubles to a minute", () => {
  expect(backoffMs(1, 0)).toBe(backoffMsMin);
  expect(backoffMs(1, 0.999999)).toBe(1_000);
  expect(backoffMs(3, 0.999999)).toBe(4_000);
  expect(backoffMs(50, 0.999999)).toBe(backoffMsMax);
});

test("success resets the backoff", () => {
  const failing = [failed, { type: "timer" }, failed].reduce<Leader>(
    (leader, input) => feed(leader, input as StepInput),
    feed(idle, { type: "start" }),
  );
  expect(failing.state).toMatchObject({ phase: "waiting", failures: 2 });
  const healed = feed(feed(failing, { type: "wake" }), passed);
  expect(healed.state).toMatchObject({ phase: "waiting", failures: 0 });
});

test("a wake during an exchange is not lost: it goes again at once", () => {
  const leader = feed(feed(feed(idle, { type: "start" }), { type: "wake" }), passed);
  expect(leader).toMatchObject({ inFlight: 1, state: { phase: "exchanging" } });
});

test("a wake cuts a backoff short, but not the wait that the server asked for", () => {
  const inFlight = feed(idle, { type: "start" });
  expect(feed(feed(inFlight, failed), { type: "wake" }).inFlight).toBe(1);
  const asked = feed(inFlight, { ...failed, retryAfterMs: 10_000 });
  expect(asked.timerMs).toBeGreaterThanOrEqual(10_000);
  expect(feed(asked, { type: "wake" }).inFlight).toBe(0);
});

test("after two failures a batch is halved, down to one command, and grows again when it passes", () => {
  let leader = feed(idle, { type: "start" });
  const sizes: number[] = [];
  for (let round = 0; round < 14; round += 1) {
    leader = feed(feed(leader, { ...failed, commands: batchOf(leader) }), { type: "wake" });
    sizes.push(batchOf(leader));
  }
  expect(sizes.filter((_, index) => index % 2 === 1)).toEqual([100, 50, 25, 12, 6, 3, 1]);
  expect(batchOf(feed(leader, { ...passed, again: true }))).toBe(2);
});

test("a server that says when to come back is full: batches are halved after four such answers, not after two", () => {
  const full = { ...failed, retryAfterMs: 2_000, commands: 200 };
  let leader = feed(idle, { type: "start" });
  const sizes: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    leader = feed(feed(leader, { ...full, commands: batchOf(leader) }), { type: "timer" });
    sizes.push(batchOf(leader));
  }
  expect(sizes).toEqual([200, 200, 200, 100, 100, 100, 100, 50]);
});

function batchOf(leader: Leader): number {
  return leader.state.phase === "stopped" ? 0 : leader.state.commandsMax;
}
