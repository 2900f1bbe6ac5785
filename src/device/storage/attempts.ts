import type { Attempt, Attempts } from "./sync-status.ts";

/** How many are kept. */
const attemptsMax = 50;

/** The last tries with one more. Repeated polling that finds nothing counts as one try. */
export function withAttempt(before: Attempts | undefined, attempt: Omit<Attempt, "times">): Attempts {
  const { count, last } = before ?? { count: 0, last: [] };
  const newest = last.at(-1);
  const isSame = newest !== undefined && isRepeated(newest, attempt);
  const kept = isSame ? last.slice(0, -1) : last.slice(1 - attemptsMax);
  const added = { ...attempt, times: isSame ? newest.times + 1 : 1 };
  return { count: count + 1, last: [...kept, added] };
}

function isRepeated(a: Attempt, b: Omit<Attempt, "times">): boolean {
  return (
    a.outcome === b.outcome &&
    a.between === b.between &&
    a.sent === 0 &&
    b.sent === 0 &&
    a.position === b.position
  );
}
