import type { DeviceDatabase } from "./database.ts";
import { abort } from "./open-transactions.ts";
import { reopen } from "./reopen.ts";
import { nothingSeen, type SeenTransactions, seeTransactions, silentOnes } from "./silent-transactions.ts";
import { type LookEffect, type LookInput, lookAtStorage, type StorageLook } from "./storage-look.ts";

/** What watching the storage needs of the world. `every` and `after` ring until what they return is called. */
export interface StorageWatchPorts {
  readonly isSeen: () => boolean;
  readonly every: (periodMs: number, ring: () => void) => () => void;
  readonly after: (delayMs: number, ring: () => void) => () => void;
}

/** `look` looks now: something failed, or the page is seen again. */
export interface StorageWatch {
  readonly look: () => void;
  readonly stop: () => void;
}

/**
 * How often a page that is seen looks unasked: live queries keep their last value, and say nothing, when it is lost.
 */
const everyMs = 15_000;
const answerMsMax = 10_000;

/** The browser's own timers. */
export const browserTimers: Omit<StorageWatchPorts, "isSeen"> = {
  every: (periodMs, ring) => {
    const timer = setInterval(ring, periodMs);
    return () => clearInterval(timer);
  },
  after: (delayMs, ring) => {
    const timer = setTimeout(ring, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Finds out that the connection to the storage is lost, which some browsers do to a page that was suspended: by a cheap
 * read, when asked, when the connection closes, and every 15 s. Tells it once. Transactions that wait for 30 s while
 * nothing at all is answered are aborted, so that whoever waits for one hears that nothing of it is saved; then the
 * connection is opened again.
 */
export function startStorageWatch(
  db: DeviceDatabase,
  ports: StorageWatchPorts,
  onLost: () => void,
): StorageWatch {
  let state: StorageLook = "rests";
  let seen: SeenTransactions<IDBTransaction> = nothingSeen();
  let turn = 0;
  let stopped = false;
  const feed = (input: LookInput) => {
    if (stopped) return;
    const [next, effect] = lookAtStorage(state, input);
    state = next;
    if (effect !== undefined) perform(effect);
  };
  const perform = (effect: LookEffect) => {
    if (effect === "tell") return onLost();
    const work = effect === "read" ? readIdentity(db) : reopen(db);
    turn += 1;
    const own = turn;
    let over = false;
    const end = (input: LookInput) => {
      if (over) return;
      over = true;
      cancel();
      // Another read or opening has begun meanwhile: what this one came to says nothing about that.
      if (own === turn) feed(input);
    };
    const cancel = ports.after(answerMsMax, () => end("silent"));
    return void work.then(
      () => end("answered"),
      // Whatever it is: a database that does not give back its own identity is of no use to this page.
      () => end("failed"),
    );
  };
  const look = () => feed("asked");
  const lookByTheClock = () => {
    // A page that nobody sees may stand still for hours: no silence is counted there.
    seen = ports.isSeen() ? seeTransactions(seen, db.openTransactions, db.answers()) : nothingSeen();
    const silent = silentOnes(seen);
    abort(silent);
    if (silent.length > 0) feed("stuck");
    else if (ports.isSeen()) look();
  };
  const stopLooking = ports.every(everyMs, lookByTheClock);
  // Told while the connection is still closing: a read would go out on the old one.
  const lookOnceClosed = () => queueMicrotask(look);
  db.on("close", lookOnceClosed);
  return {
    look,
    stop: () => {
      stopped = true;
      stopLooking();
      db.on.close.unsubscribe(lookOnceClosed);
    },
  };
}

async function readIdentity(db: DeviceDatabase): Promise<void> {
  if ((await db.meta.get("identity")) === undefined) throw new Error("expected an identity, found none");
}
