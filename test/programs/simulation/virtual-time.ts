/**
 * One thread, one seed: takes over time, timers, macrotasks and luck of this process, for a simulation. Imported
 * before anything that keeps a timer function for itself. Real time goes on in `realNowMs` alone.
 */
const real = {
  setImmediate: globalThis.setImmediate,
  Date: globalThis.Date,
};

/** Real milliseconds, for how long a simulation took. */
export const realNowMs = () => real.Date.now();

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly ring: () => void;
  cancelled: boolean;
}

let nowMs = 0;
let order = 0;
let due: Due[] = [];
let tasks: (() => void)[] = [];
let luck = makeLuck(0);

/** Numbers 0 <= n < 1 that a seed determines (mulberry32). */
export function makeLuck(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** So many days after the first world's the years would have five digits soon, which no time on the wire has. */
const lastDay = 2_900_000;

/** Begins a world: an empty future, its own luck, and its own days (ids hang on the time, and must not on others). */
export function beginWorld(seed: number): void {
  nowMs = real.Date.UTC(2026, 0, 5, 8) + (seed % lastDay) * 24 * 3_600_000;
  order = 0;
  due = [];
  tasks = [];
  luck = makeLuck(seed);
}

/** The world's clock, in ms: the server's; devices have clocks of their own. */
export const worldNowMs = () => nowMs;

/** The world's luck, 0 <= n < 1. */
export const worldLuck = () => luck();

/** Rings after a while; what it returns cancels. */
export function after(delayMs: number, ring: () => void): () => void {
  const entry: Due = { atMs: nowMs + Math.max(0, delayMs), order: ++order, ring, cancelled: false };
  due.push(entry);
  return () => {
    entry.cancelled = true;
  };
}

/**
 * Runs the world until its clock shows `untilMs`, or `isOver` says so after an event: event by event, each with
 * everything that follows from it without waiting.
 */
export async function runUntil(untilMs: number, isOver: () => boolean = () => false): Promise<void> {
  await settle();
  for (;;) {
    const next = takeNext(untilMs);
    if (next === undefined) break;
    nowMs = Math.max(nowMs, next.atMs);
    next.ring();
    await settle();
    if (isOver()) return;
  }
  nowMs = Math.max(nowMs, untilMs);
}

/** Runs an operation to its end, the clock with it where it waits. Fails when it hangs for an hour of the world. */
export async function finish<Value>(what: string, work: Promise<Value>): Promise<Value> {
  let ended = false;
  const marked = work.finally(() => {
    ended = true;
  });
  marked.catch(() => {});
  await settle();
  if (!ended) await runUntil(nowMs + 3_600_000, () => ended);
  if (!ended) throw new Error(`${what} hangs: nothing happened for an hour`);
  return marked;
}

function takeNext(untilMs: number): Due | undefined {
  let best = -1;
  due = due.filter(({ cancelled }) => !cancelled);
  for (const [index, entry] of due.entries()) {
    const current = due[best];
    if (entry.atMs > untilMs) continue;
    const sooner = current === undefined || entry.atMs < current.atMs;
    if (sooner || (entry.atMs === current?.atMs && entry.order < current.order)) best = index;
  }
  return best < 0 ? undefined : due.splice(best, 1)[0];
}

/**
 * Everything that follows without waiting: macrotasks in turn, each with all of its microtasks. A tick that is asked for
 * by a microtask comes when no microtask is left, and costs no turn of the event loop.
 */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    const whenDrained = (next: () => void) => queueMicrotask(() => process.nextTick(next));
    const turn = () => {
      const task = tasks.shift();
      if (task === undefined) return resolve();
      task();
      whenDrained(turn);
    };
    whenDrained(turn);
  });
}

class WorldDate extends real.Date {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [nowMs] : given) as [number]));
  }
  static override now() {
    return nowMs;
  }
}

const timers = new Map<number, () => void>();
let timerIds = 0;

function startTimer(ring: () => void, delayMs: number, period?: number): number {
  timerIds += 1;
  const id = timerIds;
  const fire = () => {
    if (period === undefined) timers.delete(id);
    else timers.set(id, after(period, fire));
    ring();
  };
  timers.set(id, after(delayMs, fire));
  return id;
}

function stopTimer(id: unknown): void {
  timers.get(id as number)?.();
  timers.delete(id as number);
}

Object.assign(globalThis, {
  Date: WorldDate,
  setImmediate: (task: (...given: unknown[]) => void, ...given: unknown[]) =>
    void tasks.push(() => task(...given)),
  setTimeout: (ring: (...given: unknown[]) => void, delayMs = 0, ...given: unknown[]) =>
    startTimer(() => ring(...given), Number(delayMs)),
  setInterval: (ring: () => void, periodMs = 0) =>
    startTimer(ring, Number(periodMs), Math.max(1, Number(periodMs))),
  clearTimeout: stopTimer,
  clearInterval: stopTimer,
  // Dexie would talk through it to other contexts of its origin, in real time; each of ours has its own.
  BroadcastChannel: undefined,
  // Packing runs in a thread of its own, in real time: devices of these worlds are of the kind that cannot.
  CompressionStream: undefined,
});
Math.random = () => luck();
Object.defineProperty(globalThis.crypto, "getRandomValues", {
  value: (array: Uint8Array) => array.map((_, index, all) => (all[index] = Math.floor(luck() * 256))),
});
