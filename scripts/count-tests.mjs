/**
 * How many tests passed, failed and were skipped, and the names of those that failed.
 * @typedef {{ passed: number, failed: number, skipped: number, failures: readonly string[] }} TestCount
 */

/**
 * What Vitest's JSON report says. A file that could not be loaded has no tests to count: it counts as one failed.
 * @param {{ numPassedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: readonly { name: string, status: string,
 *     assertionResults: readonly { status: string, fullName: string }[] }[] }} report
 * @returns {TestCount}
 */
export function countVitest(report) {
  const failures = report.testResults.flatMap(({ name, status, assertionResults }) => {
    if (status === "failed" && assertionResults.length === 0) return [name];
    return assertionResults
      .filter((result) => result.status === "failed")
      .map(({ fullName }) => `${name}: ${fullName}`);
  });
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

/**
 * One file or group of Playwright's JSON report.
 * @typedef {{ specs: readonly { title: string, file: string, tests: readonly { status: string }[] }[],
 *   suites?: readonly Suite[] }} Suite
 */

/**
 * What Playwright's JSON report says. Errors outside of any test count as failed ones; so do flaky tests.
 * @param {{ stats: { expected: number, skipped: number }, errors: readonly { message?: string }[],
 *   suites: readonly Suite[] }} report
 * @returns {TestCount}
 */
export function countPlaywright({ stats, errors, suites }) {
  const specs = suites.flatMap(specsOf);
  const failures = [
    ...specs.flatMap(({ file, title, tests }) =>
      tests
        .filter(({ status }) => status === "unexpected" || status === "flaky")
        .map(() => `${file}: ${title}`),
    ),
    ...errors.map(({ message }) => message ?? "an error outside of any test"),
  ];
  return { passed: stats.expected, failed: failures.length, skipped: stats.skipped, failures };
}

/**
 * @param {Suite} suite
 * @returns {Suite["specs"]}
 */
function specsOf({ specs, suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

/**
 * The sum as the line that ends `npm test`: `12 passed, 0 failed`, with `, 3 skipped` when there are any.
 * @param {readonly Omit<TestCount, "failures">[]} counts
 */
export function closingLine(counts) {
  const sum = (/** @type {"passed" | "failed" | "skipped"} */ key) =>
    counts.reduce((total, count) => total + count[key], 0);
  const skipped = sum("skipped");
  return `${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
