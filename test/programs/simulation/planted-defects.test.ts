import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { type Defect, defects } from "./defects.ts";
import { huntDefect } from "./hunt-defect.ts";

/** How many a run plants: each is a build of its own and a few seeds. */
const plantedPerRun = 3;

const dayMs = 86_400_000;

/** A number that is another with every commit; without git, with every day. */
function turnNumber(): number {
  try {
    const hash = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", stdio: "pipe" });
    return Number.parseInt(hash.slice(0, 8), 16);
  } catch {
    return Math.floor(Date.now() / dayMs);
  }
}

/** Those whose turn it is, of all that are caught within a few seeds: spread over the list. */
function inTurn(turn: number): readonly (Defect & { readonly caughtWithin: number })[] {
  const quick = defects.flatMap(({ caughtWithin, ...defect }) =>
    caughtWithin === undefined ? [] : [{ ...defect, caughtWithin }],
  );
  const step = Math.floor(quick.length / plantedPerRun);
  return Array.from(
    { length: plantedPerRun },
    (_, index) => quick[(turn + index * step) % quick.length],
  ).filter((defect) => defect !== undefined);
}

test.each(inTurn(turnNumber()).map((defect) => [defect.name, defect.caughtWithin, defect] as const))(
  "the simulation catches “%s” within %i seeds, when it is planted",
  async (name, caughtWithin, defect) => {
    const caught = await huntDefect(defect, caughtWithin);
    expect(caught).toMatchObject({ name, law: expect.any(String) });
    // After none: the program did not run at all.
    expect(caught.seeds).toBeGreaterThan(0);
  },
);
