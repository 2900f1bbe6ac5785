import type { SyncRequest } from "../../../src/protocol/sync-messages.ts";

/** So often in a minute a device may ask from the same position with nothing to send; hints and tabs may repeat it. */
const sameInAMinuteMax = 60;

interface Asking {
  readonly cursor: string | null;
  readonly sinceMs: number;
  times: number;
}

const asking = new WeakMap<object, Asking>();

/**
 * Notes a request of a device at a moment of virtual time. True once when it asks for the same thing over and over
 * with nothing to send: it would empty a battery, and keep its lock, without ever failing.
 */
export function asksTooOften(device: object, { cursor, commands }: SyncRequest, nowMs: number): boolean {
  if (commands.length > 0) {
    asking.delete(device);
    return false;
  }
  const known = asking.get(device);
  if (known === undefined || known.cursor !== cursor || nowMs - known.sinceMs > 60_000) {
    asking.set(device, { cursor, sinceMs: nowMs, times: 1 });
    return false;
  }
  known.times += 1;
  return known.times === sameInAMinuteMax + 1;
}

/** The browser says that there is a network: every tab may ask at once, so counting begins again. */
export function mayAskAgain(device: object): void {
  asking.delete(device);
}
