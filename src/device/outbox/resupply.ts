import { utf8Bytes } from "../../protocol/canonical-json.ts";
import { type Cursor, cursorStart } from "../../protocol/cursor.ts";
import type { ResupplyResponse } from "../../protocol/healing-messages.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { mustMeta, putMeta } from "../storage/meta.ts";
import { ownIds } from "../storage/own-ids.ts";
import { resupplyInState } from "../storage/resupply-rows.ts";
import type { ResupplyRow } from "../storage/rows.ts";
import type { SegmentRow } from "../storage/segment-row.ts";
import { findLogStart } from "../streams/beginning.ts";
import { baseOf } from "../streams/fold.ts";
import { arrivalsOf, makeSegment, segmentEvents } from "../streams/log.ts";
import { changeOutbox, type OutboxChange } from "./change-outbox.ts";
import { findInLog } from "./find-here.ts";
import { beginRebuild } from "./rebuild.ts";

/** Rows that were to be given back before the server was restored once more go after what is cut now. */
const laterOrder = 1e12;

/**
 * Cuts the log at the last position that it has in common with a restored server, in one transaction: what was after it
 * is kept to be given back, its streams are folded again before use, and what the server had accepted and not sent down
 * yet is sent again. "stale" where another context leads by now, or the log has moved.
 *
 * What came as a state cannot be taken back event by event: where the cut lies before such a state, this device keeps
 * what it has to give back, and begins again.
 */
export async function cutLog(
  db: DeviceDatabase,
  at: { readonly fence: number; readonly from: Cursor; readonly common: Cursor; readonly head: number },
): Promise<"cut" | "stale"> {
  const { common } = at;
  const work = async (change: OutboxChange) => {
    const place = await mustMeta(db, "place");
    if (place.fence !== at.fence || place.position !== at.from.position || place.hash !== at.from.hash)
      return "stale";
    const segments = await segmentsAfter(db, common.position);
    const lost = segments.flatMap(segmentEvents).filter(({ position }) => position > common.position);
    const earlier = (await db.resupply.toArray()).filter(
      ({ state }) => state !== "refused" && state !== "put-away",
    );
    await db.resupply.bulkPut(
      earlier.map(({ isOverwritten: _isOverwritten, ...row }): ResupplyRow => {
        return { ...row, state: "waiting", order: laterOrder + row.order };
      }),
    );
    // What is kept already has not come down: what was under its id was another device's, and does not take its place.
    const kept = new Set(await db.resupply.toCollection().primaryKeys());
    await db.resupply.bulkAdd(rowsOf(lost).filter(({ command }) => !kept.has(command)));
    const isAnew = await cutsIntoStates(db, common, lost);
    await db.log.bulkDelete(segments.map(({ first }) => first));
    const left = segments.flatMap(segmentEvents).filter(({ position }) => position <= common.position);
    const arrivals = segments.flatMap(arrivalsOf).filter(({ from }) => from <= common.position);
    if (left.length > 0) await db.log.put(makeSegment(left, arrivals));
    const touched = [...new Set(lost.map(({ stream }) => stream))];
    await change.makeStale(touched);
    const accepted = await db.outbox.filter((row) => row.accepted).toArray();
    await change.put(accepted.map((row) => ({ ...row, accepted: false })));
    await putMeta(db, "place", { ...place, ...(isAnew ? cursorStart : common), head: at.head });
    await putMeta(db, "healing", { common, head: at.from.position });
    if (isAnew) {
      await db.log.clear();
      // What came as states is fetched again.
      await db.meta.delete("beginning");
      await change.makeStale("all", "bare");
    }
    await beginRebuild(db);
    return "cut";
  };
  return changeOutbox(db, work, [db.resupply]);
}

/** Whether a state that this device has come by holds something of what is cut off. */
async function cutsIntoStates(
  db: DeviceDatabase,
  common: Cursor,
  lost: readonly LogEvent[],
): Promise<boolean> {
  const start = await findLogStart(db);
  if (start === undefined) return false;
  if (common.position < start.position) return true;
  const rows = await db.streams.bulkGet(lost.map(({ stream }) => stream));
  return lost.some(({ version }, index) => {
    const row = rows[index];
    return row?.base !== undefined && version <= baseOf(row).version;
  });
}

