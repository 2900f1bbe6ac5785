import type { DeviceDatabase } from "../../device/storage/database.ts";
import type { Device } from "../../device/storage/device.ts";
import { findMeta, mustMeta } from "../../device/storage/meta.ts";
import { reopen } from "../../device/storage/reopen.ts";
import { checkForUpdate } from "./background.ts";
import { browserElection, type Candidate } from "./election.ts";
import { type Remedy, type Stall, tickMs, type WatchFacts, watch, watchful } from "./watchdog.ts";

/** What watching needs of the world beside syncing. */
export interface WatchWorld {
  /** Rings every so often until what it returns is called. */
  readonly every: (periodMs: number, ring: () => void) => () => void;
  /** ms of a clock that only goes forward. */
  readonly monotonicMs: () => number;
  /** What the browser says of the network: its yes means little, its no can be believed. */
  readonly isOnline: () => boolean;
  readonly reopen: (db: DeviceDatabase) => Promise<void>;
  readonly checkForUpdate: () => Promise<void>;
}

/** What watching needs in all. `nowMs` is the device's own clock, by which waits are announced. */
export interface WatchPorts extends WatchWorld {
  readonly nowMs: () => number;
  readonly isSeen: () => boolean;
  readonly report: (error: unknown) => void;
}

/** The real world. */
export const browserWatch: WatchWorld = {
  every: browserElection.every,
  monotonicMs: () => performance.now(),
  isOnline: () => navigator.onLine,
  reopen,
  checkForUpdate,
};

/**
 * Watches whether what waits is sent, in every page that somebody sees, whoever leads: looks every 15 s, tries what
 * `watch` says, and tells `onStall` when nothing has helped, and when it is over.
 */
export function startWatch(
  device: Device,
  candidate: Pick<Candidate, "wake" | "takeOver">,
  ports: WatchPorts,
  onStall: (stall: Stall | undefined) => void,
): { readonly stop: () => void } {
  let state = watchful;
  let known: Reading | undefined;
  let reading = false;

  const look = (read: Reading) => {
    const facts = { ...read, nowMs: ports.monotonicMs(), active: ports.isSeen() && ports.isOnline() };
    const [next, { remedy, tell }] = watch(state, facts);
    state = next;
    if (tell !== undefined) onStall(tell.stall);
    // A remedy may hang like what it is to heal: nobody waits for it.
    if (remedy !== undefined) attempt(remedy).catch(ports.report);
  };

  const attempt = async (remedy: Remedy) => {
    if (remedy === "check-update") return ports.checkForUpdate();
    if (remedy === "reopen") await ports.reopen(device.db);
    if (remedy === "take-over") candidate.takeOver();
    candidate.wake();
  };

  const stop = ports.every(tickMs, () => {
    // A database that does not answer is no progress: what was last known of it counts.
    if (reading) {
      if (known !== undefined) look(known);
      return;
    }
    reading = true;
    readFacts(device, ports.nowMs())
      .then(
        (read) => {
          known = read;
          look(read);
        },
        () => {
          if (known !== undefined) look(known);
        },
      )
      .catch(ports.report)
      .finally(() => {
        reading = false;
      });
  });
  return { stop };
}

type Reading = Omit<WatchFacts, "nowMs" | "active">;

/** The facts for the watchdog, read in one transaction. */
async function readFacts({ db }: Device, nowMs: number): Promise<Reading> {
  return db.transaction("r", db.meta, db.outbox, async () => {
    const [ledger, place, status, attempts, pending] = await Promise.all([
      mustMeta(db, "ledger"),
      mustMeta(db, "place"),
      mustMeta(db, "status"),
      findMeta(db, "attempts"),
      db.outbox.where("state").equals("pending").count(),
    ]);
    const outcome = attempts?.last.at(-1)?.outcome;
    const { nextAttemptAt } = status;
    return {
      pending,
      done: ledger.created - pending,
      position: place.position,
      ...(outcome === undefined || outcome === "passed" ? {} : { trouble: outcome }),
      attempts: attempts?.count ?? 0,
      dueAt: nextAttemptAt,
      waitMs: nextAttemptAt === undefined ? 0 : nextAttemptAt - nowMs,
    };
  });
}
