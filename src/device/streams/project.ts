import type { DeviceDatabase } from "../storage/database.ts";
import { mustMeta } from "../storage/meta.ts";
import type { ReadModel, StreamRow } from "../storage/rows.ts";
import { listKeys } from "./list-keys.ts";
import { addSums } from "./sum-rows.ts";
import { addTo, contribution, currentState, type Sums } from "./sums.ts";

/** One stream's change, as projections see it. */
export interface StreamChange {
  readonly before: StreamRow | undefined;
  readonly after: StreamRow;
}

/** The row with its sort keys, and what it adds to the sums. */
export interface Projected {
  readonly row: StreamRow;
  readonly adds: Sums;
}

/**
 * A row as projections see it. One that throws flags its stream, with the message: it counts as absent in sums and
 * lists, and everything else goes on.
 */
export function project(row: StreamRow): Projected {
  const { flagged: _flagged, sort: _sort, group: _group, ...bare } = row;
  try {
    const listed = { ...bare, ...listKeys(row.key, currentState(bare)) };
    return { row: listed, adds: contribution(listed) };
  } catch (error) {
    const flagged = error instanceof Error ? error.message : String(error);
    return { row: { ...bare, flagged }, adds: new Map() };
  }
}

/**
 * Writes changed streams and moves the sums by the difference of what they contribute. Called inside the
 * transaction of the change, so that no reader ever sees a projection that disagrees with its streams (L2). `known` is
 * the read model where this transaction has read it just before.
 */
export async function writeStreams(
  db: DeviceDatabase,
  changes: readonly StreamChange[],
  known?: ReadModel,
): Promise<void> {
  if (changes.length === 0) return;
  const model = known ?? (await mustMeta(db, "readModel"));
  const moved = changes.map(({ before, after }) => ({ before, after: project(after) }));
  await Promise.all([
    putStreams(
      db,
      moved.map(({ after }) => after.row),
    ),
    moveSums(db, moved, model),
  ]);
}

/** Of 50 rows and more at once Dexie only tells that the whole table has changed. */
const rowsTold = 49;

/**
 * Puts streams, in pieces, so that whoever keeps something of them in memory, in any tab, hears which ones have changed. It
 * asks the storage for nothing more than one large piece would.
 */
export async function putStreams(db: DeviceDatabase, rows: readonly StreamRow[]): Promise<void> {
  const pieces: Promise<unknown>[] = [];
  for (let from = 0; from < rows.length; from += rowsTold) {
    pieces.push(Promise.resolve(db.streams.bulkPut(rows.slice(from, from + rowsTold))));
  }
  await Promise.all(pieces);
}

async function moveSums(
  db: DeviceDatabase,
  changes: readonly { readonly before: StreamRow | undefined; readonly after: Projected }[],
  model: ReadModel,
): Promise<void> {
  const deltas = new Map<string, number[]>();
  const { building } = model;
  // While a rebuild runs, the old rows serve as they are; streams up to where it is count in the new ones.
  const generation = building?.generation ?? model.generation;
  for (const { before, after } of changes) {
    if (building !== undefined && after.row.key > building.upTo) continue;
    addTo(deltas, contributed(before), -1);
    addTo(deltas, after.adds, 1);
  }
  await addSums(db, generation, deltas);
}

/**
 * What a stored row contributed. One of which no sum can be made, by a mistake of an earlier build, counts as flagged:
 * it must not stop the change that is to be written.
 */
function contributed(before: StreamRow | undefined): Sums {
  try {
    return contribution(before);
  } catch {
    return new Map();
  }
}
