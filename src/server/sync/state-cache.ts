import { LRUCache } from "lru-cache";
import type { StreamFacts } from "../accept/facts.ts";

/**
 * Folded states of streams, so that a push does not read a whole stream again. An entry counts only while the event it
 * was folded up to is still the stream's last one, so another server node's writes make it void by themselves. Filled
 * only after a commit.
 */
export interface StateCache {
  readonly find: (workspace: string, stream: string, lastEvent: string) => StreamFacts | undefined;
  readonly put: (workspace: string, stream: string, facts: StreamFacts) => void;
}

/** A cache of the streams that were used last, at most `max`. */
export function makeStateCache(max = 5_000): StateCache {
  const states = new LRUCache<string, StreamFacts>({ max });
  return {
    find: (workspace, stream, lastEvent) => {
      const found = states.get(`${workspace}/${stream}`);
      return found?.event === lastEvent ? found : undefined;
    },
    put: (workspace, stream, facts) => void states.set(`${workspace}/${stream}`, facts),
  };
}
