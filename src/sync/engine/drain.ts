import type { Device } from "../../device/storage/device.ts";
import { type ExchangePorts, exchangeOnce } from "./exchange.ts";
import { inputOf, takeFence } from "./run.ts";
import { step, stopped } from "./step.ts";

/**
 * Syncs until nothing is left or something fails: one wake of the service worker. Bounded: the platform gives it three
 * minutes at most, `signal` ends it between two exchanges, and each that is done stays done. Tells whether all is done;
 * false asks the platform to wake it again.
 */
export async function drain(
  device: Device,
  deadlineMs: number,
  ports: ExchangePorts,
  signal: AbortSignal = new AbortController().signal,
): Promise<boolean> {
  if (device.identity().joined === undefined) return true;
  const fence = await takeFence(device.db);
  let [state, effects] = step(stopped, { type: "start", as: "wake" });
  while (ports.nowMs() < deadlineMs && !signal.aborted) {
    const over = effects.find((effect) => effect.type === "done");
    if (over !== undefined) return over.isAll;
    const wanted = effects.find((effect) => effect.type === "exchange");
    if (wanted === undefined) throw new Error("expected a wake to exchange or to be done");
    const { turn, commandsMax, suspects } = wanted;
    const result = await exchangeOnce(device, ports, { fence, commandsMax, suspects: new Set(suspects) });
    if (result.outcome === "robbed") return true;
    // A wake does not wait, so it needs no random numbers.
    [state, effects] = step(state, inputOf(result, turn, ports.nowMs(), 0));
  }
  return effects.some((effect) => effect.type === "done" && effect.isAll);
}
