import type { CounterName, GaugeName, HistogramName } from "./instruments.ts";

/** Labels of a measured value; `instruments.ts` says which kinds are allowed. */
export type Labels = Readonly<Record<string, string | number>>;

/** One value of a gauge. */
export interface Reading {
  readonly value: number;
  readonly labels?: Labels;
}

/** Where measured values go. Nothing here throws or waits. */
export interface Metrics {
  readonly count: (name: CounterName, by?: number, labels?: Labels) => void;
  /** One value of a histogram, in the unit that `instruments.ts` names. */
  readonly measure: (name: HistogramName, value: number, labels?: Labels) => void;
  /**
   * Reads a gauge whenever somebody asks for it. `read` may ask a database; a reading that fails or takes long is left
   * out. Returns its stop.
   */
  readonly watch: (
    name: GaugeName,
    read: () => readonly Reading[] | Promise<readonly Reading[]>,
  ) => () => void;
}

/** Measures nothing. */
export const noMetrics: Metrics = { count: () => {}, measure: () => {}, watch: () => () => {} };
