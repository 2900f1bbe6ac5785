import { kindOf } from "../../domain/stream-key.ts";
import { unreachable } from "../../domain/unreachable.ts";
import { cursorStart } from "../../protocol/cursor.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { groupBy } from "../storage/group-by.ts";
import { findMeta } from "../storage/meta.ts";
import type { Arrival, SegmentRow } from "../storage/segment-row.ts";
import { mayHold, packText, unpackText } from "./pack-events.ts";

/** A page of events as one record of the log, with when it came in. Positions are without holes, or it throws. */
export function makeSegment(events: readonly LogEvent[], arrivals: readonly Arrival[] = []): SegmentRow {
  const first = events[0]?.position;
  const last = events.at(-1)?.position;
  if (first === undefined || last === undefined || last - first + 1 !== events.length) {
    throw new Error(
      `expected a page of events without holes, found ${events.length} from ${first} to ${last}`,
    );
  }
  const streams = [...new Set(events.map(({ stream }) => stream))];
  const noted = arrivals.length === 0 ? {} : { arrivals };
  return { first, last, format: 2, streams, ...packText(JSON.stringify(events)), ...noted };
}

/** The chain hash at a position of this log: null inside of a command, undefined beyond what is here. */
export async function findHashAt(db: DeviceDatabase, position: number): Promise<string | null | undefined> {
  if (position === 0) return cursorStart.hash;
  const beginning = await findMeta(db, "beginning");
  if (beginning?.at?.position === position) return beginning.at.hash;
  const segment = await db.log.where("first").belowOrEqual(position).last();
  if (segment === undefined || segment.last < position) return undefined;
  return segmentEvents(segment)[position - segment.first]?.hash ?? null;
}

/** The events of a segment. What is on this disk was parsed when it came in. */
export function segmentEvents(segment: SegmentRow): readonly LogEvent[] {
  return JSON.parse(segmentText(segment)) as readonly LogEvent[];
}

/**
 * The JSON text of the events of a segment, an array.
 * @throws Error for a format that this build does not know.
 */
export function segmentText(segment: SegmentRow): string {
  switch (segment.format) {
    case 1:
      return segment.body;
    case 2:
      return unpackText(segment);
    default:
      return unreachable(segment);
  }
}

/** Whether an event of a segment may have this id, cause or trace: true wherever one has it, told without its text. */
export function segmentMayHold(segment: SegmentRow, id: string): boolean {
  return segment.format === 1 ? segment.body.includes(id) : mayHold(segment, id);
}

/** When the events of a segment came in. What came before this was noted has a mark of its own: nobody knows. */
export function arrivalsOf({ first, arrivals }: SegmentRow): readonly Arrival[] {
  return arrivals ?? [{ from: first, atMs: unknownArrival }];
}

const unknownArrival = 0;

/** When the event at a position of this segment came in here: ms since 1970, undefined where nobody noted it. */
function findArrival(segment: SegmentRow, position: number): number | undefined {
  const atMs = arrivalsOf(segment).findLast(({ from }) => from <= position)?.atMs;
  return atMs === unknownArrival ? undefined : atMs;
}

/** All confirmed events of some streams, by stream, in order. Parses each segment that holds one of them once. */
export async function readStreamEvents(
  db: DeviceDatabase,
  streams: readonly string[],
): Promise<ReadonlyMap<string, readonly LogEvent[]>> {
  const wanted = new Map<string, LogEvent[]>(streams.map((stream) => [stream, []]));
  for (const segment of await segmentsOf(db, streams)) {
    for (const event of segmentEvents(segment)) wanted.get(event.stream)?.push(event);
  }
  return wanted;
}

/** A confirmed event with when it came in here: ms since 1970, absent where nobody noted it. */
export interface ArrivedEvent {
  readonly event: LogEvent;
  readonly arrivedAtMs?: number;
}

/** All confirmed events of some streams in the order of the log, with when they came in. */
export async function readArrivedEvents(
  db: DeviceDatabase,
  streams: readonly string[],
): Promise<readonly ArrivedEvent[]> {
  return (await segmentsOf(db, streams)).flatMap((segment) =>
    arrivedEvents(segment).filter(({ event }) => streams.includes(event.stream)),
  );
}

/** The segments that hold an event of some streams, each once and in order. */
async function segmentsOf(db: DeviceDatabase, streams: readonly string[]): Promise<readonly SegmentRow[]> {
  const kinds = [...groupBy(streams, kindOf).values()];
  const firsts = await Promise.all(kinds.map((some) => firstsOf(db, some.toSorted())));
  const segments = await db.log.bulkGet([...new Set(firsts.flat())].toSorted((a, b) => a - b));
  return segments.filter((segment) => segment !== undefined);
}

/** Fewer streams than this are looked up one by one. */
const stretchFrom = 8;
/** A stretch of the index may hold so many entries for each stream that is looked for. */
const entriesPerStreamMax = 8;

/**
 * Where the segments of some streams of a kind begin, perhaps with others. By keys alone: an index of many entries for
 * one segment would read it as often. Streams that lie near each other are looked up as a stretch, in one request.
 */
async function firstsOf(db: DeviceDatabase, sorted: readonly string[]): Promise<readonly number[]> {
  const index = db.log.where("streams");
  if (sorted.length >= stretchFrom) {
    const stretch = () => index.between(sorted[0], sorted.at(-1), true, true);
    if ((await stretch().count()) <= sorted.length * entriesPerStreamMax) return stretch().primaryKeys();
  }
  return index.anyOf(sorted).primaryKeys();
}

/** The events of a segment, with when they came in. */
export function arrivedEvents(segment: SegmentRow): readonly ArrivedEvent[] {
  return segmentEvents(segment).map((event) => {
    const arrivedAtMs = findArrival(segment, event.position);
    return arrivedAtMs === undefined ? { event } : { event, arrivedAtMs };
  });
}

/** How many small segments at the end of the log are packed into one. */
const packAt = 64;
/** A packed segment holds at most this many events and about this many bytes. */
const packedEventsMax = 1_000;
const packedBytesMax = 1_000_000;

/**
 * Packs the small segments at the end of the log into one. Reads and joins outside; the swap is one transaction
 * that first checks that they are unchanged, so a page that comes in meanwhile only makes it try another time.
 * Tells whether it packed.
 */
export async function packTail(db: DeviceDatabase): Promise<boolean> {
  const newest = await db.log.orderBy("first").reverse().limit(packAt).toArray();
  const small = packable(newest);
  if (small.length < packAt) return false;
  const packed = makeSegment(small.flatMap(segmentEvents), small.flatMap(arrivalsOf));
  return db.transaction("rw", db.log, async () => {
    const present = await db.log.bulkGet(small.map(({ first }) => first));
    const unchanged = present.every((row, index) => row?.last === small[index]?.last);
    if (!unchanged) return false;
    await db.log.bulkDelete(small.slice(1).map(({ first }) => first));
    await db.log.put(packed);
    return true;
  });
}

function packable(newestFirst: readonly SegmentRow[]): readonly SegmentRow[] {
  const events = newestFirst.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const bytes = newestFirst.reduce((sum, segment) => sum + sizeOf(segment), 0);
  return events <= packedEventsMax && bytes <= packedBytesMax ? newestFirst.toReversed() : [];
}

function sizeOf(segment: SegmentRow): number {
  return segment.body.length + (segment.format === 1 ? 0 : segment.ids.length);
}
