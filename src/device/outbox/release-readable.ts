import type { DeviceDatabase } from "../storage/database.ts";
import { groupBy } from "../storage/group-by.ts";
import { mustMeta } from "../storage/meta.ts";
import type { StreamRow } from "../storage/rows.ts";
import { rebase } from "../streams/rebase.ts";
import type { OutboxChange } from "./change-outbox.ts";

/**
 * Lets go what was held because this device could not read its stream, where an update reads it now (L13): decides it
 * on what is there. Nothing else would, since no exchange touches a stream of which there is no news. Called inside a
 * change that writes the streams; yields them with what waits on them.
 */
export async function releaseReadable(
  db: DeviceDatabase,
  change: OutboxChange,
  streams: readonly StreamRow[],
): Promise<readonly StreamRow[]> {
  const readable = new Map(
    streams.filter((row) => row.unreadableFrom === undefined).map((row) => [row.key, row]),
  );
  const held = await db.outbox
    .where("state")
    .equals("held")
    .filter((row) => row.held?.why === "unreadable-stream" && readable.has(row.stream))
    .toArray();
  if (held.length === 0) return streams;
  const { clockOffsetMs, position, head } = await mustMeta(db, "place");
  const context = { clockOffsetMs, more: position < head, now: new Date().toISOString() };
  for (const key of groupBy(held, (row) => row.stream).keys()) {
    const stream = readable.get(key);
    if (stream === undefined) continue;
    const rebased = rebase(stream, await db.outbox.where("stream").equals(key).toArray(), context);
    await change.put(rebased.changed);
    await change.settle(rebased.settled.map(({ seq }) => seq));
    readable.set(key, rebased.stream);
  }
  return streams.map((row) => readable.get(row.key) ?? row);
}
