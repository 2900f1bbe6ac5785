import { describe, expect, test } from "vitest";
import {
  type Answer,
  attemptsMax,
  settlementOf,
} from "../../../../src/server/consumers/webhooks/retry-plan.ts";

const now = new Date("2026-03-01T09:00:00.000Z");
const answered = (status: number, retryAfter: string | null = null): Answer => ({
  outcome: "answered",
  status,
  retryAfter,
});

/** How long after an attempt the next one follows, in seconds; undefined where none does. */
function waitOf(answer: Answer, attempts: number, luck = 0.5): number | undefined {
  const settled = settlementOf(answer, attempts, luck, now);
  return settled.outcome === "retry" ? (Date.parse(settled.dueAt) - now.getTime()) / 1000 : undefined;
}

describe("what an attempt's answer means", () => {
  test.each([200, 201, 202, 204, 299])("%i delivers", (status) => {
    expect(settlementOf(answered(status), 1, 0, now)).toEqual({ outcome: "delivered" });
  });

  test.each([
    [199, "status"],
    [301, "redirect"],
    [307, "redirect"],
    [400, "status"],
    [404, "status"],
    [500, "status"],
  ])("%i is tried again, and says why", (status, reason) => {
    expect(settlementOf(answered(status), 1, 0.5, now)).toEqual({
      outcome: "retry",
      dueAt: "2026-03-01T09:00:05.000Z",
      fault: { reason, status },
    });
  });

  test("410 ends the subscription, at whatever attempt", () => {
    const gone = { outcome: "gone", fault: { reason: "gone", status: 410 } };
    expect(settlementOf(answered(410), 1, 0, now)).toEqual(gone);
    expect(settlementOf(answered(410), attemptsMax, 0, now)).toEqual(gone);
  });

  test("ten attempts over a day, then it is given up", () => {
    const waits = Array.from({ length: attemptsMax }, (_, index) => waitOf(answered(500), index + 1));
    expect(waits).toEqual([5, 60, 300, 900, 2_700, 7_200, 14_400, 21_600, 36_000, undefined]);
    const hours = waits.reduce<number>((sum, wait) => sum + (wait ?? 0), 0) / 3_600;
    expect(hours).toBeGreaterThan(22);
    expect(hours).toBeLessThan(25);
    expect(settlementOf({ outcome: "failed", reason: "timeout" }, attemptsMax, 0, now)).toEqual({
      outcome: "dead",
      fault: { reason: "timeout" },
    });
  });

  test("luck spreads the next attempt, so that many do not come at once", () => {
    expect([waitOf(answered(500), 2, 0), waitOf(answered(500), 2, 0.999)]).toEqual([
      48,
      expect.closeTo(72, 0),
    ]);
  });

  test.each([
    ["in seconds", "120", 120],
    ["as a date", "Sun, 01 Mar 2026 09:10:00 GMT", 600],
    ["shorter than the plan", "1", 5],
    ["in the past", "Sun, 01 Mar 2020 09:10:00 GMT", 5],
    ["longer than a day", "999999", 86_400],
    ["unreadable", "soon", 5],
  ])("Retry-After is obeyed: %s", (_how, header, seconds) => {
    expect(waitOf(answered(503, header), 1)).toBe(seconds);
  });

  test("what this server's own end cut off is tried again at once", () => {
    expect(waitOf({ outcome: "failed", reason: "stopped" }, attemptsMax)).toBe(0);
  });
});
