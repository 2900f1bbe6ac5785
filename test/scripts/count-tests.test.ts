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

test("a file that Vitest could not load counts as failed, and what failed is named", () => {
  const report = {
    numPassedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      {
        name: "one.test.ts",
        status: "failed",
        assertionResults: [
          { status: "passed", fullName: "adds" },
          { status: "failed", fullName: "subtracts" },
        ],
      },
      { name: "two.test.ts", status: "failed", assertionResults: [] },
    ],
  };
  expect(countVitest(report)).toEqual({
    passed: 1,
    failed: 2,
    skipped: 3,
    failures: ["one.test.ts: subtracts", "two.test.ts"],
  });
});

test("a flaky test and an error outside of any test count as failed, and are named", () => {
  const spec = (title: string, status: string) => ({ title, file: "one.spec.ts", tests: [{ status }] });
  const report = {
    stats: { expected: 2, skipped: 1 },
    errors: [{ message: "no browser" }],
    suites: [
      {
        specs: [spec("adds", "expected"), spec("subtracts", "flaky")],
        suites: [{ specs: [spec("divides", "unexpected"), spec("rounds", "expected")] }],
      },
    ],
  };
  expect(countPlaywright(report)).toEqual({
    passed: 2,
    failed: 3,
    skipped: 1,
    failures: ["one.spec.ts: subtracts", "one.spec.ts: divides", "no browser"],
  });
});
