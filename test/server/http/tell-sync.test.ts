import { expect, test } from "vitest";
import { problem } from "../../../src/protocol/problem.ts";
import type { Verdict } from "../../../src/protocol/sync-messages.ts";
import { tellSync } from "../../../src/server/http/tell-sync.ts";
import { noMetrics } from "../../../src/server/telemetry/metrics.ts";
import { noTelemetry } from "../../../src/server/telemetry/telemetry.ts";
import { drafted, lineAdded, makeOrderHand } from "../support/commands.ts";

test("a push of a hundred commands is counted once for each kind of answer, and each of its commands is in it", () => {
  const counted: (readonly [string, number, object])[] = [];
  const ages: number[] = [];
  const metrics: typeof noMetrics = {
    ...noMetrics,
    count: (name, by = 1, labels = {}) => void counted.push([name, by, labels]),
    measure: (name, value) => void (name === "docket.command.age" && ages.push(value)),
  };
  const commands = Array.from({ length: 100 }, (_, index) =>
    makeOrderHand().command(index + 1, drafted(`K7-${index}`), lineAdded("TEA")),
  );
  const taken = problem("number-taken", 409, "Another order has this number");
  const verdicts = commands.map(({ id }, index): Verdict => {
    if (index < 90) return { command: id, outcome: "accepted", positions: [2 * index + 1, 2 * index + 2] };
    if (index < 97) return { command: id, outcome: "refused", problem: taken };
    return { command: id, outcome: "conflict", version: 3 };
  });
  const pushed = { outcome: "judged", verdicts, differing: [], taken: [] } as const;
  const stored = { head: 180, stored: true, addedBytes: 0, storedBytes: 0 };
  tellSync(
    { ...noTelemetry, metrics },
    {
      ...{ self: "", device: "d", workspace: "w", commands, clockOffsetMs: 0 },
      ...{ startMs: Date.parse("2026-03-01T10:00:00.000Z"), endMs: 0, page: undefined, sizeBytes: 0 },
      pushed: { ...pushed, ...stored },
    },
  );
  expect(counted).toEqual([
    ["docket.pushes", 1, { outcome: "judged" }],
    ["docket.commands", 90, { verdict: "accepted", code: "none" }],
    ["docket.commands", 7, { verdict: "refused", code: "number-taken" }],
    ["docket.commands", 3, { verdict: "conflict", code: "none" }],
    ["docket.events.accepted", 180, { kind: "order" }],
  ]);
  expect(ages).toEqual(Array.from({ length: 90 }, () => 3_600));
});
