import { startLiveHints } from "../../src/sync/calls/live-hints.ts";
import type { Reply } from "../../src/sync/calls/transport.ts";
import type { SyncWorld } from "../../src/sync/contexts/browser-world.ts";
import { makeServerCalls } from "../../src/sync/contexts/server-calls.ts";

/** The world of a device that syncs in Node: one context, so it always leads; real HTTP, real time, real luck. */
export interface NodeWorld extends SyncWorld {
  /** What the platform says when it believes that there is a network again. */
  readonly online: () => void;
}

/** Makes one. `overPost` stands around the way to the server, to watch it. */
export function makeNodeWorld(parts: {
  readonly report: (error: unknown) => void;
  readonly overPost: (post: SyncWorld["post"]) => SyncWorld["post"];
}): NodeWorld {
  const heard = new Set<() => void>();
  const serverCalls = makeServerCalls(() => Date.now());
  return {
    ...serverCalls,
    post: parts.overPost(serverCalls.post),
    nowMs: () => Date.now(),
    luck: () => Math.random(),
    report: parts.report,
    setTimer: (delayMs, ring) => {
      const timer = setTimeout(ring, delayMs);
      return () => clearTimeout(timer);
    },
    election: {
      locks: onlyContextLocks,
      openChannel: () => ({ postMessage: () => {}, close: () => {}, onmessage: null }),
      every: () => () => {},
      nowMs: () => Date.now(),
      pause: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
    },
    startHints: startLiveHints,
    askForWake: async () => false,
    askForPeriodicWakes: async () => false,
    onOnline: (wake) => {
      heard.add(wake);
      return () => void heard.delete(wake);
    },
    online: () => {
      for (const wake of [...heard]) wake();
    },
  };
}

/** Web Locks where nobody else asks: whoever wants the lock has it. */
const onlyContextLocks: SyncWorld["election"]["locks"] = {
  request: async (name: string, ...rest: readonly unknown[]) => {
    const hold = rest.at(-1) as LockGrantedCallback<unknown>;
    return hold({ name, mode: "exclusive" });
  },
};

/** The outcome of a request: the status of the answer, or why there was none. */
export function outcomeOf(reply: Reply<unknown>): string {
  if (reply.outcome === "answered") return "200";
  return reply.outcome === "problem" ? String(reply.problem.status) : reply.trouble;
}
