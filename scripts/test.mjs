/**
 * `npm test`: every test there is, Vitest's, then Playwright's in Chromium, then the smoke suite in Firefox and WebKit,
 * with one closing line for all: `N passed, N failed[, N skipped]`. Ends with 1 when a test failed, when a runner failed,
 * or when none ran.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { answersPath, printAnswers, readAnswers } from "./answers.mjs";
import { closingLine, countPlaywright, countVitest } from "./count-tests.mjs";
import { faultRows, faultsPath, printFaults, readFired } from "./faults.mjs";
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

const runs = [
  {
    steps: [`vitest run --reporter=default --reporter=json --outputFile.json="${vitestReport}"`],
    report: vitestReport,
    count: countVitest,
    env: {},
  },
  {
    steps: [
      "node scripts/build.mjs --if-stale",
      "playwright test --config test/e2e/playwright.config.ts --reporter=list,json",
    ],
    report: playwrightReport,
    count: countPlaywright,
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
  },
  {
    steps: ["playwright test --config test/smoke/playwright.config.ts"],
    report: smokeReport,
    count: countPlaywright,
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: smokeReport },
  },
];

const results = runs.map(({ steps, report, count, env }) => {
  const broken = steps.find((step) => !runStep(step, { ...environment, ...env }));
  const counted = read(report, count);
  if (broken && counted.failed === 0) {
    // It failed outside of any test: it must not look as if all had passed.
    console.error(`Failed: ${broken}`);
    return { ...counted, failed: 1 };
  }
  return counted;
});

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
console.log(`\n${closingLine(results)}`);

/**
 * @param {string} path
 * @param {(report: never) => import("./count-tests.mjs").TestCount} count
 */
function read(path, count) {
  try {
    return count(/** @type {never} */ (JSON.parse(readFileSync(path, "utf8"))));
  } catch (error) {
    console.error(`No test report: ${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
