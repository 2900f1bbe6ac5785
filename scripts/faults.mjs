/**
 * `npm run faults`: each fault that Docket survives, how often it really happened in the last `npm test`, and where.
 * Exits 1 when one never happened. `npm test` ends with the same check.
 */
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** Where the tests note each fault that happened, a line each: `{ fault, file, times }`. */
export const faultsPath = "node_modules/.cache/test-reports/faults.jsonl";

/** The faults by their number, and what must hold. */
const faults = {
  1: "tab or browser killed while saving: the whole command or nothing",
  2: "browser killed right after Saved: it is there, same number",
  3: "a transaction aborts at commit: not shown as saved, the form keeps its content",
  4: "storage full: not saved, explained, a way out offered",
  5: "site data cleared: recognised as a loss, new identity, what was accepted comes back",
  6: "the database's connection dies: reopened, tried once more, else said loudly",
  7: "a new schema while an old tab is open: the old tab lets go and asks to reload",
  8: "two tabs save at the same moment: distinct numbers, both kept",
  9: "two contexts sync: one is effective, the other fails the fence",
  10: "the leading tab is frozen: others go on, its late results are ignored",
  11: "killed between the answer and its record: sent again, duplicate, recorded",
  12: "a copied profile: noticed, one takes a new identity, both sets of orders kept",
  13: "a profile set back to an older copy: noticed, no seq used twice",
  14: "request or answer lost, cut, doubled, reordered: one effect, the cursor untouched",
  15: "the same batch on two nodes at once: one effect, the same answers",
  16: "one command refused among many: it parks alone, with the reason",
  17: "a projection that throws: the event is kept, its stream flagged, the rest goes on",
  18: "an unknown type or newer schema: kept, its stream read-only, the rest goes on",
  19: "oversized, bombed, deep or poisoned bodies: a clear refusal in bounded memory",
  20: "slow readers and writers, hundreds of streams: cut off, the others served",
  21: "a captive portal: counts as offline, nothing is marked as sent",
  22: "429 and 503 with Retry-After: obeyed",
  23: "navigator.onLine lies: it is only a hint",
  24: "a link that flaps: progress in small batches",
  25: "live hints lost, doubled, early: latency only",
  26: "the server killed before and after commit, in the middle of a stream",
  27: "slow commits beside fast readers: nothing skipped",
  28: "the server's disk is full or fails: it stops accepting, loses nothing, recovers",
  29: "serialization failure, deadlock, commit unknown: tried again, one effect",
  30: "the server restored from an older backup: healed, never silently",
  31: "a row of history altered: found by the next device and by the verifier",
  32: "a device's clock wrong by years, jumping, backwards: decides nothing",
  33: "a device revoked with pending work: no access, its work can be taken along",
  34: "a role reduced while offline: what is refused parks, nothing else stops",
  35: "the service worker updated during a sync: nothing mixed, nothing lost",
  36: "background sync with no page open, and killed: bounded, goes on",
  37: "a consumer killed between its effect and its checkpoint: one effect",
  38: "a webhook's receiver slow, down, answering twice: in order, tried again, kept",
  39: "500 devices come back at once: no loss, no herd",
  40: "a first start against a log of 1,000,000 events: bounded, resumable, shown",
};

/**
 * @typedef {{ fault: number, file: string, times: number }} Fired
 * @typedef {{ fault: number, promise: string, times: number, files: readonly string[] }} FaultRow
 */

/**
 * How often each fault happened, and in which files.
 * @param {readonly Fired[]} fired
 * @returns {readonly FaultRow[]}
 */
export function faultRows(fired) {
  return Object.entries(faults).map(([key, promise]) => {
    const fault = Number(key);
    const own = fired.filter((one) => one.fault === fault);
    return {
      fault,
      promise,
      times: own.reduce((sum, { times }) => sum + times, 0),
      files: [...new Set(own.map(({ file }) => file))].sort(),
    };
  });
}

/**
 * Prints the table; tells whether every fault happened.
 * @param {readonly FaultRow[]} rows
 */
export function printFaults(rows) {
  for (const { fault, promise, times, files } of rows) {
    console.log(`${String(fault).padStart(2)} ${promise} (${times} times)`);
    for (const file of files) console.log(`     ${file}`);
  }
  const missing = rows.filter(({ times }) => times === 0);
  if (missing.length > 0)
    console.error(`Never happened: faults ${missing.map(({ fault }) => fault).join(", ")}`);
  return missing.length === 0;
}

/** @returns {readonly Fired[]} what the last run noted */
export function readFired() {
  return readFileSync(faultsPath, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (!existsSync(faultsPath)) {
    console.error(`No report of a run at ${faultsPath}: run npm test first.`);
    process.exitCode = 1;
  } else if (!printFaults(faultRows(readFired()))) process.exitCode = 1;
}