/** The first commands to give back, in their old order, at most so many and so many bytes, one at least. */
export async function nextToGiveBack(
  db: DeviceDatabase,
  max: { readonly commands: number; readonly bytes: number },
): Promise<readonly ResupplyRow[]> {
  const rows = await resupplyInState(db, "waiting").limit(max.commands).toArray();
  let bytes = 0;
  let full = false;
  return rows.filter((row, index) => {
    bytes += utf8Bytes(JSON.stringify(row.events)) + rowOverheadBytes;
    full ||= index > 0 && bytes > max.bytes;
    return !full;
  });
}

/** Whether something waits to be given back: then nothing of this device's own is sent before it. */
export async function hasToGiveBack(db: DeviceDatabase): Promise<boolean> {
  return (await resupplyInState(db, "waiting").count()) > 0;
}

/** Records what the server said: what is there again leaves when it has come down, what it refuses stays. */
export async function recordGivenBack(
  db: DeviceDatabase,
  results: ResupplyResponse["results"],
): Promise<void> {
  await db.transaction("rw", db.resupply, async () => {
    const rows = await db.resupply.bulkGet(results.map(({ command }) => command));
    const answered = rows.flatMap((row, index): ResupplyRow[] => {
      const result = results[index];
      if (row === undefined || result === undefined) return [];
      if (result.outcome === "refused") return [{ ...row, state: "refused", problem: result.problem }];
      return [{ ...row, state: "answered" }];
    });
    const isDone = (row: ResupplyRow) => row.state === "answered" && row.isOverwritten === true;
    await db.resupply.bulkPut(answered.filter((row) => !isDone(row)));
    // What the server takes for it has come down already.
    await db.resupply.bulkDelete(answered.filter(isDone).map(({ command }) => command));
  });
}

/**
 * Gives back again what the server has taken back and what is not in the log by its end: the server was restored once
 * more before it came down, and where this device's position is still right, nothing else tells. What is in the log is
 * done with. Where the log begins with states, these may hold it, and nothing is said.
 */
export async function giveBackAgain(db: DeviceDatabase): Promise<void> {
  const rows = await resupplyInState(db, "answered").toArray();
  if (rows.length === 0 || (await findLogStart(db)) !== undefined) return;
  const own = ownIds(await mustMeta(db, "identity"));
  for (const row of rows) {
    const { command: id, events } = row;
    const { traceparent = "", stream = "" } = events[0] ?? {};
    const landed = await findInLog(db, [{ id, traceparent, stream, events }], makersOf(row, own));
    if (landed.has(id)) await db.resupply.delete(id);
    else await db.resupply.put({ ...row, state: "waiting" });
  }
}

/** Whose writing counts as what is given back: its maker's, and where that is this device, all its ids. */
export function makersOf({ events }: ResupplyRow, own: ReadonlySet<string>): ReadonlySet<string> {
  const { device = "" } = events[0] ?? {};
  return own.has(device) ? own : new Set([device]);
}

/** What is around a command's events on the wire. */
const rowOverheadBytes = 20;

/** All segments that hold something after a position. */
async function segmentsAfter(db: DeviceDatabase, position: number): Promise<readonly SegmentRow[]> {
  const over = await db.log.where("first").belowOrEqual(position).last();
  const after = await db.log.where("first").above(position).toArray();
  return over === undefined || over.last <= position ? after : [over, ...after];
}

/** Whole commands, in order. What the server wrote itself is not given back: it writes it again. */
function rowsOf(events: readonly LogEvent[]): ResupplyRow[] {
  const rows = new Map<string, ResupplyRow>();
  for (const event of events) {
    if (event.causation !== undefined || event.type === "informative/history-restored") continue;
    const before = rows.get(event.command);
    const { command, position: order } = event;
    if (before === undefined) rows.set(command, { command, order, state: "waiting", events: [event] });
    else rows.set(command, { ...before, events: [...before.events, event] });
  }
  return [...rows.values()];
}
