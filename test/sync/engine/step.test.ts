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
  /** How often a timer was set. */
  readonly waits: number;
  readonly inFlight: number;
  /** Which commands were to be held. */
  readonly held: readonly string[];
  /** Whether a wake that is done has left nothing. */
  readonly isAll?: boolean;
}

const idle: Leader = { state: stopped, timerMs: undefined, waits: 0, inFlight: 0, held: [] };

/** What happened, without the turn: it is the one of the exchange that is in flight. */
type Happened = StepInput extends infer Input
  ? Input extends { turn: number }
    ? Omit<Input, "turn">
    : Input
  : never;

const start = { type: "start", as: "page" } as const;

/** The ids of so many commands. */
const ids = (count: number) => Array.from({ length: count }, (_, index) => `command-${index}`);

function feed(leader: Leader, happened: Happened): Leader {
  const landed = happened.type === "passed" || happened.type === "failed" ? 1 : 0;
  const input: StepInput =
    happened.type === "passed" || happened.type === "failed"
      ? { ...happened, turn: leader.state.turn }
      : happened;
  const [state, effects] = step(leader.state, input);
  const timer = input.type === "timer" ? undefined : leader.timerMs;
  return effects.reduce<Leader>(carryOut, {
    ...leader,
    state,
    timerMs: timer,
    inFlight: leader.inFlight - landed,
  });
}

function carryOut(leader: Leader, effect: StepEffect): Leader {
  switch (effect.type) {
    case "exchange":
      return { ...leader, inFlight: leader.inFlight + 1 };
    case "wait":
    case "settle":
      return { ...leader, timerMs: effect.delayMs, waits: leader.waits + 1 };
    case "cancel-wait":
      return { ...leader, timerMs: undefined };
    case "hold":
      return { ...leader, held: [...leader.held, ...effect.guilty.map(({ id }) => id)] };
    case "done":
      return { ...leader, isAll: effect.isAll };
  }
}

const passed = { type: "passed", again: false, sent: [] as string[], nowMs: 1_000, luck: 0.5 } as const;
const failed = { type: "failed", trouble: "unreachable", sent: ids(40), nowMs: 1_000, luck: 0.5 } as const;

test("what a proxy finds too large is halved and sent again at once, down to one command, which then waits", () => {
  const tooLarge = (commands: number) =>
    ({ ...failed, trouble: "not-our-server", between: "too-large", sent: ids(commands) }) as const;
  let leader = feed(idle, start);
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
    kind: fc.constantFrom("wake", "saved", "end", "ring", "stop-start"),
    ok: fc.boolean(),
    again: fc.boolean(),
    luck: fc.double({ min: 0, max: 0.999, noNaN: true }),
    commands: fc.integer({ min: 0, max: 200 }),
    retryAfterMs: fc.option(fc.integer({ min: 1, max: 7_200_000 }), { nil: undefined }),
    clockJumpMs: fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
  }),
  { maxLength: 60 },
);

test("[L8] [ST1] [ST2] [ST3] while a page syncs, an exchange is in flight or a wake is due, never two exchanges, no wait over an hour", () => {
  fc.assert(
    fc.property(happenings, (list) => {
      let leader = feed(idle, start);
      let nowMs = 1_700_000_000_000;
      for (const it of list) {
        nowMs += it.clockJumpMs;
        if (it.kind === "wake") leader = feed(leader, { type: "wake" });
        if (it.kind === "saved") leader = feed(leader, { type: "saved", seq: it.commands, nowMs });
        if (it.kind === "end" && leader.inFlight > 0) leader = feed(leader, ending(it, nowMs));
        if (it.kind === "ring" && leader.timerMs !== undefined) {
          leader = feed(leader, { type: "timer" });
        }
        if (it.kind === "stop-start") {
          leader = { ...feed(leader, { type: "stop" }), inFlight: 0 };
          expect(leader.timerMs).toBeUndefined();
          leader = feed(leader, start);
        }
        expect(leader.inFlight).toBeLessThanOrEqual(1);
        expect(leader.inFlight === 1 || leader.timerMs !== undefined).toBe(true);
        expect(leader.timerMs ?? 0).toBeLessThanOrEqual(3_600_000);
      }
    }),
  );
});

