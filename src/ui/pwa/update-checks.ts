/**
 * Looks for an update at most once in `restMs`, however often it is asked. The first look counts from the page's load,
 * which has looked itself. A clock that was set back makes the next look due.
 */
export function makeUpdateChecks(
  look: () => void,
  restMs: number,
  loadedMs = Date.now(),
): { readonly look: (nowMs: number) => void } {
  let lastMs = loadedMs;
  return {
    look: (nowMs) => {
      if (nowMs >= lastMs && nowMs - lastMs < restMs) return;
      lastMs = nowMs;
      look();
    },
  };
}
