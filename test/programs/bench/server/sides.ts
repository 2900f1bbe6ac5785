import type { Contestant, ContestantName, Figures, Prepared, Watched, World } from "../work.ts";
import { type Database, openDatabases } from "./databases.ts";

/** One contestant on one database. */
export interface Side {
  readonly run: () => Promise<Figures>;
  readonly end: () => Promise<void>;
  /** Watches one more run. Of the databases that can be watched the last one is: PostgreSQL where there is one. */
  readonly profile?: () => Promise<Watched>;
}

/** Makes a contestant ready on a database; undefined where it does not take part there. */
export type MakeSide = (database: Database) => Promise<Side | undefined>;

/**
 * Makes contestants ready on every database of this machine. A run of a contestant is one on each, and its figures are
 * those of all.
 */
export async function prepareSides(
  world: World,
  id: string,
  notes: readonly string[],
  makers: Partial<Readonly<Record<ContestantName, MakeSide>>>,
): Promise<Prepared> {
  const databases = await openDatabases();
  const ends = [databases.end];
  const end = async () => {
    for (const one of ends.splice(0).toReversed()) {
      // One that does not end in time is killed, and the others are ended too.
      await one().catch((error: unknown) => world.say(`${id}: ${String(error)}`));
    }
  };
  try {
    const contestants: Contestant[] = [];
    for (const [name, make] of Object.entries(makers) as [ContestantName, MakeSide][]) {
      const runs: Side["run"][] = [];
      let profile: Side["profile"];
      for (const database of databases.all) {
        world.say(`${id}: ${name} on ${database.name} is made ready`);
        const side = await make(database);
        if (side === undefined) continue;
        runs.push(side.run);
        profile = side.profile ?? profile;
        ends.push(side.end);
      }
      const run = () => inOrder(runs);
      contestants.push(profile === undefined ? { name, run } : { name, run, profile });
    }
    return { contestants, notes: [...databases.notes, ...notes], end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Does one after the other, and puts their figures together. */
async function inOrder(runs: readonly Side["run"][]): Promise<Figures> {
  let all: Figures = {};
  for (const run of runs) all = { ...all, ...(await run()) };
  return all;
}
