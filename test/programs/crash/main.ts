/**
 * `npm run crash -- [--times 50] [--only server-pglite|server-postgres|browser] [--seed 1]`: kills servers, databases
 * and browsers with SIGKILL at random moments, and holds what is there afterwards against what was promised. Ends
 * with 1 when anything was lost, doubled or half; the seed repeats the moments, as far as real processes can.
 */
import { parseArgs } from "node:util";
import { findPostgres } from "../../../scripts/find-postgres.mjs";
import { makeLuck } from "../../support/luck.ts";
import { crashBrowser } from "./crash-browser.ts";
import { type CrashReport, crashTable } from "./crash-report.ts";
import { crashServer } from "./crash-server.ts";

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "10" },
    only: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const times = Number(values.times);
const seed = Number(values.seed);
if (!Number.isSafeInteger(times) || times < 1 || !Number.isSafeInteger(seed))
  throw new Error("expected --times and --seed to be whole numbers");

const runs: Readonly<Record<string, () => Promise<CrashReport>>> = {
  "server-pglite": () => crashServer("pglite", times, makeLuck(seed)),
  "server-postgres": () => crashServer("postgres", times, makeLuck(seed + 1)),
  browser: () => crashBrowser(times, makeLuck(seed + 2)),
};
const names = values.only === undefined ? Object.keys(runs) : [values.only];
const reports: CrashReport[] = [];
for (const name of names) {
  const run = runs[name];
  if (run === undefined) throw new Error(`--only ${name}: expected one of ${Object.keys(runs).join(", ")}`);
  const found = name === "server-postgres" ? findPostgres() : { binDir: "" };
  if ("missing" in found) {
    console.log(`${name}: LEFT OUT, ${found.missing}`);
    continue;
  }
  const startedMs = Date.now();
  reports.push(await run());
  console.log(`${name}: ${times} kills in ${((Date.now() - startedMs) / 1000).toFixed(0)} s`);
}
console.log(`\n${crashTable(reports)}\n\nseed ${seed}`);
// A run in which nothing ran has shown nothing.
process.exitCode = reports.length > 0 && reports.every(({ violations }) => violations.length === 0) ? 0 : 1;
