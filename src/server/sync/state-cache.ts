import { LRUCache } from "lru-cache";
import type { StreamFacts } from "../accept/facts.ts";

/**
 * Folded states of streams, so that a push does not read a whole stream again. An entry counts only while the event it
 * was folded up to is still the stream's last one, so another server node's writes make it void automatically. Filled
 * only after a commit.
 */
export interface StateCache {
  readonly find: (workspace: string, stream: string, lastEvent: string) => StreamFacts | undefined;
  readonly put: (workspace: string, stream: string, facts: StreamFacts) => void;
}

/** A cache of the streams that were used last, as many as fit into about `bytesMax`. */
export function makeStateCache(bytesMax = 32 * 1024 * 1024): StateCache {
  const states = new LRUCache<string, StreamFacts>({ maxSize: bytesMax, sizeCalculation: roughBytes });
  return {
    find: (workspace, stream, lastEvent) => {
      const found = states.get(`${workspace}/${stream}`);
      return found?.event === lastEvent ? found : undefined;
    },
    put: (workspace, stream, facts) => void states.set(`${workspace}/${stream}`, facts),
  };
}

/** What a state takes in memory, roughly: only orders grow, by their lines. */
function roughBytes({ state }: StreamFacts): number {
  const lines =
    state !== undefined && "removedLineIds" in state ? state.lines.length + state.removedLineIds.length : 0;
  return 2_000 + lines * 500;
}