test("[ST4] the end of an exchange that is not the one in flight changes nothing", () => {
  fc.assert(
    fc.property(happenings, fc.integer({ min: -3, max: 3 }), fc.boolean(), (list, offset, ok) => {
      const late = offset === 0 ? -1 : offset;
      let leader = feed(idle, start);
      for (const it of list) {
        if (it.kind === "wake") leader = feed(leader, { type: "wake" });
        if (it.kind === "saved") leader = feed(leader, { type: "saved", seq: it.commands, nowMs: 0 });
        if (it.kind === "end" && leader.inFlight > 0) leader = feed(leader, ending(it, 0));
        if (it.kind === "ring" && leader.timerMs !== undefined) leader = feed(leader, { type: "timer" });
        if (it.kind === "stop-start") {
          leader = feed({ ...feed(leader, { type: "stop" }), inFlight: 0 }, start);
        }
        const end = ok ? passed : failed;
        expect(step(leader.state, { ...end, turn: leader.state.turn + late })).toEqual([leader.state, []]);
        // None is in flight while it waits: not even the last one may end again.
        if (leader.state.phase === "waiting")
          expect(step(leader.state, { ...end, turn: leader.state.turn })).toEqual([leader.state, []]);
      }
    }),
  );
});

test("[L8] [ST2] [ST5] a wake of the service worker exchanges, one at a time, or is done: it never waits", () => {
  fc.assert(
    fc.property(happenings, (list) => {
      let worker = feed(idle, { type: "start", as: "wake" });
      for (const it of list) {
        if (worker.inFlight > 0) worker = feed(worker, ending(it, 0));
        expect(worker.timerMs).toBeUndefined();
        expect(worker.inFlight).toBe(worker.isAll === undefined ? 1 : 0);
        expect(worker.state.phase).toBe(worker.isAll === undefined ? "exchanging" : "stopped");
      }
    }),
  );
});

test("[L8] a wake comes to an end, whichever commands fail and however often, and sends all that do not", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (broken) => {
      const waiting = new Set(broken.map((_, index) => `command-${index}`));
      const breaks = (id: string) => broken[Number(id.slice("command-".length))] === true;
      let worker = feed(idle, { type: "start", as: "wake" });
      for (let exchanges = 0; worker.inFlight > 0; exchanges += 1) {
        expect(exchanges).toBeLessThan(200);
        if (worker.state.phase !== "exchanging") throw new Error("expected an exchange in flight");
        const { commandsMax, blame } = worker.state;
        const free = [...waiting].filter((id) => !blame.suspects.includes(id));
        const sent = free.slice(0, commandsMax);
        if (sent.some(breaks)) worker = feed(worker, { ...failed, trouble: "server-busy", sent });
        else {
          for (const id of sent) waiting.delete(id);
          worker = feed(worker, { ...passed, sent, again: free.length > sent.length });
        }
      }
      expect(worker.isAll).toBe(!broken.includes(true));
      if (broken.filter(Boolean).length <= 1) expect([...waiting].filter((id) => !breaks(id))).toEqual([]);
    }),
  );
});

