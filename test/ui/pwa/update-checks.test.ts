import { expect, test } from "vitest";
import { makeUpdateChecks } from "../../../src/ui/pwa/update-checks.ts";

test("an app that is seen again looks for an update, but not at every glance", () => {
  let looks = 0;
  const checks = makeUpdateChecks(() => (looks += 1), 600_000, 0);
  const after = (nowMs: number) => {
    checks.look(nowMs);
    return looks;
  };
  expect([after(1_000), after(599_999)]).toEqual([0, 0]);
  expect([after(600_000), after(600_001), after(1_199_999)]).toEqual([1, 1, 1]);
  expect(after(1_200_000)).toBe(2);
  // A clock that was wrong by years does not keep it from looking.
  expect([after(5_000), after(5_001)]).toEqual([3, 3]);
});
