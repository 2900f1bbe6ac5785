/**
 * `npm test`: every test there is, with one closing line for all: `N passed, N failed[, N skipped]`. First Vitest's, then
 * Playwright's in Chromium, then the smoke suite in Firefox and WebKit: each keeps two cores busy, and beside each other
 * they take longer. Ends with 1 when a test failed, when a runner failed, or when none ran; what failed is named again
 * before the closing line.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { answersPath, printAnswers, readAnswers } from "./answers.mjs";
import { closingLine, countPlaywright, countVitest } from "./count-tests.mjs";
import { faultRows, faultsPath, printFaults, readFired } from "./faults.mjs";
import { findChromium } from "./find-chromium.mjs";
import { findPostgres } from "./find-postgres.mjs";
import { installSmokeBrowsers } from "./find-smoke-browsers.mjs";
import { printLaws, printRules, proofsOf, readRanTests, reportPaths } from "./laws.mjs";
import { runStep } from "./run-step.mjs";

const vitestReport = resolve(reportPaths.vitest);
const playwrightReport = resolve(reportPaths.playwright);
const smokeReport = resolve(reportPaths.smoke);
rmSync(dirname(vitestReport), { recursive: true, force: true });
mkdirSync(dirname(vitestReport), { recursive: true });
writeFileSync(faultsPath, "");
writeFileSync(answersPath, "");

const environment = {
  FAULTS_FILE: resolve(faultsPath),
  ANSWERS_FILE: resolve(answersPath),
};

/**
 * One runner, the report that it leaves, and how that is counted.
 * @typedef {object} Run
 * @property {string} command
 * @property {string} report
 * @property {(report: never) => import("./count-tests.mjs").TestCount} count
 * @property {Readonly<Record<string, string>>} [env]
 */

/** @type {Run} */
const vitest = {
  command: `vitest run --reporter=default --reporter=json --outputFile.json="${vitestReport}"`,
  report: vitestReport,
  count: countVitest,
};

/** @type {Run} */
const chromium = {
  command: "playwright test --config test/e2e/playwright.config.ts --reporter=list,json",
  report: playwrightReport,
  count: countPlaywright,
  env: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
};

/** @type {Run} */
const smoke = {
  command: "playwright test --config test/smoke/playwright.config.ts",
  report: smokeReport,
  count: countPlaywright,
  env: { PLAYWRIGHT_JSON_OUTPUT_FILE: smokeReport },
};

installAll();
const units = play(vitest);
// Without a build every test in a browser fails, and says why.
runStep("node scripts/build.mjs --if-stale");
const results = [units, play(chromium), play(smoke)];

const total = results.reduce((sum, { passed, failed }) => sum + passed + failed, 0);
const broken = total === 0 || results.some(({ failed }) => failed > 0);
console.log("\nThe faults, how often each happened in this run, and where:");
const happened = printFaults(faultRows(readFired()));
console.log("\nThe contract:");
const isContractKept = printAnswers(readAnswers());
console.log("\nThe laws, each with the tests that have just proven it:");
const areLawsProven = !broken && printLaws(proofsOf(readRanTests()));
const proven = areLawsProven && printRules();
// Elsewhere a machine without PostgreSQL leaves some out, and says so above.
const missing = !happened && process.env.CI === "true";
process.exitCode = broken || !proven || missing || !isContractKept ? 1 : 0;
const failures = results.flatMap((result) => result.failures);
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join("\n")}`);
console.log(`\n${closingLine(results)}`);

/**
 * Plays one run, and counts what it reports.
 * @param {Run} run
 */
function play({ command, report, count, env }) {
  const ended = runStep(command, { ...environment, ...env });
  const counted = read(report, count);
  if (ended || counted.failed > 0) return counted;
  // It failed outside of any test: it must not look as if all had passed.
  return { ...counted, failed: 1, failures: [command] };
}

/** Installs what is missing before anything runs, so that a test's time is its own. */
function installAll() {
  for (const install of [findPostgres, findChromium, installSmokeBrowsers]) {
    try {
      install();
    } catch (error) {
      // The tests that need it say so again, as failures.
      console.error(error instanceof Error ? error.message : error);
    }
  }
}

/**
 * @param {string} path
 * @param {(report: never) => import("./count-tests.mjs").TestCount} count
 */
function read(path, count) {
  try {
    return count(/** @type {never} */ (JSON.parse(readFileSync(path, "utf8"))));
  } catch (error) {
    console.error(`No test report: ${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: 0, skipped: 0, failures: [] };
  }
}
