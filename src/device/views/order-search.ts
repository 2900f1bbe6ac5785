import type { WantedOrders } from "../search/order-index.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import type { Live } from "../storage/live.ts";
import { findStorageFault } from "../storage/storage-fault.ts";
import { makeOrderMemory, type OrderMemory } from "./order-memory.ts";
import type { OrderView } from "./queries.ts";

/** What a search has found. Until all that may count is read (`isWhole`), orders may still be missing. */
export interface FoundOrders {
  readonly orders: readonly OrderView[];
  readonly isWhole: boolean;
}

/**
 * The search of all orders of one business. It reads each order once, the newest first, and remembers what it is found
 * by; from then on it reads what has changed, and what it shows. Nothing is remembered before the first search, and all
 * of it is forgotten some time after the last.
 */
export interface OrderSearch {
  /** The orders that a text may mean, or a customer's, kept as they change: the first answers may come before all orders are read. */
  readonly search: (wanted: WantedOrders) => Live<FoundOrders>;
  /** Reads on while nobody waits for it, since a search is about to begin. Ends when its answer is called. */
  readonly expect: () => () => void;
  /** Forgets everything. */
  readonly stop: () => void;
}

/** How long what orders are found by is remembered after the last search, in ms. */
const rememberedMs = 120_000;

/** How long after a connection has failed a search asks again, in ms. */
const againMs = 1_000;

/** Makes the search of a device's orders; `idle` resolves when the page has nothing else to do. */
export function makeOrderSearch(
  db: DeviceDatabase,
  options: { readonly idle: () => Promise<void>; readonly rememberedMs?: number },
): OrderSearch {
  const { idle } = options;
  let memory: OrderMemory | undefined;
  let users = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const forget = () => {
    clearTimeout(timer);
    memory?.stop();
    memory = undefined;
  };
  const use = (): OrderMemory => {
    clearTimeout(timer);
    users += 1;
    memory ??= makeOrderMemory(db);
    return memory;
  };
  const leave = () => {
    users -= 1;
    if (users === 0) timer = setTimeout(forget, options.rememberedMs ?? rememberedMs);
  };
  return {
    search: (wanted) => ({
      subscribe: (next, error) => {
        const stop = follow(use(), wanted, next, error);
        return { unsubscribe: once(stop, leave) };
      },
    }),
    expect: () => {
      const used = use();
      let isOver = false;
      const readOn = async () => {
        for (await idle(); !isOver && !used.isRead(); await idle()) await used.step();
      };
      // The search that needs it tries again, and says what does not work.
      readOn().catch(() => undefined);
      return once(() => {
        isOver = true;
      }, leave);
    },
    stop: forget,
  };
}

/** Answers a search now, as more is read, and whenever an order has changed. */
function follow(
  memory: OrderMemory,
  wanted: WantedOrders,
  next: (found: FoundOrders) => void,
  fail: (reason: unknown) => void = () => undefined,
): () => void {
  let isOver = false;
  let isRunning = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const answer = async () => {
    let shown: string | undefined;
    while (!isOver) {
      const isCurrent = memory.isCurrent();
      const found = memory.index().find(wanted);
      const isWhole = isCurrent && (found.isEnough || memory.isRead());
      const keys = found.keys.join(" ");
      if (isCurrent && (isWhole || keys !== shown)) {
        const views = await memory.views(found.keys);
        // What has changed meanwhile is looked at first.
        if (isOver || views === undefined || !memory.isCurrent()) continue;
        next({ orders: views, isWhole });
        shown = keys;
        if (isWhole || isOver) return;
      }
      await memory.step();
    }
  };
  const run = async () => {
    clearTimeout(timer);
    if (isRunning || isOver) return;
    isRunning = true;
    try {
      await answer();
    } catch (error) {
      // A connection that was closed is opened again, as for live queries.
      if (!isOver && findStorageFault(error) !== undefined) timer = setTimeout(() => void run(), againMs);
      else if (!isOver) fail(error);
    } finally {
      isRunning = false;
    }
  };
  const unheard = memory.onChange(() => void run());
  void run();
  return () => {
    isOver = true;
    clearTimeout(timer);
    unheard();
  };
}

/** Does these the first time that it is called, and nothing after. */
function once(...all: readonly (() => void)[]): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    for (const one of all) one();
  };
}
