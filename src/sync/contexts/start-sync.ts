import type { Device } from "../../device/storage/device.ts";
import { live } from "../../device/storage/live.ts";
import { findMeta } from "../../device/storage/meta.ts";
import { findStorageFault } from "../../device/storage/storage-fault.ts";
import { hasPending } from "../../device/views/queries.ts";
import { type Lead, startLead, takeFence } from "../engine/run.ts";
import { browserWorld, type SyncWorld } from "./browser-world.ts";
import { type Candidate, stand } from "./election.ts";
import { browserWatch, startWatch, type WatchWorld } from "./start-watch.ts";
import type { Stall } from "./watchdog.ts";

/**
 * Syncing of a page: `wake` makes whoever leads try now, `takeOver` makes this page lead, `stop` leaves the election.
 */
export interface Syncing {
  readonly wake: () => void;
  readonly takeOver: () => void;
  readonly stop: () => void;
}

/** The page that is kept syncing: whether somebody sees it, and where to tell that work is not sent. */
export interface SyncPage {
  readonly isSeen: () => boolean;
  readonly onStall: (stall: Stall | undefined) => void;
  /** The browser's own, unless a test brings another. */
  readonly watch?: WatchWorld;
}

/**
 * Takes part in syncing a device, once per page; one context of the browser leads, the others save and wait. The page
 * calls `wake` when it becomes visible; `online` is heard here. With a `page`, whether work is sent is watched.
 */
export function startSync(device: Device, world: SyncWorld = browserWorld, page?: SyncPage): Syncing {
  if (device.identity().joined === undefined) return { wake: () => {}, takeOver: () => {}, stop: () => {} };
  let told = false;
  const lead = (signal: AbortSignal) => {
    const { wake, ended } = leadUntil(device, signal, world);
    const reported = ended.catch((error: unknown) => {
      // The election lets it stand again and again: what is our own mistake is said once. The storage is watched by
      // pages.
      if (!told && findStorageFault(error) === undefined) world.report(error);
      told = true;
      throw error;
    });
    return { wake, ended: reported };
  };
  const candidate = stand(device.db.name, lead, world.election);
  const offOnline = world.onOnline(() => candidate.wake());
  world.askForPeriodicWakes().catch(world.report);
  const watch = live(() => hasPending(device.db)).subscribe((isPending) => {
    if (isPending) world.askForWake().catch(world.report);
  });
  const watching = page === undefined ? undefined : watchPage(device, candidate, world, page);
  return {
    wake: candidate.wake,
    takeOver: candidate.takeOver,
    stop: () => {
      watching?.stop();
      offOnline();
      watch.unsubscribe();
      candidate.stop();
    },
  };
}

function watchPage(device: Device, candidate: Candidate, world: SyncWorld, page: SyncPage) {
  const { isSeen, onStall, watch: watching = browserWatch } = page;
  const { nowMs, report } = world;
  return startWatch(device, candidate, { ...watching, nowMs, report, isSeen }, onStall);
}

/** Leads until the signal, or until another context takes the fence. */
function leadUntil(
  device: Device,
  signal: AbortSignal,
  world: SyncWorld,
): { readonly wake: () => void; readonly ended: Promise<void> } {
  let lead: Lead | undefined;
  const run = async () => {
    const fence = await takeFence(device.db);
    if (signal.aborted) return;
    const started = startLead(device, fence, world);
    lead = started;
    signal.addEventListener("abort", () => started.stop());
    try {
      const hints = world.startHints(device, (head) => {
        wakeIfBehind(device, head, started).catch(() => started.wake());
      });
      await started.ended;
      hints.stop();
    } finally {
      started.stop();
    }
  };
  return { wake: () => lead?.wake(), ended: run() };
}

async function wakeIfBehind(device: Device, head: number, lead: Lead): Promise<void> {
  const place = await findMeta(device.db, "place");
  if (place === undefined || place.position < head) lead.wake();
}
