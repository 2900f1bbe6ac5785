import { expect, test } from "vitest";
import { noteAttempt } from "../../../src/device/storage/attempts.ts";
import { findMeta } from "../../../src/device/storage/meta.ts";
import { aLocalDevice } from "../support/a-device.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 10, 0, second)).toISOString();

test("the last fifty tries are kept, and how many there ever were", async () => {
  const { db } = await aLocalDevice();
  for (let count = 1; count <= 60; count += 1)
    await noteAttempt(db, { at: at(count), tookMs: 10, outcome: "unreachable", sent: count });
  const attempts = await findMeta(db, "attempts");
  expect(attempts?.count).toBe(60);
  expect(attempts?.last).toHaveLength(50);
  expect([attempts?.last[0]?.sent, attempts?.last.at(-1)?.sent]).toEqual([11, 60]);
});

test("asking again and finding nothing is one entry, with how often and when last", async () => {
  const { db } = await aLocalDevice();
  await noteAttempt(db, { at: at(0), tookMs: 10, outcome: "passed", sent: 2 });
  for (let count = 1; count <= 100; count += 1)
    await noteAttempt(db, { at: at(count), tookMs: 10, outcome: "passed", sent: 0 });
  await noteAttempt(db, { at: at(200), tookMs: 10, outcome: "unreachable", sent: 0 });
  const { count, last } = (await findMeta(db, "attempts")) ?? { count: 0, last: [] };
  expect(count).toBe(102);
  expect(last.map(({ outcome, times }) => [outcome, times])).toEqual([
    ["passed", 1],
    ["passed", 100],
    ["unreachable", 1],
  ]);
  expect(last[1]?.at).toBe(at(100));
});