/** A page that syncs in virtual time: exchanges take as long as it is told, timers ring when they are due. */
function aPage() {
  let leader = feed(idle, start);
  let nowMs = 1_700_000_000_000;
  let seq = 0;
  let lastSeq = 0;
  let endsAtMs = nowMs;
  let dueAtMs = Number.POSITIVE_INFINITY;
  /** When each command was saved that no exchange has begun to send. */
  let unsent: readonly number[] = [];
  const begun: number[] = [];
  const see = (happened: Happened, tookMs: number) => {
    const { turn } = leader.state;
    const { waits } = leader;
    leader = feed(leader, happened);
    if (leader.timerMs === undefined) dueAtMs = Number.POSITIVE_INFINITY;
    else if (leader.waits !== waits) dueAtMs = nowMs + leader.timerMs;
    if (leader.state.turn === turn) return;
    begun.push(nowMs);
    endsAtMs = nowMs + tookMs;
    lastSeq = seq;
    unsent = [];
  };
  const advance = (ms: number, tookMs: number) => {
    const untilMs = nowMs + ms;
    while (Math.min(leader.inFlight > 0 ? endsAtMs : Number.POSITIVE_INFINITY, dueAtMs) <= untilMs) {
      if (leader.inFlight > 0) {
        nowMs = endsAtMs;
        see({ ...passed, again: unsent.length > 0, soon: unsent.length > 0, lastSeq, nowMs }, tookMs);
      } else {
        nowMs = dueAtMs;
        see({ type: "timer" }, tookMs);
      }
    }
    nowMs = untilMs;
  };
  const save = (tookMs: number) => {
    seq += 1;
    unsent = [...unsent, nowMs];
    see({ type: "saved", seq, nowMs }, tookMs);
  };
  const wake = (tookMs: number) => see({ type: "wake" }, tookMs);
  return {
    advance,
    save,
    wake,
    begun: () => begun.length,
    waitedMs: () => (leader.inFlight > 0 || unsent[0] === undefined ? 0 : dueAtMs - unsent[0]),
    turnBackMs: (ms: number) => {
      nowMs -= ms;
    },
  };
}

test("[ST6] what is saved is sent within a second, however much is saved after it, unless the server asked for a wait", () => {
  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom("save", "save", "pass-time", "wake"),
      ms: fc.integer({ min: 0, max: 400 }),
      tookMs: fc.integer({ min: 0, max: 900 }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (list) => {
      const page = aPage();
      for (const { kind, ms, tookMs } of list) {
        if (kind === "save") page.save(tookMs);
        else if (kind === "wake") page.wake(tookMs);
        page.advance(ms, tookMs);
        expect(page.waitedMs()).toBeLessThanOrEqual(1_000);
      }
    }),
  );
});

test("a save waits until nothing is saved for a moment, and somebody who goes on saving is sent for once a second", () => {
  const page = aPage();
  page.advance(500, 10);
  const before = page.begun();
  page.save(10);
  page.advance(199, 10);
  expect(page.begun()).toBe(before);
  page.advance(1, 10);
  expect(page.begun()).toBe(before + 1);
  page.advance(2_000, 10);
  expect(page.begun()).toBe(before + 1);
  for (let saves = 0; saves < 40; saves += 1) {
    page.save(10);
    page.advance(100, 10);
  }
  expect(page.begun()).toBe(before + 1 + 4);
});

test("what else wakes it does not wait for somebody who saves", () => {
  const page = aPage();
  page.advance(500, 10);
  const before = page.begun();
  page.save(10);
  page.wake(10);
  expect(page.begun()).toBe(before + 1);
});

test("[L12] a clock that is set back while somebody saves makes nothing wait longer", () => {
  const page = aPage();
  page.advance(500, 10);
  const before = page.begun();
  page.save(10);
  page.turnBackMs(3_600_000);
  page.save(10);
  expect(page.begun()).toBe(before + 1);
});

test("what was saved while an exchange was in flight waits like any other save, and what that one took is not sent for again", () => {
  let leader = feed(idle, start);
  leader = feed(leader, { type: "saved", seq: 7, nowMs: 900 });
  const left = feed(leader, { ...passed, again: true, soon: true, lastSeq: 6 });
  expect(left).toMatchObject({ inFlight: 0, timerMs: 100 });
  expect(feed(left, { type: "timer" }).inFlight).toBe(1);
  const taken = feed(leader, { ...passed, lastSeq: 7 });
  expect(taken).toMatchObject({ inFlight: 0, state: { phase: "waiting" } });
  expect(taken.timerMs).toBeGreaterThan(20_000);
});

test("[L7] a command that fails alone lets the others pass, and is to be held after three times", () => {
  let leader = feed(idle, start);
  const bad = { ...failed, trouble: "server-busy", sent: ["bad"] } as const;
  for (let times = 1; times <= 3; times += 1) {
    leader = feed(feed(leader, bad), { type: "wake" });
    expect(leader.state).toMatchObject({ phase: "exchanging", blame: { suspects: ["bad"] } });
    expect(leader.held).toEqual([]);
    if (times === 3) break;
    leader = feed(leader, { ...passed, sent: ["good"] });
    // Those that were left out get their try at once.
    expect(leader.state).toMatchObject({ phase: "exchanging", blame: { suspects: [] } });
  }
  leader = feed(leader, { ...passed, sent: ["good"] });
  expect(leader.held).toEqual(["bad"]);
});

