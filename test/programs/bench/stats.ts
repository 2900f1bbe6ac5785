/** What several figures of one measure come to. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Median and spread. @throws Error without figures. */
export function summarise(figures: readonly number[]): Summary {
  return { median: median(figures), least: Math.min(...figures), most: Math.max(...figures) };
}

/** The middle one, or the mean of the two in the middle. @throws Error without figures. */
export function median(figures: readonly number[]): number {
  const sorted = sort(figures);
  const upper = at(sorted, Math.floor(sorted.length / 2));
  return sorted.length % 2 === 1 ? upper : (at(sorted, sorted.length / 2 - 1) + upper) / 2;
}

/** The least figure that `share` (0 to 1) of all figures do not pass. @throws Error without figures. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = sort(figures);
  return at(sorted, Math.max(0, Math.ceil(sorted.length * share) - 1));
}

function sort(figures: readonly number[]): readonly number[] {
  return figures.toSorted((one, other) => one - other);
}

function at(figures: readonly number[], index: number): number {
  const figure = figures[index];
  if (figure === undefined) throw new Error(`expected a figure at ${index}, found ${figures.length} of them`);
  return figure;
}
