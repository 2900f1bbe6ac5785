import type { Store } from "../store/store.ts";
import { followStates } from "./follow-states.ts";
import type { StateCache } from "./state-cache.ts";

/** Keeps the states of the workspaces that are worth it, in the background. */
export interface KeptStates {
  /** From how many events on a device is given states instead of events; a shorter log is fetched whole. */
  readonly from: number;
  /** Goes on following a workspace's log, unless that is under way. Resolves when its end is reached or it failed. */
  readonly follow: (workspace: string) => Promise<void>;
  /** Resolves when nothing is under way any more. */
  readonly stop: () => Promise<void>;
}

export interface KeepOptions {
  readonly from?: number;
  /** How many events a log must be ahead before its states are folded on. */
  readonly behindMax?: number;
  readonly report: (error: unknown) => void;
}

/** What a device fetches as events in a few seconds. */
const fromDefault = 5_000;
const behindDefault = 1_000;

/**
 * Follows the logs that grow: a workspace's next thousand events are folded when they are there, one workspace after
 * the other, so that pushes have the database to themselves in between; `judged` is asked for the states that this
 * process has made already. A failure is reported, and tried again with
 * the next thousand.
 */
export function keepStates(store: Store, judged: Pick<StateCache, "find">, options: KeepOptions): KeptStates {
  const from = options.from ?? fromDefault;
  const behindMax = options.behindMax ?? behindDefault;
  /** The head at which a workspace is followed next. */
  const nextAt = new Map<string, number>();
  const underWay = new Map<string, Promise<void>>();
  let last: Promise<void> = Promise.resolve();
  let stopped = false;
  const run = async (workspace: string) => {
    try {
      while (!stopped && (await followStates(store, judged, workspace)) === "more");
    } catch (error) {
      options.report(error);
    }
    underWay.delete(workspace);
  };
  const follow = (workspace: string) => {
    const running = underWay.get(workspace);
    if (running !== undefined) return running;
    last = last.then(() => run(workspace));
    underWay.set(workspace, last);
    return last;
  };
  const unlisten = store.listen((wake) => {
    if (wake.kind !== "head" || stopped || wake.head < Math.max(from, nextAt.get(wake.workspace) ?? 0))
      return;
    nextAt.set(wake.workspace, wake.head + behindMax);
    follow(wake.workspace).catch(options.report);
  });
  return {
    from,
    follow,
    stop: async () => {
      stopped = true;
      unlisten();
      await last;
    },
  };
}
