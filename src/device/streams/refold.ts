import { liftState } from "../../domain/upcast-state.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { mustMeta } from "../storage/meta.ts";
import type { StreamRow } from "../storage/rows.ts";
import { baseOf, emptyStream, evolveVersionOf, foldNext } from "./fold.ts";
import { readStreamEvents } from "./log.ts";
import { rebase } from "./rebase.ts";

/** The stream as this build folds it: itself when it was folded so, else folded again from the log. */
export async function refreshed(db: DeviceDatabase, row: StreamRow): Promise<StreamRow> {
  if (row.evolveVersion === evolveVersionOf(row.key)) return row;
  const [again] = await refold(db, [row.key]);
  return again ?? row;
}

/**
 * Streams folded from nothing, or from the state that they came as: the confirmed events of the log, then this device's
 * waiting commands on top. The outbox is not changed here: what would park now parks at the next touch. A stream that
 * came as a state of another build's fold is lifted; where no step leads from that fold to this one, it is read-only
 * until it has come again.
 */
export async function refold(db: DeviceDatabase, keys: readonly string[]): Promise<readonly StreamRow[]> {
  const [stored, events, outbox, place] = await Promise.all([
    db.streams.bulkGet([...keys]),
    readStreamEvents(db, keys),
    db.outbox.where("stream").anyOf(keys).sortBy("seq"),
    mustMeta(db, "place"),
  ]);
  // `now` would mark rows that change, and none is written here.
  const context = { clockOffsetMs: place.clockOffsetMs, more: false, now: new Date(0).toISOString() };
  return keys.map((key, index) => {
    const from = beginningOf(key, stored[index], place.position);
    const confirmed = foldNext(from, events.get(key) ?? []) ?? from;
    const rows = outbox.filter(({ stream }) => stream === key);
    return rebase(confirmed, rows, context).stream;
  });
}

/** What the events of a stream are folded onto. */
function beginningOf(key: string, row: StreamRow | undefined, position: number): StreamRow {
  if (row?.base === undefined) return emptyStream(key);
  const [confirmed, evolveVersion] = [baseOf(row), evolveVersionOf(key)];
  const state = liftState(key, confirmed.state, row.base.evolveVersion);
  if (state !== undefined)
    return { key, evolveVersion, confirmed: { ...confirmed, state }, base: { evolveVersion } };
  return { key, evolveVersion, confirmed, base: row.base, unreadableFrom: position };
}
