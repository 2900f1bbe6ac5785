/**
 * `npm run laws`: each law, its promise, and the tests that proved it in the last `npm test`, from the tests' own titles
 * (`[L4] ...`); and the local rules that comments state (`ST1`), against the marks in titles, both ways. Exits 1 when one
 * has no passing test, or a failing one. `npm test` ends with the same check.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
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
 * The rules that a file states in its comments, each as a line ` * - ST1 ...`.
 * @param {string} text
 * @returns {readonly string[]}
 */
export function rulesIn(text) {
  return [...text.matchAll(/^\s*\* - ([A-Z]{2}\d+) /gm)].map(([, rule]) => String(rule));
}

/** Every rule that a comment of `src` states. A rule stands in one place. */
export function readRules() {
  return readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap((path) => rulesIn(readFileSync(`src/${path}`, "utf8")));
}

/**
 * What is wrong between the rules in the comments and the marks in the titles of the tests that ran, as sentences: a
 * rule that no passing test bears, or that one has broken; a mark of no rule; a rule that is stated twice.
 * @param {readonly string[]} rules
 * @param {readonly RanTest[]} tests
 * @returns {readonly string[]}
 */
export function ruleFaults(rules, tests) {
  const marks = tests.flatMap(({ title, passed }) =>
    [...title.matchAll(/\[([A-Z]{2}\d+)\]/g)].map(([, rule]) => ({ rule: String(rule), title, passed })),
  );
  const twice = rules.filter((rule, index) => rules.indexOf(rule) !== index);
  const unproven = rules.filter((rule) => !marks.some((mark) => mark.rule === rule && mark.passed));
  return [
    ...twice.map((rule) => `${rule} is stated in two places`),
    ...unproven.map((rule) => `${rule} has no passing test`),
    ...marks.filter(({ passed }) => !passed).map(({ rule, title }) => `${rule} is broken: ${title}`),
    ...marks
      .filter(({ rule }) => !rules.includes(rule))
      .map(({ rule, title }) => `${rule} is stated nowhere, and marked by: ${title}`),
  ];
}

/** Prints what is wrong with the local rules; tells whether nothing is. */
export function printRules() {
  const rules = readRules();
  const faults = ruleFaults(rules, readRanTests());
  for (const fault of faults) console.error(fault);
  if (faults.length === 0) console.log(`Local rules, each with a passing test: ${rules.join(", ")}`);
  return faults.length === 0;
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
  } else {
    const isProven = printLaws(proofsOf(readRanTests()));
    if (!printRules() || !isProven) process.exitCode = 1;
  }
}
