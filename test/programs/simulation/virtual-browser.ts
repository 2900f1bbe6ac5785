import type { ElectionPorts } from "../../../src/sync/contexts/election.ts";
import { after, worldNowMs } from "./virtual-time.ts";

/** One JavaScript context of a browser: a tab or the service worker. What is frozen happens when it is thawed. */
export interface Context {
  readonly name: string;
  alive: boolean;
  frozen: boolean;
  /** Nobody sees it: its timers come once a minute. */
  hidden: boolean;
  readonly backlog: (() => void)[];
}

export function makeContext(name: string): Context {
  return { name, alive: true, frozen: false, hidden: false, backlog: [] };
}

/** The same, but only while its context runs: kept while it is frozen, dropped once it is dead. */
export function inContext(context: Context, work: () => void): () => void {
  return () => {
    if (!context.alive) return;
    if (context.frozen) context.backlog.push(work);
    else work();
  };
}

export function thaw(context: Context): void {
  context.frozen = false;
  for (const work of context.backlog.splice(0)) inContext(context, work)();
}

/** A timer as a browser gives it to this context. */
export function contextTimer(context: Context, delayMs: number, ring: () => void): () => void {
  const wait = context.hidden ? Math.ceil(delayMs / 60_000) * 60_000 : delayMs;
  return after(wait, inContext(context, ring));
}

interface Claim {
  readonly context: Context;
  readonly give: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** What the contexts of one profile share: its locks and its channels. */
export interface Profile {
  readonly locks: Map<string, { holder: Claim | undefined; readonly waiting: Claim[] }>;
  readonly radios: Set<{
    readonly context: Context;
    readonly name: string;
    hear: (message: unknown) => void;
  }>;
}

export function makeProfile(): Profile {
  return { locks: new Map(), radios: new Set() };
}

/** Ends a context: its locks go to whoever waits, its channels fall silent. */
export function killContext(profile: Profile, context: Context): void {
  context.alive = false;
  for (const radio of profile.radios) if (radio.context === context) profile.radios.delete(radio);
  for (const lock of profile.locks.values()) {
    const left = lock.waiting.filter((claim) => claim.context !== context);
    lock.waiting.splice(0, lock.waiting.length, ...left);
    if (lock.holder?.context === context) {
      lock.holder = undefined;
      giveNext(lock);
    }
  }
}

function giveNext(lock: { holder: Claim | undefined; readonly waiting: Claim[] }): void {
  if (lock.holder !== undefined) return;
  const next = lock.waiting.shift();
  if (next === undefined) return;
  lock.holder = next;
  next.give();
}

/** The election's view of the world from one context. */
export function electionPorts(profile: Profile, context: Context): ElectionPorts {
  return {
    locks: { request: makeRequest(profile, context) as LockManager["request"] },
    openChannel: (name) => openChannel(profile, context, name),
    every: (periodMs, ring) => {
      let cancel = () => {};
      const again = () => {
        cancel = contextTimer(context, periodMs, () => {
          again();
          ring();
        });
      };
      again();
      return () => cancel();
    },
    nowMs: worldNowMs,
    pause: (delayMs) => new Promise((resolve) => void contextTimer(context, delayMs, resolve)),
  };
}

function openChannel(
  profile: Profile,
  context: Context,
  name: string,
): ReturnType<ElectionPorts["openChannel"]> {
  const radio = { context, name, hear: (_message: unknown) => {} };
  profile.radios.add(radio);
  const channel: ReturnType<ElectionPorts["openChannel"]> = {
    onmessage: null,
    postMessage: (data: unknown) => {
      for (const other of profile.radios) {
        if (other !== radio && other.name === name)
          after(
            1,
            inContext(other.context, () => other.hear(data)),
          );
      }
    },
    close: () => void profile.radios.delete(radio),
  };
  radio.hear = (data) => {
    if (profile.radios.has(radio)) channel.onmessage?.({ data } as MessageEvent);
  };
  return channel;
}

type Work = (lock: object | null) => unknown;
interface LockRequest {
  readonly steal?: boolean;
  readonly ifAvailable?: boolean;
  readonly signal?: AbortSignal;
}

function makeRequest(profile: Profile, context: Context) {
  return (name: string, options: LockRequest, work: Work): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const lock = profile.locks.get(name) ?? { holder: undefined, waiting: [] };
      profile.locks.set(name, lock);
      const release = (claim: Claim) => {
        if (lock.holder !== claim) return;
        lock.holder = undefined;
        giveNext(lock);
      };
      const withdraw = () => {
        const place = lock.waiting.indexOf(claim);
        if (place >= 0) lock.waiting.splice(place, 1);
        if (place >= 0) reject(new DOMException("the request was aborted", "AbortError"));
      };
      const claim: Claim = {
        context,
        refuse: (reason) => inContext(context, () => reject(reason))(),
        give: () =>
          after(
            0,
            inContext(context, () => {
              options.signal?.removeEventListener("abort", withdraw);
              if (lock.holder !== claim) return;
              Promise.resolve()
                .then(() => work({ name }))
                .finally(() => release(claim))
                .then(resolve, reject);
            }),
          ),
      };
      if (options.ifAvailable === true && (lock.holder !== undefined || lock.waiting.length > 0)) {
        Promise.resolve()
          .then(() => work(null))
          .then(resolve, reject);
        return;
      }
      if (options.steal === true) {
        const robbed = lock.holder;
        lock.holder = claim;
        robbed?.refuse(new DOMException("the lock was stolen", "AbortError"));
        claim.give();
        return;
      }
      options.signal?.addEventListener("abort", withdraw);
      lock.waiting.push(claim);
      giveNext(lock);
    });
}
