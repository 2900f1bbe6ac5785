/**
 * `npm run replay -- support.json`: folds the events of a support file with the code of this build, decides its outbox
 * again, and prints both. Ends with 1 when something does not agree with what the device says, or with the rules.
 */
import { readFileSync } from "node:fs";
import { parseSupportFile, type Replayed, replay } from "./replay.ts";

const path = process.argv[2];
if (path === undefined) {
  console.error("usage: npm run replay -- <support file>");
  process.exit(2);
}
const file = parseSupportFile(readFileSync(path, "utf8"));
const { streams, events, violations } = replay(file);
for (const stream of streams) console.log(line(stream));
console.log(`\n${events} events on ${streams.length} streams, ${file.outbox.rows.length} in the outbox.`);
if (file.replay.leftOut > 0) console.log(`${file.replay.leftOut} streams did not fit into the file.`);
for (const violation of violations) console.log(`VIOLATION ${violation}`);
console.log(violations.length === 0 ? "Everything agrees." : `${violations.length} violations.`);
process.exitCode = violations.length === 0 ? 0 : 1;

function line({ key, confirmed, pending, waiting }: Replayed): string {
  const parts = [`${key}  version ${confirmed.version} ${confirmed.status}`];
  if (pending !== undefined) parts.push(`with what waits: version ${pending.version} ${pending.status}`);
  parts.push(...waiting.map(({ seq, type, state }) => `\n  ${seq} ${type}: ${state}`));
  return parts.join("  ");
}
