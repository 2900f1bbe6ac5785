import { parseArgs } from "node:util";
import { defects } from "./defects.ts";
import { type Caught, huntDefect } from "./hunt-defect.ts";

/**
 * `npm run defects [-- --seeds 500] [--only <words>]`: plants one deliberate mistake after the other into a copy of
 * the sources, and plays seeds until the laws catch it. Prints how many seeds each took; exits 1 when one escapes, when
 * one takes more seeds than it says (`caughtWithin`), or when a line of the sources is no longer there.
 */
const { values } = parseArgs({
  options: { seeds: { type: "string", default: "500" }, only: { type: "string", default: "" } },
});
const chosen = defects.filter(({ name }) => name.includes(values.only));
const seedsMax = Number(values.seeds);

const results: Caught[] = [];
let next = 0;
await Promise.all(
  [0, 1].map(async () => {
    while (next < chosen.length) {
      const index = next;
      next += 1;
      const defect = chosen[index];
      if (defect === undefined) continue;
      const caught = await huntDefect(defect, seedsMax);
      results.push(caught);
      say(caught);
    }
  }),
);
const escaped = results.filter(({ seeds }) => seeds === undefined).length;
const late = results.filter(isLate).length;
console.log(
  `${results.length} defects, ${results.length - escaped} caught, ${escaped} escaped, ${late} later than they say`,
);
process.exitCode = escaped + late > 0 ? 1 : 0;

function isLate({ name, seeds = 0 }: Caught): boolean {
  return seeds > (chosen.find((defect) => defect.name === name)?.caughtWithin ?? seeds);
}

function say({ name, seeds, law, what }: Caught): void {
  const found = seeds === undefined ? "ESCAPED" : `${String(seeds).padStart(4)} seeds  ${law}`;
  console.log(`${name.padEnd(84)} ${found}`);
  if (what !== undefined) console.log(`    ${what.slice(0, 160)}`);
}
