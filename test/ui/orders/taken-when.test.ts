import { expect, test } from "vitest";
import { takenWhen } from "../../../src/ui/orders/taken-when.ts";

test.each([
  ["2026-03-01T09:00:00.000Z", undefined, "waiting"],
  ["2026-03-01T09:00:00.000Z", "2026-03-01T09:00:20.000Z", "at-once"],
  ["2026-03-01T09:00:00.000Z", "2026-03-01T09:01:59.000Z", "at-once"],
  ["2026-03-01T09:01:59.000Z", "2026-03-01T09:00:00.000Z", "at-once"],
  ["2026-03-01T09:00:00.000Z", "2026-03-01T09:02:01.000Z", "offline"],
  ["2026-03-01T09:00:00.000Z", "2026-03-02T08:59:00.000Z", "offline"],
  ["2026-03-01T09:00:00.000Z", "2026-03-02T09:01:00.000Z", "far-apart"],
  ["2019-01-01T08:00:00.000Z", "2026-03-01T09:00:00.000Z", "far-apart"],
  ["2026-03-01T09:02:01.000Z", "2026-03-01T09:00:00.000Z", "ahead"],
] as const)("taken %s and received %s is %s", (happenedAt, recordedAt, expected) => {
  expect(takenWhen(recordedAt === undefined ? { happenedAt } : { happenedAt, recordedAt })).toBe(expected);
});
