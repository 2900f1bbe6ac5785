import { linkedAbort } from "../calls/linked-abort.ts";

/**
 * A leader that answers nothing for three rounds of 10 s, and so leaves two pings unanswered, is robbed of its lock: a
 * frozen tab holds it for ever. Followers count the rounds and not the time: a hidden one's own timers come once a
 * minute, and prove nothing about the leader.
 */
const silentRoundsMax = 3;
const roundMs = 10_000;
const requeueAfterMs = 1_000;
const silentLeaderMs = silentRoundsMax * roundMs;

/** Names of the lock and the channel of one database. */
function names(database: string) {
  return { lock: `docket-sync:${database}`, channel: `docket-sync:${database}` };
}

/** What followers and leader say to one another. */
type Word = { readonly word: "ping" | "pong" | "wake" };

/** What the election needs of the world: the browser's locks, channels and timers; a simulation brings its own. */
export interface ElectionPorts {
  readonly locks: Pick<LockManager, "request">;
  readonly openChannel: (name: string) => Radio;
  /** Rings every so often until what it returns is called. */
  readonly every: (periodMs: number, ring: () => void) => () => void;
  readonly nowMs: () => number;
  readonly pause: (delayMs: number) => Promise<void>;
}

/** What is used of a BroadcastChannel. */
type Radio = Pick<BroadcastChannel, "postMessage" | "close"> & {
  onmessage: ((message: MessageEvent<Word>) => void) | null;
};

/** The browser's own. */
export const browserElection: ElectionPorts = {
  get locks() {
    return navigator.locks;
  },
  openChannel: (name) => new BroadcastChannel(name),
  every: (periodMs, ring) => {
    const timer = setInterval(ring, periodMs);
    return () => clearInterval(timer);
  },
  nowMs: () => Date.now(),
  pause: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
};

/** One context's part in the election of who syncs. */
export interface Candidate {
  /** Asks whoever leads to try now. */
  readonly wake: () => void;
  /** Leads from now on, whoever did: this context too begins again where it leads already, and is stuck. */
  readonly takeOver: () => void;
  readonly stop: () => void;
}

/**
 * Takes part in the election for a database: `lead` runs while this context holds the lock and ends when it resolves or
 * `signal` aborts. Contexts that wait ping the leader; one that is silent for 30 s (a frozen tab) loses the lock, and
 * its fence makes its late answers harmless. Saving never depends on any of this (L11).
 */
export function stand(
  database: string,
  lead: (signal: AbortSignal) => { readonly wake: () => void; readonly ended: Promise<void> },
  ports: ElectionPorts = browserElection,
): Candidate {
  const stopping = new AbortController();
  const { lock, channel } = names(database);
  const radio = ports.openChannel(channel);
  let leading: { readonly wake: () => void; readonly abort: () => void } | undefined;
  let standing = 0;
  let silentRounds = 0;
  radio.onmessage = (message: MessageEvent<Word>) => {
    if (message.data.word === "pong") silentRounds = 0;
    if (leading === undefined) return;
    if (message.data.word === "ping") radio.postMessage({ word: "pong" } satisfies Word);
    if (message.data.word === "wake") leading.wake();
  };

  const hold = async () => {
    const ending = linkedAbort(stopping.signal);
    const running = lead(ending.signal);
    const own = { wake: running.wake, abort: ending.abort };
    leading = own;
    try {
      await running.ended;
    } finally {
      // This context already leads, through a later claim.
      if (leading === own) leading = undefined;
      ending.abort();
      ending.release();
    }
  };

  const queue = (steal: boolean) => {
    const options = steal ? { steal: true } : { signal: stopping.signal };
    standing += 1;
    ports.locks.request(lock, options, hold).then(
      requeue,
      // Aborted by our own stop, robbed, or leading failed: stands again, behind the others.
      requeue,
    );
  };

  // With a pause: where leading fails at once (a broken storage), standing again must not spin.
  const requeue = async () => {
    standing -= 1;
    // This context has a claim already: two would be given the lock one after the other.
    if (standing > 0) return;
    await ports.pause(requeueAfterMs);
    if (!stopping.signal.aborted) queue(false);
  };

  const stopPatrol = ports.every(roundMs, () => {
    silentRounds += 1;
    if (leading !== undefined || silentRounds >= silentRoundsMax) {
      if (leading === undefined) queue(true);
      silentRounds = 0;
      return;
    }
    radio.postMessage({ word: "ping" } satisfies Word);
  });

  queue(false);
  return {
    wake: () => {
      if (leading !== undefined) leading.wake();
      else radio.postMessage({ word: "wake" } satisfies Word);
    },
    takeOver: () => {
      leading?.abort();
      queue(true);
    },
    stop: () => {
      stopPatrol();
      stopping.abort();
      radio.close();
    },
  };
}

/** How often a stand-in looks at the leader, and how long it takes silence for absence. */
const lookEveryMs = 1_000;
const absentMs = 5_000;

/** How long a wake may last: to a moment, or until somebody ends it. */
export interface WakeBounds {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/**
 * Syncs instead of a page that may be gone, as the service worker does when it is woken. While a page leads and
 * answers, it is left to it, until `isDone` or its bounds; one that holds the lock and is silent for 30 s is robbed.
 * Tells whether all is done.
 */
export async function standIn(
  database: string,
  { deadlineMs, signal }: WakeBounds,
  isDone: () => Promise<boolean>,
  work: () => Promise<boolean>,
  ports: ElectionPorts = browserElection,
): Promise<boolean> {
  const { lock, channel } = names(database);
  const radio = ports.openChannel(channel);
  let lastPongMs = ports.nowMs();
  let working = false;
  let looks = 0;
  radio.onmessage = (message: MessageEvent<Word>) => {
    if (message.data.word === "pong") lastPongMs = ports.nowMs();
    // The holder of the lock must answer, or a page that opens meanwhile would take it for frozen.
    if (message.data.word === "ping" && working) radio.postMessage({ word: "pong" } satisfies Word);
  };
  const holdAndWork = async () => {
    working = true;
    try {
      return await work();
    } finally {
      working = false;
    }
  };
  try {
    while (ports.nowMs() < deadlineMs && !signal.aborted) {
      const steal = ports.nowMs() - lastPongMs >= silentLeaderMs;
      const options = steal ? { steal: true } : { ifAvailable: true };
      const done = await ports.locks.request(lock, options, (held) =>
        held === null ? undefined : holdAndWork(),
      );
      if (done !== undefined) return done;
      if (ports.nowMs() - lastPongMs < absentMs && (await isDone())) return true;
      radio.postMessage({ word: "ping" } satisfies Word);
      looks += 1;
      if (wakesAtLook(looks)) radio.postMessage({ word: "wake" } satisfies Word);
      await ports.pause(lookEveryMs);
    }
    return false;
  } finally {
    radio.close();
  }
}

/**
 * At the first look and then ever more seldom (2, 4, 8, ...): a hidden page's own timers may be slow, but its backoff
 * must hold, or every wake would make it ask the server each second.
 */
function wakesAtLook(looks: number): boolean {
  return Number.isInteger(Math.log2(looks));
}
