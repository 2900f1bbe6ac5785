import { changeOutbox } from "../../device/outbox/change-outbox.ts";
import type { DeviceDatabase } from "../../device/storage/database.ts";
import { findMeta, mustMeta, putMeta } from "../../device/storage/meta.ts";
import type { Beginning, OutboxRow, StreamRow } from "../../device/storage/rows.ts";
import type { WantedStates } from "../../device/streams/beginning.ts";
import { emptyStream, evolveVersionOf, foldNext } from "../../device/streams/fold.ts";
import { readStreamEvents } from "../../device/streams/log.ts";
import type { StreamChange } from "../../device/streams/project.ts";
import { readStreams } from "../../device/streams/read-streams.ts";
import { rebase } from "../../device/streams/rebase.ts";
import type { KnownState } from "../../domain/kinds.ts";
import type { StatesPage, StreamState } from "../../protocol/states-messages.ts";

/** A page of states, with what it answers. The page was made by the folds of this build. */
export interface StatesAnswer {
  readonly fence: number;
  readonly wanted: WantedStates;
  readonly page: StatesPage;
  readonly nowMs: number;
}

/**
 * Records a page of states in one strict transaction: each stream as it came, with what this log has of it since, and
 * this device's own commands on top. With the last page of what work goes on with, the log begins where the first page
 * was. "stale" where another context leads by now, or has fetched this page.
 */
export async function applyStates(db: DeviceDatabase, answer: StatesAnswer): Promise<"applied" | "stale"> {
  const { page, wanted } = answer;
  return changeOutbox(db, async (change) => {
    const place = await mustMeta(db, "place");
    const beginning = await findMeta(db, "beginning");
    const isNext = (beginning?.part ?? "now") === wanted.part && beginning?.after === wanted.after;
    if (place.fence !== answer.fence || !isNext) return "stale";
    const nowIso = new Date(answer.nowMs).toISOString();
    const touched = await touchedBy(db, page.states);
    const changes: StreamChange[] = [];
    for (const [index, state] of page.states.entries()) {
      const { before, events, rows } = touched[index] ?? nothing;
      if (before !== undefined && holds(before, state)) continue;
      const came = streamOf(state);
      // No command is parked before the whole log is here.
      const context = { clockOffsetMs: place.clockOffsetMs, more: true, now: nowIso };
      const rebased = rebase(foldNext(came, events) ?? came, rows, context);
      await change.put(rebased.changed);
      await change.settle(rebased.settled.map(({ seq }) => seq));
      changes.push({ before: before ?? emptyStream(state.stream), after: rebased.stream });
    }
    await change.write(changes);
    const next = nextOf(beginning, answer);
    await putMeta(db, "beginning", next);
    const isReady = place.position === 0 && next.part !== "now" && next.at !== undefined;
    if (isReady) {
      const head = Math.max(place.head, next.at.position);
      await putMeta(db, "place", { ...place, ...next.at, head });
    }
    return "applied";
  });
}

interface Touched {
  readonly before: StreamRow | undefined;
  readonly events: Parameters<typeof foldNext>[1];
  readonly rows: readonly OutboxRow[];
}

const nothing: Touched = { before: undefined, events: [], rows: [] };

/** What is here already of each stream. */
async function touchedBy(db: DeviceDatabase, states: readonly StreamState[]): Promise<readonly Touched[]> {
  const keys = states.map(({ stream }) => stream);
  const stored = await readStreams(db, keys);
  const events = await readStreamEvents(db, keys);
  const rows = await db.outbox.where("stream").anyOf(keys).toArray();
  return keys.map((key) => ({
    before: stored.get(key),
    events: events.get(key) ?? [],
    rows: rows.filter(({ stream }) => stream === key),
  }));
}

/** Whether a stream is here as far as the state that came, by the folds of this build. */
function holds(row: StreamRow, { stream, version }: StreamState): boolean {
  return (
    row.evolveVersion === evolveVersionOf(stream) &&
    row.unreadableFrom === undefined &&
    row.confirmed.version >= version
  );
}

function streamOf({ stream, version, event, state }: StreamState): StreamRow {
  const evolveVersion = evolveVersionOf(stream);
  // The page's model says that it was made by this build's folds.
  const confirmed = { version, last: event, state: state as unknown as KnownState };
  return { key: stream, evolveVersion, confirmed, base: { evolveVersion } };
}

/** What is wanted after this page. */
function nextOf(beginning: Beginning | undefined, { wanted, page }: StatesAnswer): Beginning {
  const at = beginning?.at ?? { position: page.position, hash: page.hash };
  const total = page.counts === undefined ? (beginning?.total ?? 0) : page.counts.now + page.counts.past;
  const progress = { at, done: (beginning?.done ?? 0) + page.states.length, total };
  if (page.next !== null) return { ...progress, part: wanted.part, after: page.next };
  return { ...progress, part: wanted.part === "now" ? "past" : "whole" };
}
