/**
 * `npm run laws`: each law, its promise, and the tests that proved it in the last `npm test`, from the tests' own titles
 * (`[L4] ...`). Exits 1 when a law has no passing test, or a failing one. `npm test` ends with the same check.
 */
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** Where `npm test` leaves what its runners reported. */
export const reportPaths = {
  vitest: "node_modules/.cache/test-reports/vitest.json",
  playwright: "node_modules/.cache/test-reports/playwright.json",
  smoke: "node_modules/.cache/test-reports/smoke.json",
};

const promises = {
  L1: "Saved means saved",
  L2: "All or nothing",
  L3: "Acknowledged means durable",
  L4: "Exactly one effect",
  L5: "No gap, no skip",
  L6: "Nothing vanishes",
  L7: "One bad item blocks nothing",
  L8: "Bounded recovery",
  L9: "Convergence",
  L10: "Merge keeps both",
  L11: "Any tab writes, one context syncs",
  L12: "Clocks decide nothing",
  L13: "Old and new live together",
  L14: "The fleet heals the server",
  L15: "Workspaces never touch",
  L16: "Everything has a limit",
};

/**
 * @typedef {{ title: string, passed: boolean }} RanTest
 * @typedef {{ law: string, promise: string, passed: readonly string[], failed: readonly string[] }} LawProof
 */

/**
 * Which tests stand for each law, by the marks in their titles. Skipped tests prove nothing and are left out before.
 * @param {readonly RanTest[]} tests
 * @returns {readonly LawProof[]}
 */
export function proofsOf(tests) {
  return Object.entries(promises).map(([law, promise]) => {
    const marked = tests.filter(({ title }) => title.includes(`[${law}]`));
    const titles = (/** @type {boolean} */ passed) => [
      ...new Set(marked.filter((test) => test.passed === passed).map(({ title }) => title)),
    ];
    return { law, promise, passed: titles(true), failed: titles(false) };
  });
}

/**
 * The tests of Vitest's JSON report that ran.
 * @param {{ testResults: readonly { assertionResults: readonly { fullName: string, status: string }[] }[] }} report
 * @returns {readonly RanTest[]}
 */
export function vitestTests({ testResults }) {
  return (
    testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === "passed" || status === "failed")
      // With what the tests around it are about: a law may be named there.
      .map(({ fullName, status }) => ({ title: fullName, passed: status === "passed" }))
  );
}

/**
 * @typedef {{ title: string, ok: boolean, tests: readonly { status: string }[] }} Spec
 * @typedef {{ specs?: readonly Spec[], suites?: readonly Suite[] }} Suite
 */

/**
 * The tests of Playwright's JSON report that ran.
 * @param {{ suites: readonly Suite[] }} report
 * @returns {readonly RanTest[]}
 */
export function playwrightTests({ suites }) {
  /** @type {(suite: Suite) => readonly Spec[]} */
  const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];
  return suites
    .flatMap(specsOf)
    .filter(({ tests }) => tests.some(({ status }) => status !== "skipped"))
    .map(({ title, ok }) => ({ title, passed: ok }));
}

/**
 * Prints the table; tells whether every law has a passing test and none that failed.
 * @param {readonly LawProof[]} proofs
 */
export function printLaws(proofs) {
  for (const { law, promise, passed, failed } of proofs) {
    console.log(`${law.padEnd(4)} ${promise} (${passed.length} tests)`);
    for (const title of failed) console.log(`       FAILED ${title}`);
    for (const title of passed) console.log(`       ${title}`);
  }
  const unproven = proofs.filter(({ passed, failed }) => passed.length === 0 || failed.length > 0);
  if (unproven.length > 0) console.error(`Not proven: ${unproven.map(({ law }) => law).join(", ")}`);
  return unproven.length === 0;
}

/** What the runners reported last. */
export function readRanTests() {
  const read = (/** @type {string} */ path) => JSON.parse(readFileSync(path, "utf8"));
  return [
    ...vitestTests(read(reportPaths.vitest)),
    ...[reportPaths.playwright, reportPaths.smoke].flatMap((path) => playwrightTests(read(path))),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const missing = Object.values(reportPaths).filter((path) => !existsSync(path));
  if (missing.length > 0) {
    console.error(`No report of a run at ${missing.join(" and ")}: run npm test first.`);
    process.exitCode = 1;
  } else if (!printLaws(proofsOf(readRanTests()))) process.exitCode = 1;
}
