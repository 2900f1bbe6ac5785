import type { Device } from "../../device/storage/device.ts";
import { limits } from "../../protocol/limits.ts";
import { type ExchangePorts, exchangeOnce } from "./exchange.ts";
import { blamesCommands, takeFence } from "./run.ts";

/**
 * Sends and fetches until nothing is left or something fails: one wake of the service worker. Bounded: the platform
 * gives it three minutes at most, `signal` ends it between two batches, and each batch that is done stays done. Tells
 * whether all is done; false asks the platform to wake it again.
 */
export async function drain(
  device: Device,
  deadlineMs: number,
  ports: ExchangePorts,
  signal: AbortSignal = new AbortController().signal,
): Promise<boolean> {
  if (device.identity().joined === undefined) return true;
  const fence = await takeFence(device.db);
  let commandsMax: number = limits.requestCommands;
  const suspects = new Set<string>();
  let released = false;
  while (ports.nowMs() < deadlineMs && !signal.aborted) {
    const result = await exchangeOnce(device, ports, { fence, commandsMax, suspects });
    if (result.outcome === "robbed") return true;
    if (result.outcome === "failed") {
      const [alone] = result.sent;
      const obeys = result.retryAfterMs !== undefined;
      if (alone === undefined || obeys || !blamesCommands(result)) return false;
      // One that fails alone lets the others pass, once in a wake; a second one means that the way is closed.
      if (result.sent.length === 1 && suspects.size > 0) return false;
      if (result.sent.length === 1) suspects.add(alone);
      commandsMax = Math.max(1, Math.floor(result.sent.length / 2));
      continue;
    }
    if (result.again) continue;
    if (suspects.size === 0) return true;
    // All others are through, so the way is open: whoever failed alone gets one more try in this wake.
    if (released) return false;
    released = true;
    suspects.clear();
  }
  return false;
}
