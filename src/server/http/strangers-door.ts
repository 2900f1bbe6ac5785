import { storeUnavailable } from "../store/store-unavailable.ts";

/** Lets in the look-ups of clients that are not known yet. */
export type StrangersDoor = <Answer>(look: () => Promise<Answer>) => Promise<Answer>;

/**
 * A few look-ups into the database at one moment, and a bounded number that wait: however many strangers ask, a device
 * that is known finds only so many of them before it. One too many fails at once.
 */
export function makeStrangersDoor(atOnceMax = 4, waitingMax = 200): StrangersDoor {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return async (look) => {
    if (inside < atOnceMax) inside += 1;
    else if (waiting.length >= waitingMax) throw storeUnavailable(`${waiting.length} strangers wait already`);
    // Whoever leaves hands over its slot: nobody else slips in between.
    else await new Promise<void>((enter) => waiting.push(enter));
    try {
      return await look();
    } finally {
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next();
    }
  };
}
