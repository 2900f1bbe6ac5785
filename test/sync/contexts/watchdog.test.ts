import { expect, test } from "vitest";
import {
  type Stall,
  tickMs,
  type WatchFacts,
  type WatchState,
  watch,
  watchful,
} from "../../../src/sync/contexts/watchdog.ts";

const calm: Omit<WatchFacts, "nowMs"> = {
  active: true,
  pending: 3,
  done: 5,
  position: 9,
  attempts: 1,
  dueAt: undefined,
  waitMs: 0,
};

/** Ticks for so many minutes; `facts` may differ by the ms that have passed. Tells what was tried and said, and when. */
function watchFor(
  minutes: number,
  facts: (passedMs: number) => Partial<WatchFacts> = () => ({}),
  begin: { readonly state: WatchState; readonly fromMs: number } = { state: watchful, fromMs: 0 },
) {
  let { state } = begin;
  const tried: string[] = [];
  const told: (Stall | undefined)[] = [];
  const endMs = begin.fromMs + minutes * 60_000;
  for (let nowMs = begin.fromMs; nowMs <= endMs; nowMs += tickMs) {
    const [next, { remedy, tell }] = watch(state, { ...calm, nowMs, ...facts(nowMs) });
    state = next;
    if (remedy !== undefined) tried.push(`${remedy} at ${nowMs / 1_000}`);
    if (tell !== undefined) told.push(tell.stall);
  }
  return { state, tried, told, endMs };
}

test("[L8] work that does not get away is tried to be freed by one remedy after the other, then it is said", () => {
  const { tried, told } = watchFor(8);
  expect(tried).toEqual(["wake at 180", "take-over at 240", "reopen at 300", "check-update at 360"]);
  expect(told).toEqual([
    { stalledMs: 420_000, tried: ["wake", "take-over", "reopen", "check-update"] },
    { stalledMs: 480_000, tried: ["wake", "take-over", "reopen", "check-update"] },
  ]);
});

test("after it was said remedies go on, far apart, and it says each minute for how long", () => {
  const { tried, told } = watchFor(30);
  expect(tried.slice(4)).toEqual([
    "wake at 720",
    "take-over at 1020",
    "reopen at 1320",
    "check-update at 1620",
  ]);
  expect(told).toHaveLength(24);
});

test("as soon as anything moves all is well again", () => {
  const stuck = watchFor(8);
  const moved = watchFor(2, () => ({ done: 6 }), { state: stuck.state, fromMs: stuck.endMs });
  expect(moved.told).toEqual([undefined]);
  expect(moved.tried).toEqual([]);
  const sent = watchFor(2, () => ({ pending: 0 }), { state: stuck.state, fromMs: stuck.endMs });
  expect(sent.told).toEqual([undefined]);
});

test("is silent while nothing waits, however long", () => {
  expect(watchFor(60, () => ({ pending: 0 })).tried).toEqual([]);
});

test("is silent while things move, however slowly", () => {
  const slow = (passedMs: number) => ({ done: Math.floor(passedMs / 170_000) });
  expect(watchFor(60, slow).tried).toEqual([]);
  expect(watchFor(60, (passedMs) => ({ position: Math.floor(passedMs / 170_000) })).tried).toEqual([]);
});

test("new work that comes in while the old does not go is no progress", () => {
  const typing = watchFor(8, (passedMs) => ({ pending: 3 + Math.floor(passedMs / 20_000) }));
  expect(typing.tried).toHaveLength(4);
});

test("is silent where nobody looks or the browser knows of no network: that time does not count", () => {
  expect(watchFor(600, () => ({ active: false })).tried).toEqual([]);
  const half = watchFor(5, (passedMs) => ({ active: passedMs % (2 * tickMs) === 0 }));
  expect(half.tried).toEqual([]);
});

test.each(["unreachable", "server-busy", "not-our-server", "revoked"] as const)(
  "is silent while %s is tried again automatically",
  (trouble) => {
    const tries = (passedMs: number) => ({
      trouble,
      attempts: Math.floor(passedMs / 60_000),
      waitMs: 60_000,
    });
    expect(watchFor(120, tries).tried).toEqual([]);
  },
);

test("a wait that the server asked for is believed, and one that is never over is not", () => {
  const asked = { trouble: "server-busy", waitMs: 3_600_000, dueAt: 3_600_000 } as const;
  // It is told of a moment after the attempt itself.
  const facts = (passedMs: number) =>
    passedMs < 60_000 ? { trouble: "server-busy" as const, attempts: 2 } : { ...asked, attempts: 2 };
  expect(watchFor(60, facts).tried).toEqual([]);
  expect(watchFor(66, facts).tried[0]).toBe("wake at 3825");
  const forEver = watchFor(90, () => ({ trouble: "server-busy", waitMs: 1e12, dueAt: 1e12 }));
  expect(forEver.tried).not.toEqual([]);
});

test("an attempt that failed once and was never followed by another is not believed for ever", () => {
  expect(watchFor(8, () => ({ trouble: "unreachable" })).tried).toHaveLength(4);
});

test.each(["storage", "unexpected-answer", "unsupported-protocol"] as const)(
  "does something about %s, which trying again does not heal",
  (trouble) => {
    const tries = (passedMs: number) => ({
      trouble,
      attempts: Math.floor(passedMs / 60_000),
      waitMs: 60_000,
    });
    expect(watchFor(8, tries).tried).toHaveLength(4);
  },
);

test("[L12] a page that was frozen, or a machine that slept, has not waited", () => {
  let nowMs = 0;
  let state = watchful;
  for (let ticks = 0; ticks < 50; ticks += 1) {
    nowMs += ticks % 2 === 0 ? tickMs : 3_600_000;
    const [next, { remedy }] = watch(state, { ...calm, nowMs });
    state = next;
    if (nowMs / (3_600_000 + tickMs) < 12) expect(remedy).toBeUndefined();
  }
  // Only the time that it was awake: 25 short ticks, the first of which has nothing before it.
  expect(state.stalledMs).toBe(24 * tickMs);
  const [back] = watch(state, { ...calm, nowMs: nowMs - 1e9 });
  expect(back.stalledMs).toBe(state.stalledMs);
});
