import type { KnownState } from "../../domain/kinds.ts";
import { allocationStream, idOf, kindOf } from "../../domain/stream-key.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import type { Redactor } from "../../protocol/redact.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import type { Device } from "../storage/device.ts";
import type { Folded, StreamRow } from "../storage/rows.ts";
import { readStreamEvents, segmentEvents } from "../streams/log.ts";

/** A fold as a support file holds it: how far, and the status that it came to. */
export interface ToldFold {
  readonly version: number;
  readonly last: string | null;
  readonly status: string;
}

/**
 * A stream as this device holds it, for a replay to be held against. `base` is the state that it came as, where its
 * first events are not here, with nobody's names in it.
 */
export interface ToldStream {
  readonly key: string;
  readonly evolveVersion: number;
  readonly confirmed: ToldFold;
  readonly pending?: ToldFold;
  readonly waiting?: StreamRow["waiting"];
  readonly unreadableFrom?: number;
  readonly base?: { readonly evolveVersion: number; readonly folded: Folded };
}

/** The part of a support file that can be played again. `leftOut`: streams that did not fit. */
export interface ToldEvents {
  readonly streams: readonly ToldStream[];
  readonly events: readonly LogEvent[];
  readonly leftOut: number;
}

/** The most events in a file, so that it can still be sent by mail. */
const eventsMax = 5_000;
const streamsMax = 1_000;
/** Of how many of the newest events the streams are told, beside those that something is the matter with. */
const newestMax = 500;

/** So many streams are read at once: each part of the log that holds some of them is parsed once for all. */
const readAtOnce = 100;
/** A long log on a slow device: what was not read by then is left out, the most important is first. */
const readMsMax = 3_000;

/**
 * The confirmed events of the streams that matter: those with something in the outbox, odd ones, those to be given
 * back, then those that changed last. Each stream whole or not at all, in the order of the log, the data redacted by
 * schema.
 */
export async function toldEvents(
  { db, clockMs }: Pick<Device, "db" | "clockMs">,
  redactor: Redactor,
): Promise<ToldEvents> {
  const beganMs = clockMs();
  const wanted = await wantedStreams(db);
  const streams: ToldStream[] = [];
  const events: LogEvent[] = [];
  for (let from = 0; from < Math.min(wanted.length, streamsMax); from += readAtOnce) {
    if (clockMs() - beganMs > readMsMax) break;
    const keys = wanted.slice(from, from + readAtOnce);
    const [rows, read] = await Promise.all([db.streams.bulkGet(keys), readStreamEvents(db, keys)]);
    for (const row of rows) {
      const own = (row && read.get(row.key)) ?? [];
      if (row === undefined || events.length + own.length > eventsMax) continue;
      streams.push(toldStream(row, redactor));
      events.push(...own.map((event) => redacted(event, redactor)));
    }
  }
  events.sort((a, b) => a.position - b.position);
  return { streams, events, leftOut: wanted.length - streams.length };
}

/** The streams that matter, the most important first. What the warehouse says of an order goes with it. */
async function wantedStreams(db: DeviceDatabase): Promise<string[]> {
  const waiting = (await db.outbox.orderBy("stream").uniqueKeys()).map(String);
  const odd = await db.streams
    .filter((row) => row.flagged !== undefined || row.unreadableFrom !== undefined)
    .limit(streamsMax)
    .primaryKeys();
  const given = (await db.resupply.limit(streamsMax).toArray()).flatMap((row) =>
    row.events.map(({ stream }) => stream),
  );
  const newest: string[] = [];
  let below = Number.POSITIVE_INFINITY;
  for (let read = 0; read < newestMax; ) {
    const segment = await db.log.where("first").below(below).last();
    if (segment === undefined) break;
    const last = segmentEvents(segment)
      .slice(-(newestMax - read))
      .toReversed();
    newest.push(...last.map(({ stream }) => stream));
    read += last.length;
    below = segment.first;
  }
  const all = [...waiting, ...odd, ...given, ...newest];
  const keys = [...new Set(all.flatMap((key) => [key, ...companions(key)]))];
  const here = await db.streams.where("key").anyOf(keys).primaryKeys();
  const known = new Set(here.map(String));
  return keys.filter((key) => known.has(key));
}

function companions(key: string): readonly string[] {
  return kindOf(key) === "order" ? [allocationStream(idOf(key))] : [];
}

function toldStream(row: StreamRow, redactor: Redactor): ToldStream {
  const { key, evolveVersion, confirmed, pending, waiting, unreadableFrom, base } = row;
  return {
    ...{ key, evolveVersion, confirmed: toldFold(confirmed) },
    ...(pending === undefined ? {} : { pending: toldFold(pending) }),
    ...(waiting === undefined ? {} : { waiting }),
    ...(unreadableFrom === undefined ? {} : { unreadableFrom }),
    ...(base === undefined
      ? {}
      : {
          base: {
            evolveVersion: base.evolveVersion,
            folded: redactedFold(base.folded ?? confirmed, redactor),
          },
        }),
  };
}

function toldFold({ version, last, state }: Folded): ToldFold {
  return { version, last, status: state.status };
}

function redactedFold({ version, last, state }: Folded, redactor: Redactor): Folded {
  return { version, last, state: redactor.unknown(state, stateFields) as KnownState };
}

/** Of a state, which has no schema: the members that hold codes, ids, days and times, and never what somebody wrote. */
const stateFields = [
  ...["status", "currency", "taxMode", "lineId", "sku", "unit", "number", "locale", "timeZone", "cause"],
  ...["orderedOn", "wantedOn", "shippedOn", "placedAt", "answeredAt", "endedAt", "asOf", "order"],
];

/** Without hash and seal, which are of the data as it was. */
function redacted(event: LogEvent, redactor: Redactor): LogEvent {
  const { hash: _hash, seal: _seal, ...rest } = event;
  return { ...rest, actor: String(redactor.unknown(event.actor)), data: redactor.event(event) };
}
