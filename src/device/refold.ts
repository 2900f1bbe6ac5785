import type { DeviceDatabase } from "./database.ts";
import { emptyStream, evolveVersionOf, foldConfirmed } from "./fold.ts";
import { readStreamEvents } from "./log.ts";
import { mustMeta } from "./meta.ts";
import { rebase } from "./rebase.ts";
import type { StreamRow } from "./rows.ts";

/** The stream as this build folds it: itself when it was folded so, else folded again from the log. */
export async function refreshed(db: DeviceDatabase, row: StreamRow): Promise<StreamRow> {
  if (row.evolveVersion === evolveVersionOf(row.key)) return row;
  const [again] = await refold(db, [row.key]);
  return again ?? row;
}

/**
 * Streams folded from nothing: the confirmed events of the log, then this device's waiting commands on top. The
 * outbox is not changed here: what would park now parks at the next touch.
 */
export async function refold(db: DeviceDatabase, keys: readonly string[]): Promise<readonly StreamRow[]> {
  const [events, outbox, place] = await Promise.all([
    readStreamEvents(db, keys),
    db.outbox.where("stream").anyOf(keys).sortBy("seq"),
    mustMeta(db, "place"),
  ]);
  // `now` would mark rows that change, and none is written here.
  const context = { clockOffsetMs: place.clockOffsetMs, more: false, now: new Date(0).toISOString() };
  return keys.map((key) => {
    const confirmed = (events.get(key) ?? []).reduce(foldConfirmed, emptyStream(key));
    const rows = outbox.filter(({ stream }) => stream === key);
    return rebase(confirmed, rows, context).stream;
  });
}
