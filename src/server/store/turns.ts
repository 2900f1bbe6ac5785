import { makeQueue } from "./queue.ts";
import { storeUnavailable } from "./store-unavailable.ts";

/** Lets works of the same key run one after another, those of different keys beside one another. */
export interface Turns {
  readonly take: <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;
}

/** How many of one key wait at most, and for how long. */
export interface TurnLimits {
  readonly waitingMax: number;
  readonly waitMsMax: number;
}

/**
 * Makes them. One too many fails at once, and one whose turn comes too late fails then: whoever asked may have given up
 * by now, and a server that works for those only would never catch up. `nowMs` is a clock that never jumps.
 */
export function makeTurns(limits: TurnLimits, nowMs: () => number = () => performance.now()): Turns {
  const lanes = new Map<string, { readonly queue: ReturnType<typeof makeQueue>; count: number }>();
  return {
    take: async (key, work) => {
      const lane = lanes.get(key) ?? { queue: makeQueue(limits.waitingMax), count: 0 };
      lanes.set(key, lane);
      lane.count += 1;
      const askedMs = nowMs();
      const inTime = async () => {
        const waitedMs = Math.round(nowMs() - askedMs);
        if (waitedMs > limits.waitMsMax) throw storeUnavailable(`its turn came after ${waitedMs} ms`);
        return work();
      };
      try {
        return await lane.queue(inTime);
      } finally {
        lane.count -= 1;
        if (lane.count === 0) lanes.delete(key);
      }
    },
  };
}
