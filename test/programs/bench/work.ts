import type { KeptBuild } from "../../support/kept-builds.ts";
import type { CpuProfile } from "./cpu-profile.ts";
import type { SharedThings } from "./shared.ts";

/** Who does the work: hand-written code without Docket, this checkout's Docket, or a kept build of it. */
export type ContestantName = "raw" | "docket" | "against";

/** What one run of a contestant comes to, by the name of the measure. One that it does not know is left out. */
export type Figures = Readonly<Record<string, number>>;

/** One figure of a work, and what it should be. */
export interface Measure {
  readonly name: string;
  /** Such as "ms", "events/s", "kB", "MB", "bytes"; "x" of a figure that is a ratio itself. */
  readonly unit: string;
  readonly better: "lower" | "higher";
  /** As a ratio to raw in the same repetition, or as a figure of Docket's own; absent where it is told only. */
  readonly goal?: { readonly ratio: number } | { readonly figure: number };
}

/** One who does the work. Every call of `run` does all of it once, as the calls before it have left things. */
export interface Contestant {
  readonly name: ContestantName;
  readonly run: () => Promise<Figures>;
  /** Does the work once more and watches it; for `--profile`. Its times do not count. */
  readonly profile?: () => Promise<Watched>;
}

/** What watching a run has found. */
export interface Watched {
  readonly cpu?: CpuProfile;
  /** Requests by what they ask, such as `outbox.add` or the first words of a SQL statement, in all of the run. */
  readonly requests?: Readonly<Record<string, number>>;
  /** How many units of work the run did, and what one is called: the requests are told per unit. */
  readonly units: number;
  readonly unit: string;
}

/** A work whose data and programs stand ready. */
export interface Prepared {
  /** Every one that can take part: a kept build may not know how to. */
  readonly contestants: readonly Contestant[];
  /** What a reader of the figures should know, such as how much data there was. */
  readonly notes?: readonly string[];
  /** Stops and deletes what `prepare` has started. */
  readonly end: () => Promise<void>;
}

/** A work that cannot be done on this machine, and why. */
export interface LeftOut {
  readonly leftOut: string;
}

/** One work of the benchmark. */
export interface Work {
  /** Such as "W1". */
  readonly id: string;
  readonly title: string;
  readonly measures: readonly Measure[];
  /** How often every contestant runs; where it is absent 5 times, in a quick run once. */
  readonly repetitions?: { readonly full: number; readonly quick: number };
  readonly prepare: (world: World) => Promise<Prepared | LeftOut>;
}

/** What every work finds. */
export interface World {
  /** Less data and fewer repetitions: shows that everything runs, and the order of the figures. */
  readonly quick: boolean;
  /** Growth is to be measured up to a million events, on PostgreSQL. */
  readonly million: boolean;
  /** The kept build to be measured beside this one. */
  readonly against?: KeptBuild;
  /** A folder that outlives the run, for data that takes long to make. */
  readonly cache: string;
  /** What works use one after another within a run, such as a filled shop with its server. */
  readonly share: SharedThings["share"];
  /** Tells whoever waits how far it is. */
  readonly say: (text: string) => void;
}
