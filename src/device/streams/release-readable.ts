import type { DeviceDatabase } from "../storage/database.ts";
import { groupBy } from "../storage/group-by.ts";
import { mustMeta, putMeta } from "../storage/meta.ts";
import type { StreamRow } from "../storage/rows.ts";
import { rebase } from "./rebase.ts";

/**
 * Lets go what was held because this device could not read its stream, where an update reads it now (L13): decides it
 * on what is there. Nothing else would, since no exchange touches a stream of which there is no news. Called inside a
 * transaction that writes the streams; yields them with what waits on them.
 */
export async function releaseReadable(
  db: DeviceDatabase,
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
  const [place, ledger] = [await mustMeta(db, "place"), await mustMeta(db, "ledger")];
  const { clockOffsetMs } = place;
  const context = { clockOffsetMs, more: place.position < place.head, now: new Date().toISOString() };
  let { settled } = ledger;
  for (const key of groupBy(held, (row) => row.stream).keys()) {
    const stream = readable.get(key);
    if (stream === undefined) continue;
    const rebased = rebase(stream, await db.outbox.where("stream").equals(key).toArray(), context);
    await db.outbox.bulkPut([...rebased.changed]);
    await db.outbox.bulkDelete(rebased.settled.map(({ seq }) => seq));
    readable.set(key, rebased.stream);
    settled += rebased.settled.length;
  }
  await putMeta(db, "ledger", { ...ledger, settled });
  return streams.map((row) => readable.get(row.key) ?? row);
}
