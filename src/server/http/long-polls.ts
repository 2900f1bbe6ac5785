import type { Store, TokenOwner, Wake } from "../store/store.ts";

/** The requests of this process that may wait for the log to grow. While one waits, it holds nothing but itself. */
export interface LongPolls {
  /**
   * Begins to listen, which must be before the log is read: then nothing that is announced in between is missed. Or
   * says why not: this device has enough of them (`device-full`), or all together are enough (`full`).
   */
  readonly begin: (owner: TokenOwner) => LongPoll | "device-full" | "full";
  readonly count: () => number;
  /** Wakes everyone, and lets nobody wait any more. */
  readonly stop: () => void;
}

/** One request that may wait. */
export interface LongPoll {
  /**
   * Resolves when the log has grown beyond `position`, the device has lost its access, waiting is of no more use, or
   * after `ms`. Only a hint: who is woken looks at the log.
   */
  readonly wait: (position: number, ms: number) => Promise<void>;
  /** Whether waiting is of no more use: the server stops, or who asked has gone. */
  readonly isOver: () => boolean;
  /** Gives its place free, and ends a wait that is still going on. */
  readonly end: () => void;
}

export interface LongPollLimits {
  readonly pollsMax: number;
  readonly pollsPerDeviceMax: number;
}

/** A service has one open, another after a connection died unnoticed, and some while it is replaced by a newer build. */
const longPollLimits: LongPollLimits = { pollsMax: 500, pollsPerDeviceMax: 4 };

interface Waiter {
  readonly owner: TokenOwner;
  heardHead: number;
  isRevoked: boolean;
  isOver: boolean;
  wake: () => void;
}

/** Keeps the requests that may wait, and wakes them by the store's announcements. */
export function makeLongPolls(store: Pick<Store, "listen">, limits = longPollLimits): LongPolls {
  const waiters = new Set<Waiter>();
  let isStopped = false;
  const unlisten = store.listen((wake) => {
    for (const waiter of waiters) hear(waiter, wake);
  });
  return {
    begin: (owner) => {
      const own = [...waiters].filter((waiter) => isSame(waiter.owner, owner));
      if (own.length >= limits.pollsPerDeviceMax) return "device-full";
      if (waiters.size >= limits.pollsMax) return "full";
      const waiter = { owner, heardHead: 0, isRevoked: false, isOver: isStopped, wake: () => {} };
      waiters.add(waiter);
      return {
        wait: (position, ms) => waitFor(waiter, position, ms),
        isOver: () => waiter.isOver,
        end: () => {
          waiters.delete(waiter);
          giveUp(waiter);
        },
      };
    },
    count: () => waiters.size,
    stop: () => {
      isStopped = true;
      unlisten();
      for (const waiter of waiters) giveUp(waiter);
    },
  };
}

function hear(waiter: Waiter, wake: Wake): void {
  if (wake.workspace !== waiter.owner.workspace) return;
  if (wake.kind === "head") waiter.heardHead = Math.max(waiter.heardHead, wake.head);
  else if (wake.device === waiter.owner.device) waiter.isRevoked = true;
  waiter.wake();
}

function giveUp(waiter: Waiter): void {
  waiter.isOver = true;
  waiter.wake();
}

function waitFor(waiter: Waiter, position: number, ms: number): Promise<void> {
  const isDue = () => waiter.isOver || waiter.isRevoked || waiter.heardHead > position;
  if (isDue() || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      waiter.wake = () => {};
      resolve();
    };
    const timer = setTimeout(finish, ms);
    waiter.wake = () => {
      if (isDue()) finish();
    };
  });
}

function isSame(one: TokenOwner, other: TokenOwner): boolean {
  return one.workspace === other.workspace && one.device === other.device;
}
