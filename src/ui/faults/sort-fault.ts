import { findStorageFault } from "../../device/storage/storage-fault.ts";
import { ActFailed } from "./act.ts";

/**
 * What kind of error it is, as far as somebody can do something about it: no room, a storage that does not answer, a
 * part of the app that is gone since an update, or a mistake of ours.
 */
export type FaultKind = "quota" | "storage" | "stale" | "ours";

/** An error that nobody has dealt with. `acted`: somebody had tapped, and what they wanted may not be done. */
export interface SortedFault {
  readonly kind: FaultKind;
  readonly acted: boolean;
}

/** Sorts an error that nobody has dealt with. */
export function sortFault(error: unknown): SortedFault {
  const acted = error instanceof ActFailed;
  const cause = acted ? error.cause : error;
  if (isStale(cause)) return { kind: "stale", acted };
  return { kind: findStorageFault(cause)?.why ?? "ours", acted };
}

/** Whether a part of the app could not be loaded: another tab has updated it. Browsers word it differently. */
export function isStale(error: unknown): boolean {
  return error instanceof TypeError && /import|module/i.test(error.message);
}
