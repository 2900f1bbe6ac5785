/** Backoff: full jitter between 0.5 s and a ceiling that doubles from 1 s to 60 s. */
export const backoffMsMin = 500;
export const backoffMsMax = 60_000;

/** The nth wait after failures: drawn evenly between 0.5 s and the ceiling of that try. */
export function backoffMs(failures: number, luck: number): number {
  const ceilingMs = Math.min(backoffMsMax, 1_000 * 2 ** Math.min(failures - 1, 16));
  return Math.round(backoffMsMin + luck * (ceilingMs - backoffMsMin));
}
