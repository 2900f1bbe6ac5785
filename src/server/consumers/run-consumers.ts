import type { SetAsideRow, Store } from "../store/store.ts";
import { isStoreUnavailable } from "../store/store-unavailable.ts";
import { consumePage } from "./consume-page.ts";
import type { Consumer } from "./consumer.ts";
import type { TakenPage } from "./consumer-telemetry.ts";

/** Consumers at work in this process. */
export interface RunningConsumers {
  /** Resolves when nothing is under way any more. */
  readonly stop: () => Promise<void>;
}

export interface ConsumerOptions {
  readonly clock: () => Date;
  /** Is called with a failure and the consumer's name: it is tried again automatically. */
  readonly report: (consumer: string, error: unknown) => void;
  /** Is called with what is set aside. */
  readonly onAside: (rows: readonly SetAsideRow[]) => void;
  /** Is called for each page once it has committed: what it took and wrote, and how long that took. */
  readonly onPage?: (page: TakenPage) => void;
  /** How often all workspaces are looked at, whatever was heard: losing a hint costs this much. */
  readonly sweepMs?: number;
}

const sweepDefaultMs = 15_000;
/** How soon a workspace is looked at again that another process had. */
const busyMs = 200;
const backoffMsMin = 500;
const backoffMsMax = 30_000;
const workspacesAtOnce = 2;
const listMax = 500;

/**
 * Lets consumers follow every workspace's log. Woken by what is announced, and by a look at all workspaces now and
 * then, since announcements are hints. One workspace of a consumer is worked on by one process at a time; a failure is
 * reported and tried again with backoff, other workspaces meanwhile.
 */
export function startConsumers(
  store: Store,
  consumers: readonly Consumer[],
  options: ConsumerOptions,
): RunningConsumers {
  const running = consumers.map((consumer) => follow(store, consumer, options));
  const unlisten = store.listen((wake) => {
    if (wake.kind === "head") for (const { wakeUp } of running) wakeUp(wake.workspace);
  });
  return {
    stop: async () => {
      unlisten();
      await Promise.all(running.map(({ stop }) => stop()));
    },
  };
}

/** One consumer over all workspaces. */
function follow(store: Store, consumer: Consumer, options: ConsumerOptions) {
  const { report } = options;
  const failures = new Map<string, number>();
  let stopped = false;

  const consumeAll = async (workspace: string) => {
    try {
      while (!stopped) {
        const taken = await takePage(store, consumer, workspace, options);
        if (taken === "busy") return busyMs;
        failures.delete(workspace);
        if (taken === "end") return undefined;
      }
      return undefined;
    } catch (error) {
      const count = (failures.get(workspace) ?? 0) + 1;
      failures.set(workspace, count);
      // An outage is one of the whole server, which says so itself; what else fails is worth a line each time.
      if (!isStoreUnavailable(error) || count === 1) report(consumer.name, error);
      return backoffMs(count);
    }
  };
  const turns = makeTurns(consumeAll);
  const sweep = async () => {
    try {
      for await (const workspace of allWorkspaces(store)) {
        if (stopped) return;
        turns.wakeUp(workspace);
      }
    } catch (error) {
      if (!isStoreUnavailable(error)) report(consumer.name, error);
    }
  };
  const sweepSoon = () => void sweep();
  const sweeping = setInterval(sweepSoon, options.sweepMs ?? sweepDefaultMs);
  sweepSoon();
  return {
    wakeUp: turns.wakeUp,
    stop: async () => {
      stopped = true;
      clearInterval(sweeping);
      await turns.stop();
    },
  };
}

/**
 * Gives workspaces their turns, a few at once and each once at a time. `work` never rejects, and answers after how many
 * ms it wants another turn; undefined: when it is woken.
 */
function makeTurns(work: (workspace: string) => Promise<number | undefined>) {
  /** Workspaces that wait for their turn, and those under way, which may be wanted again. */
  const waiting = new Set<string>();
  const active = new Map<string, { again: boolean }>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const underWay = new Set<Promise<void>>();
  let stopped = false;

  const wakeUp = (workspace: string) => {
    if (stopped) return;
    const now = active.get(workspace);
    if (now !== undefined) now.again = true;
    else if (!timers.has(workspace)) waiting.add(workspace);
    next();
  };
  const later = (workspace: string, delayMs: number) => {
    if (stopped) return;
    clearTimeout(timers.get(workspace));
    const ring = () => {
      timers.delete(workspace);
      wakeUp(workspace);
    };
    timers.set(workspace, setTimeout(ring, delayMs));
  };
  const take = async (workspace: string) => {
    const delayMs = await work(workspace);
    if (delayMs !== undefined) later(workspace, delayMs);
  };
  const next = () => {
    for (const workspace of waiting) {
      if (active.size >= workspacesAtOnce) return;
      waiting.delete(workspace);
      active.set(workspace, { again: false });
      const turn = take(workspace).finally(() => {
        underWay.delete(turn);
        const wanted = active.get(workspace)?.again === true;
        active.delete(workspace);
        if (wanted && !stopped && !timers.has(workspace)) waiting.add(workspace);
        next();
      });
      underWay.add(turn);
    }
  };
  return {
    wakeUp,
    stop: async () => {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(underWay);
    },
  };
}

/** Takes the next page of a workspace and tells of it; `busy`: another process has the workspace. */
async function takePage(
  store: Store,
  consumer: Consumer,
  workspace: string,
  { clock, onAside, onPage }: ConsumerOptions,
): Promise<"busy" | "more" | "end"> {
  const startMs = clock().getTime();
  const page = await consumePage(store, consumer, workspace, clock);
  if (page.outcome === "busy") return "busy";
  const { taken, aside, wrote } = page;
  if (aside.length > 0) onAside(aside);
  const endMs = clock().getTime();
  onPage?.({ consumer: consumer.name, taken, aside: aside.length, wrote, startMs, endMs });
  return page.isEnd ? "end" : "more";
}

function backoffMs(failures: number): number {
  return Math.min(backoffMsMax, backoffMsMin * 2 ** Math.min(failures - 1, 10));
}

async function* allWorkspaces(store: Store): AsyncGenerator<string> {
  let after: string | null = null;
  for (let isMore = true; isMore; ) {
    const found: readonly string[] = await store.listWorkspaces(after, listMax);
    yield* found;
    after = found.at(-1) ?? null;
    isMore = found.length === listMax;
  }
}
