import type { Store, TokenOwner, Wake } from "../store/store.ts";
import { type Full, makeShares, type ShareLimits } from "./shares.ts";

/** The requests of this process that may wait for the log to grow. A waiting request holds no other resource. */
export interface LongPolls {
  /**
   * Begins to listen, which must be before the log is read: then nothing that is announced in between is missed. Or
   * says why not: this device has enough of them.
   */
  readonly begin: (owner: TokenOwner) => LongPoll | "device-full";
  /** How many are waiting. */
  readonly count: () => number;
  /** Wakes everyone; from then on nobody can wait. */
  readonly stop: () => void;
}

/** One request that may wait. */
export interface LongPoll {
  /**
   * Resolves when the log has grown beyond `position`, the device has lost its access, waiting is of no more use, or
   * after `ms`. Only a hint: who is woken looks at the log. A slot is taken while somebody waits, and not for what can
   * be answered at once: where there is none, it resolves at once with whose share is used up.
   */
  readonly wait: (position: number, ms: number) => Promise<Full | undefined>;
  /** Whether waiting is of no more use: the server stops, or who asked has gone. */
  readonly isOver: () => boolean;
  /** Ends it, with a wait that is still under way. */
  readonly end: () => void;
}

export interface LongPollLimits {
  readonly slots: ShareLimits;
  readonly pollsPerDeviceMax: number;
}

/**
 * A service has one open, another after a connection died unnoticed, and some while it is replaced by a newer build.
 */
const longPollLimits: LongPollLimits = {
  slots: { all: 500, workspace: 125, lineage: 8 },
  pollsPerDeviceMax: 4,
};

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
  const slots = makeShares(limits.slots);
  let isStopped = false;
  const unlisten = store.listen((wake) => {
    for (const waiter of waiters) hear(waiter, wake);
  });
  return {
    begin: (owner) => {
      const own = [...waiters].filter((waiter) => isSame(waiter.owner, owner));
      if (own.length >= limits.pollsPerDeviceMax) return "device-full";
      const waiter = { owner, heardHead: 0, isRevoked: false, isOver: isStopped, wake: () => {} };
      waiters.add(waiter);
      return {
        wait: async (position, ms) => {
          if (isDue(waiter, position) || ms <= 0) return undefined;
          const full = slots.lack(owner, 1);
          if (full !== undefined) return full;
          slots.take(owner, 1);
          await waitFor(waiter, position, ms).finally(() => slots.take(owner, -1));
          return undefined;
        },
        isOver: () => waiter.isOver,
        end: () => {
          waiters.delete(waiter);
          giveUp(waiter);
        },
      };
    },
    count: slots.taken,
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

function isDue({ isOver, isRevoked, heardHead }: Waiter, position: number): boolean {
  return isOver || isRevoked || heardHead > position;
}

function waitFor(waiter: Waiter, position: number, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      waiter.wake = () => {};
      resolve();
    };
    const timer = setTimeout(finish, ms);
    waiter.wake = () => {
      if (isDue(waiter, position)) finish();
    };
  });
}

function isSame(one: TokenOwner, other: TokenOwner): boolean {
  return one.workspace === other.workspace && one.device === other.device;
}
