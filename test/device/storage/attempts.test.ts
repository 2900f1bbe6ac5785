import { expect, test } from "vitest";
import { withAttempt } from "../../../src/device/storage/attempts.ts";
import type { Attempt, Attempts } from "../../../src/device/storage/sync-status.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 10, 0, second)).toISOString();

/** What is kept of so many tries, one after the other. */
function keptOf(tries: readonly Pick<Attempt, "at" | "outcome" | "sent">[]): Attempts {
  const none: Attempts = { count: 0, last: [] };
  return tries.reduce<Attempts>(
    (before, tried) => withAttempt(before, { ...tried, tookMs: 10, position: 3 }),
    none,
  );
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test("the last fifty tries are kept, and how many there ever were", () => {
  const { count, last } = keptOf(
    numbered(60).map((sent) => ({ at: at(sent), outcome: "unreachable", sent })),
  );
  expect(count).toBe(60);
  expect(last).toHaveLength(50);
  expect([last[0]?.sent, last.at(-1)?.sent]).toEqual([11, 60]);
});

test("asking again and finding nothing is one entry, with how often and when last", () => {
  const { count, last } = keptOf([
    { at: at(0), outcome: "passed", sent: 2 },
    ...numbered(100).map((second) => ({ at: at(second), outcome: "passed" as const, sent: 0 })),
    { at: at(200), outcome: "unreachable", sent: 0 },
  ]);
  expect(count).toBe(102);
  expect(last.map(({ outcome, times }) => [outcome, times])).toEqual([
    ["passed", 1],
    ["passed", 100],
    ["unreachable", 1],
  ]);
  expect(last[1]?.at).toBe(at(100));
});
