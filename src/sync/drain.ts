import type { Device } from "../device/device.ts";
import { limits } from "../protocol/limits.ts";
import { exchangeOnce } from "./exchange.ts";
import { takeFence } from "./lead.ts";
import { worldPorts } from "./start-sync.ts";

/**
 * Sends and fetches until nothing is left or something fails: one wake of the service worker. Bounded: the platform
 * gives it three minutes at most, and each batch that is done stays done. Tells whether all is done; false asks
 * the platform to wake it again.
 */
export async function drain(device: Device, deadlineMs: number): Promise<boolean> {
  if (device.identity().joined === undefined) return true;
  const fence = await takeFence(device.db);
  let commandsMax: number = limits.requestCommands;
  while (Date.now() < deadlineMs) {
    const result = await exchangeOnce(device, worldPorts, { fence, commandsMax, suspects: new Set() });
    if (result.outcome === "robbed") return true;
    if (result.outcome === "failed") {
      if (result.sent.length <= 1) return false;
      commandsMax = Math.max(1, Math.floor(result.sent.length / 2));
      continue;
    }
    if (!result.again) return true;
  }
  return false;
}