test("a command that passes in the end is innocent: what it failed of before is forgotten", () => {
  let leader = feed(idle, start);
  const bad = { ...failed, trouble: "server-busy", sent: ["slow"] } as const;
  for (let times = 0; times < 2; times += 1) {
    leader = feed(feed(feed(leader, bad), { type: "wake" }), passed);
  }
  leader = feed(leader, { ...passed, sent: ["slow"] });
  leader = feed(feed(feed(leader, { type: "wake" }), bad), { type: "wake" });
  expect(feed(leader, passed).held).toEqual([]);
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
): Happened {
  if (it.ok) return { type: "passed", again: it.again, sent: ids(it.commands), nowMs, luck: it.luck };
  const wait = it.retryAfterMs === undefined ? {} : { retryAfterMs: it.retryAfterMs };
  return { type: "failed", trouble: "server-busy", sent: ids(it.commands), nowMs, luck: it.luck, ...wait };
}

test("backoff draws between half a second and a ceiling that doubles to a minute", () => {
  expect(backoffMs(1, 0)).toBe(backoffMsMin);
  expect(backoffMs(1, 0.999999)).toBe(1_000);
  expect(backoffMs(3, 0.999999)).toBe(4_000);
  expect(backoffMs(50, 0.999999)).toBe(backoffMsMax);
});

test("success resets the backoff", () => {
  const failing = [failed, { type: "timer" }, failed].reduce<Leader>(
    (leader, input) => feed(leader, input as Happened),
    feed(idle, start),
  );
  expect(failing.state).toMatchObject({ phase: "waiting", failures: 2 });
  const healed = feed(feed(failing, { type: "wake" }), passed);
  expect(healed.state).toMatchObject({ phase: "waiting", failures: 0 });
});

test("a wake during an exchange is not lost: it goes again at once", () => {
  const leader = feed(feed(feed(idle, start), { type: "wake" }), passed);
  expect(leader).toMatchObject({ inFlight: 1, state: { phase: "exchanging" } });
});

test("a wake cuts a backoff short, but not the wait that the server asked for", () => {
  const inFlight = feed(idle, start);
  expect(feed(feed(inFlight, failed), { type: "wake" }).inFlight).toBe(1);
  const asked = feed(inFlight, { ...failed, retryAfterMs: 10_000 });
  expect(asked.timerMs).toBeGreaterThanOrEqual(10_000);
  expect(feed(asked, { type: "wake" }).inFlight).toBe(0);
  const saved = { type: "saved", seq: 1, nowMs: 1_000 } as const;
  expect(feed(feed(inFlight, failed), saved).timerMs).toBe(200);
  expect(feed(asked, saved)).toMatchObject({ inFlight: 0, timerMs: asked.timerMs });
});

test("after two failures a batch is halved, down to one command, and grows again when it passes", () => {
  let leader = feed(idle, start);
  const sizes: number[] = [];
  for (let round = 0; round < 14; round += 1) {
    leader = feed(feed(leader, { ...failed, sent: ids(batchOf(leader)) }), { type: "wake" });
    sizes.push(batchOf(leader));
  }
  expect(sizes.filter((_, index) => index % 2 === 1)).toEqual([100, 50, 25, 12, 6, 3, 1]);
  expect(batchOf(feed(leader, { ...passed, again: true }))).toBe(2);
});

test("a server that says when to come back is full: batches are halved after four such answers, not after two", () => {
  const full = { ...failed, retryAfterMs: 2_000, sent: ids(200) };
  let leader = feed(idle, start);
  const sizes: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    leader = feed(feed(leader, { ...full, sent: ids(batchOf(leader)) }), { type: "timer" });
    sizes.push(batchOf(leader));
  }
  expect(sizes).toEqual([200, 200, 200, 100, 100, 100, 100, 50]);
});

function batchOf(leader: Leader): number {
  return leader.state.phase === "stopped" ? 0 : leader.state.commandsMax;
}
