import { act } from "../faults/act.ts";

/** Which scans are still under way, and how many came to nothing. */
export interface ScanTally {
  /** Counts a work as under way until it is over. */
  readonly run: (work: Promise<void>) => void;
  /** Notes that a scan came to nothing. */
  readonly noteNothing: () => void;
  readonly nothingCount: () => number;
  /** Waits until nothing is under way, what began meanwhile included. */
  readonly done: () => Promise<void>;
}

/** Makes the tally of one screen's scans. */
export function makeScanTally(): ScanTally {
  const underWay = new Set<Promise<void>>();
  let nothings = 0;
  return {
    run: (work) => {
      underWay.add(work);
      act(work.finally(() => underWay.delete(work)));
    },
    noteNothing: () => {
      nothings += 1;
    },
    nothingCount: () => nothings,
    done: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
