import { expect, test } from "vitest";
import { closingLine, countPlaywright, countVitest } from "../../scripts/count-tests.mjs";

test("the closing line sums up all runs", () => {
  const counts = [
    { passed: 3, failed: 0, skipped: 0 },
    { passed: 4, failed: 1, skipped: 0 },
  ];
  expect(closingLine(counts)).toBe("7 passed, 1 failed");
});

test("skipped tests are named when there are any", () => {
  expect(closingLine([{ passed: 3, failed: 0, skipped: 2 }])).toBe("3 passed, 0 failed, 2 skipped");
});

test("a file that Vitest could not load counts as failed", () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: "passed", assertionResults: [{}] },
      { status: "failed", assertionResults: [{}] },
      { status: "failed", assertionResults: [] },
    ],
  };
  expect(countVitest(report)).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test("a flaky test and an error outside of any test count as failed", () => {
  const report = { stats: { expected: 2, unexpected: 1, flaky: 1, skipped: 1 }, errors: [{}] };
  expect(countPlaywright(report)).toEqual({ passed: 2, failed: 3, skipped: 1 });
});
