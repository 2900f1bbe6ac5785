/**
 * A leader that leaves this many pings unanswered, 10 s apart, is robbed of its lock: a frozen tab holds it for
 * ever. Counted, not timed: a hidden follower's own timers come once a minute, and prove nothing about the leader.
 */
const unansweredMax = 3;
const pingEveryMs = 10_000;
const silentLeaderMs = unansweredMax * pingEveryMs;

/** Names of the lock and the channel of one database. */
function names(database: string) {
  return { lock: `docket-sync:${database}`, channel: `docket-sync:${database}` };
}

/** What followers and leader say to one another. */
type Word = { readonly word: "ping" | "pong" | "wake" };

/** One context's part in the election of who syncs. */
export interface Candidate {
  /** Asks whoever leads to try now. */
  readonly wake: () => void;
  readonly stop: () => void;
}

/**
 * Takes part in the election for a database: `lead` runs while this context holds the lock and ends when it
 * resolves or `signal` aborts. Who waits pings the leader; one that is silent for 30 s (a frozen tab) is robbed,
 * and its fence makes its late answers harmless. Saving never depends on any of this (L11).
 */
export function stand(
  database: string,
  lead: (signal: AbortSignal) => { readonly wake: () => void; readonly ended: Promise<void> },
): Candidate {
  const stopping = new AbortController();
  const { lock, channel } = names(database);
  const radio = new BroadcastChannel(channel);
  let leading: { readonly wake: () => void } | undefined;
  let unanswered = 0;
  radio.onmessage = (message: MessageEvent<Word>) => {
    if (message.data.word === "pong") unanswered = 0;
    if (leading === undefined) return;
    if (message.data.word === "ping") radio.postMessage({ word: "pong" } satisfies Word);
    if (message.data.word === "wake") leading.wake();
  };

  const hold = async () => {
    const robbed = new AbortController();
    const running = lead(AbortSignal.any([stopping.signal, robbed.signal]));
    leading = running;
    try {
      await running.ended;
    } finally {
      leading = undefined;
      robbed.abort();
    }
  };

  const queue = (steal: boolean) => {
    const options = steal ? { steal: true } : { signal: stopping.signal };
    navigator.locks.request(lock, options, hold).then(
      () => requeue(),
      // Aborted by our own stop, or robbed: whoever was robbed stands again, behind the others.
      () => requeue(),
    );
  };

  const requeue = () => {
    if (!stopping.signal.aborted) queue(false);
  };

  const patrol = setInterval(() => {
    if (leading !== undefined || unanswered >= unansweredMax) {
      if (leading === undefined) queue(true);
      unanswered = 0;
      return;
    }
    unanswered += 1;
    radio.postMessage({ word: "ping" } satisfies Word);
  }, pingEveryMs);

  queue(false);
  return {
    wake: () => {
      if (leading !== undefined) leading.wake();
      else radio.postMessage({ word: "wake" } satisfies Word);
    },
    stop: () => {
      clearInterval(patrol);
      stopping.abort();
      radio.close();
    },
  };
}

/** How often a stand-in looks, and how long it takes silence for absence. */
const lookEveryMs = 1_000;
const absentMs = 5_000;

/**
 * Syncs in place of a page that may be gone, as the service worker does when it is woken. While a page leads and
 * answers, it is left to it, until `isDone` or the deadline; one that holds the lock and is silent is robbed. Tells
 * whether all is done.
 */
export async function standIn(
  database: string,
  deadlineMs: number,
  isDone: () => Promise<boolean>,
  work: () => Promise<boolean>,
): Promise<boolean> {
  const { lock, channel } = names(database);
  const radio = new BroadcastChannel(channel);
  let lastPongMs = Date.now();
  let working = false;
  radio.onmessage = (message: MessageEvent<Word>) => {
    if (message.data.word === "pong") lastPongMs = Date.now();
    // Who holds the lock answers, or a page that opens meanwhile would take it for frozen.
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
    while (Date.now() < deadlineMs) {
      const steal = Date.now() - lastPongMs > silentLeaderMs;
      const options = steal ? { steal: true } : { ifAvailable: true };
      const done = await navigator.locks.request(lock, options, (held) =>
        held === null ? undefined : holdAndWork(),
      );
      if (done !== undefined) return done;
      if (Date.now() - lastPongMs < absentMs && (await isDone())) return true;
      radio.postMessage({ word: "ping" } satisfies Word);
      radio.postMessage({ word: "wake" } satisfies Word);
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
    return false;
  } finally {
    radio.close();
  }
}
