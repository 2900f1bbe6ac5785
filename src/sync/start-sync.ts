import type { Device } from "../device/device.ts";
import { live } from "../device/live.ts";
import { findMeta } from "../device/meta.ts";
import { countWaiting } from "../device/queries.ts";
import { askForPeriodicWakes, askForWake } from "./background.ts";
import { postSync } from "./exchange.ts";
import { type Lead, type LeadPorts, startLead, takeFence } from "./lead.ts";
import { stand } from "./leader.ts";
import { startLiveHints } from "./live-hints.ts";

/** Syncing of a page: `wake` makes whoever leads try now, `stop` leaves the election. */
export interface Syncing {
  readonly wake: () => void;
  readonly stop: () => void;
}

/** The world as it is: real time, real luck, the server that the device has joined. */
export const worldPorts: LeadPorts = {
  post: postSync,
  nowMs: () => Date.now(),
  luck: () => Math.random(),
  report: (error) => reportError(error),
  setTimer: (delayMs, ring) => {
    const timer = setTimeout(ring, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Takes part in syncing a device, once per page; one context of the browser leads, the others save and wait. The
 * page calls `wake` when it becomes visible; `online` is heard here.
 */
export function startSync(device: Device): Syncing {
  if (device.identity().joined === undefined) return { wake: () => {}, stop: () => {} };
  const candidate = stand(device.db.name, (signal) => leadUntil(device, signal));
  const onWake = () => candidate.wake();
  addEventListener("online", onWake);
  askForPeriodicWakes().catch(reportError);
  const watch = live(() => countWaiting(device.db)).subscribe(({ pending }) => {
    if (pending > 0) askForWake().catch(reportError);
  });
  return {
    wake: candidate.wake,
    stop: () => {
      removeEventListener("online", onWake);
      watch.unsubscribe();
      candidate.stop();
    },
  };
}

/** Leads until the signal, or until another context takes the fence. */
function leadUntil(
  device: Device,
  signal: AbortSignal,
): { readonly wake: () => void; readonly ended: Promise<void> } {
  let lead: Lead | undefined;
  const run = async () => {
    const fence = await takeFence(device.db);
    if (signal.aborted) return;
    const started = startLead(device, fence, worldPorts);
    lead = started;
    const hints = startLiveHints(device, (head) => {
      wakeIfBehind(device, head, started).catch(() => started.wake());
    });
    signal.addEventListener("abort", () => started.stop());
    await started.ended;
    hints.stop();
  };
  return { wake: () => lead?.wake(), ended: run() };
}

async function wakeIfBehind(device: Device, head: number, lead: Lead): Promise<void> {
  const place = await findMeta(device.db, "place");
  if (place === undefined || place.position < head) lead.wake();
}
