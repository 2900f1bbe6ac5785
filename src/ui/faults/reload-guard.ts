import { findKept, keep } from "./session.ts";

const key = "docket-reloads";
const reloadsMax = 2;

/**
 * Whether the page may reload itself once more: twice, until a page has worked well for a while. Counted in the tab;
 * where that cannot be kept, a person reloads.
 */
export function takeReload(): boolean {
  const before = Number(findKept(key) ?? 0);
  return before < reloadsMax && keep(key, String(before + 1));
}

/** The page works, so it may reload itself again the next time. */
export function forgiveReloads(): void {
  keep(key, undefined);
}
