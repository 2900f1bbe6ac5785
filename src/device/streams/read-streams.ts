import { kindOf } from "../../domain/stream-key.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { groupBy } from "../storage/group-by.ts";
import type { StreamRow } from "../storage/rows.ts";

/** Fewer keys than this are asked for one by one. */
const stretchFrom = 8;

/**
 * The streams of these keys that are here. Orders of one page were begun near each other in time, and so their ids lie
 * near each other: many of a kind are read as a stretch of keys, in one request or a few, and what is not there costs
 * none. Where too much else lies between them, the rest is asked for one by one.
 */
export async function readStreams(
  db: DeviceDatabase,
  keys: readonly string[],
): Promise<ReadonlyMap<string, StreamRow>> {
  const kinds = [...groupBy(keys, kindOf).values()];
  const few = kinds.filter((some) => some.length < stretchFrom).flat();
  const many = kinds.filter((some) => some.length >= stretchFrom);
  const found = await Promise.all([
    readEach(db, few),
    ...many.map((some) => readStretch(db, some.toSorted())),
  ]);
  return new Map(found.flat().map((row) => [row.key, row]));
}

async function readEach(db: DeviceDatabase, keys: readonly string[]): Promise<readonly StreamRow[]> {
  if (keys.length === 0) return [];
  return (await db.streams.bulkGet([...keys])).filter((row) => row !== undefined);
}

async function readStretch(db: DeviceDatabase, sorted: readonly string[]): Promise<readonly StreamRow[]> {
  const wanted = new Set(sorted);
  const found: StreamRow[] = [];
  let left = sorted;
  while (left.length >= stretchFrom) {
    const [first = "", last = ""] = [left[0], left.at(-1)];
    const limit = left.length;
    const rows = await db.streams.where("key").between(first, last, true, true).limit(limit).toArray();
    found.push(...rows.filter(({ key }) => wanted.has(key)));
    const reached = rows.at(-1)?.key ?? "";
    if (rows.length < limit || reached === last) return found;
    left = left.filter((key) => key > reached);
    // Less than half of what was read is wanted: the rest is likely to be as sparse.
    if (left.length > limit / 2) break;
  }
  return [...found, ...(await readEach(db, left))];
}
