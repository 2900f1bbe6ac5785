import { storeUnavailable } from "./store-unavailable.ts";

/** Runs one task at a time, in the order of asking. At most `waitingMax` wait; a further one fails at once. */
export function makeQueue(waitingMax: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (work) => {
    if (waiting >= waitingMax)
      return Promise.reject(storeUnavailable(`${waiting} transactions wait already`));
    waiting += 1;
    const result = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = result.catch(() => {
      // Whoever asked for this work hears of its failure; the next one starts anyway.
    });
    return result;
  };
}
