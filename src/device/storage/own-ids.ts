import type { Identity } from "./rows.ts";

/** Every id that a device writes or has written under. */
export function ownIds({ deviceId, formerIds = [] }: Identity): ReadonlySet<string> {
  return new Set([deviceId, ...formerIds]);
}
