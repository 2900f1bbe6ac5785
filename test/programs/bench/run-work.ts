import { median, type Summary, summarise } from "./stats.ts";
import type { Contestant, ContestantName, Figures, LeftOut, Measure, Watched, Work, World } from "./work.ts";

/** The figures of all contestants in one repetition. */
export type Repetition = Partial<Readonly<Record<ContestantName, Figures>>>;

/** What one measure came to over all repetitions. */
export interface MeasureResult {
  readonly measure: Measure;
  readonly by: Partial<Readonly<Record<ContestantName, Summary>>>;
  /** The median of docket/raw within the same repetition. */
  readonly toRaw?: number;
  /** The median of docket/against within the same repetition. */
  readonly toAgainst?: number;
  readonly verdict: "meets" | "not yet" | "no goal";
}

/** What a work came to. */
export interface WorkResult {
  readonly id: string;
  readonly title: string;
  readonly measures: readonly MeasureResult[];
  readonly repetitions: readonly Repetition[];
  readonly notes: readonly string[];
  readonly seconds: number;
  readonly leftOut?: string;
  /** Why there are no figures: the work itself broke. */
  readonly failed?: string;
  readonly watched?: Watched;
}

const repetitionsUsual = { full: 5, quick: 1 };

/** Prepares a work, lets its contestants run in turn, and ends it; `watch` adds one more run that is watched. */
export async function runWork(work: Work, world: World, watch = false): Promise<WorkResult> {
  const startedMs = performance.now();
  const { id, title } = work;
  const seconds = () => (performance.now() - startedMs) / 1000;
  const prepared = await work.prepare(world);
  if (isLeftOut(prepared)) {
    const { leftOut } = prepared;
    return { id, title, measures: [], repetitions: [], notes: [], seconds: seconds(), leftOut };
  }
  try {
    const count = (work.repetitions ?? repetitionsUsual)[world.quick ? "quick" : "full"];
    const repetitions: Repetition[] = [];
    for (let index = 0; index < count; index += 1) {
      const repetition: Partial<Record<ContestantName, Figures>> = {};
      for (const contestant of turns(prepared.contestants, index)) {
        world.say(`${id}: ${contestant.name}, ${index + 1} of ${count}`);
        repetition[contestant.name] = await contestant.run();
      }
      repetitions.push(repetition);
    }
    const docket = prepared.contestants.find(({ name }) => name === "docket");
    const watched = watch ? await docket?.profile?.() : undefined;
    return {
      id,
      title,
      measures: work.measures.map((measure) => resultOf(measure, repetitions)),
      repetitions,
      notes: prepared.notes ?? [],
      seconds: seconds(),
      ...(watched === undefined ? {} : { watched }),
    };
  } finally {
    await prepared.end();
  }
}

function isLeftOut(prepared: object): prepared is LeftOut {
  return "leftOut" in prepared;
}

/** Who runs in which order: every other repetition the other way round, so that none always has the warm seat. */
export function turns<One extends Pick<Contestant, "name">>(
  contestants: readonly One[],
  repetition: number,
): readonly One[] {
  return repetition % 2 === 0 ? contestants : contestants.toReversed();
}

/** The summary of one measure. */
export function resultOf(measure: Measure, repetitions: readonly Repetition[]): MeasureResult {
  const figuresOf = (name: ContestantName) =>
    repetitions.flatMap((repetition) => repetition[name]?.[measure.name] ?? []);
  const ratiosTo = (name: ContestantName) =>
    repetitions.flatMap((repetition) => {
      const [one, other] = [repetition.docket?.[measure.name], repetition[name]?.[measure.name]];
      return one === undefined || other === undefined || other === 0 ? [] : [one / other];
    });
  const names = ["raw", "docket", "against"] as const;
  const by = Object.fromEntries(
    names.flatMap((name) => {
      const figures = figuresOf(name);
      return figures.length === 0 ? [] : [[name, summarise(figures)]];
    }),
  ) as MeasureResult["by"];
  const [toRaw, toAgainst] = [ratiosTo("raw"), ratiosTo("against")].map((ratios) =>
    ratios.length === 0 ? undefined : median(ratios),
  );
  return {
    measure,
    by,
    ...(toRaw === undefined ? {} : { toRaw }),
    ...(toAgainst === undefined ? {} : { toAgainst }),
    verdict: verdictOn(measure, by.docket?.median, toRaw),
  };
}

function verdictOn(
  { goal, better }: Measure,
  figure: number | undefined,
  toRaw: number | undefined,
): MeasureResult["verdict"] {
  if (goal === undefined) return "no goal";
  const [found, wanted] = "ratio" in goal ? [toRaw, goal.ratio] : [figure, goal.figure];
  if (found === undefined) return "not yet";
  return (better === "lower" ? found <= wanted : found >= wanted) ? "meets" : "not yet";
}
