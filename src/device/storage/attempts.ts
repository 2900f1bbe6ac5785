import type { DeviceDatabase } from "./database.ts";
import { findMeta, putMeta } from "./meta.ts";
import type { Attempt } from "./sync-status.ts";

/** How many are kept. */
const attemptsMax = 50;

/** Keeps one more try. Repeated polling that finds nothing counts as one try. */
export async function noteAttempt(
  db: DeviceDatabase,
  tried: Pick<Attempt, "at" | "tookMs" | "outcome" | "between" | "sent">,
): Promise<void> {
  await db.transaction("rw", db.meta, async () => {
    const [before, place] = await Promise.all([findMeta(db, "attempts"), findMeta(db, "place")]);
    const { count, last } = before ?? { count: 0, last: [] };
    const attempt: Attempt = { ...tried, position: place?.position ?? 0, times: 1 };
    const newest = last.at(-1);
    const isSame = newest !== undefined && isRepeated(newest, attempt);
    const kept = isSame ? last.slice(0, -1) : last.slice(1 - attemptsMax);
    const added = isSame ? { ...attempt, times: newest.times + 1 } : attempt;
    await putMeta(db, "attempts", { count: count + 1, last: [...kept, added] });
  });
}

function isRepeated(a: Attempt, b: Attempt): boolean {
  return (
    a.outcome === b.outcome &&
    a.between === b.between &&
    a.sent === 0 &&
    b.sent === 0 &&
    a.position === b.position
  );
}
