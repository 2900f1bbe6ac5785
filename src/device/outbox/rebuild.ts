import type { DeviceDatabase } from "../storage/database.ts";
import { findMeta, mustMeta, putMeta } from "../storage/meta.ts";
import type { ReadModel, StreamRow } from "../storage/rows.ts";
import { evolveVersionOf } from "../streams/fold.ts";
import { project } from "../streams/project.ts";
import { readModelVersion } from "../streams/read-model-version.ts";
import { refold } from "../streams/refold.ts";
import { addSums } from "../streams/sum-rows.ts";
import { addTo } from "../streams/sums.ts";
import { changeOutbox } from "./change-outbox.ts";
import { isStale } from "./make-rebuilding.ts";
import { releaseReadable } from "./release-readable.ts";

/** How many streams one transaction of a rebuild takes: readers and savers get their turn between two. */
const chunkStreams = 400;

/** Makes all read models again from the log, whatever made them: the proof that they are only derived (L9). */
export async function rebuildAll(db: DeviceDatabase): Promise<void> {
  await changeOutbox(db, async (change) => {
    await beginRebuild(db);
    await change.makeStale("all");
  });
  await rebuildIfStale(db, () => false);
}

/** Begins to make the read models again, inside a transaction that has made streams stale. */
export async function beginRebuild(db: DeviceDatabase): Promise<void> {
  await putMeta(db, "readModel", await begun(db, await mustMeta(db, "readModel")));
}

/** Goes on with making the read models again, to the end. */
export async function finishRebuild(db: DeviceDatabase): Promise<void> {
  await rebuildIfStale(db, () => false);
}

/** Makes the read models again where another build made them, from where a former run was interrupted. */
export async function rebuildIfStale(db: DeviceDatabase, isStopped: () => boolean): Promise<void> {
  const model = await mustMeta(db, "readModel");
  if (!isStale(model)) return;
  if (model.building?.version !== readModelVersion()) await begin(db);
  for (let more = true; more && !isStopped(); ) more = await rebuildChunk(db);
}

async function begin(db: DeviceDatabase): Promise<void> {
  await db.transaction("rw", db.meta, db.streams, async () => beginRebuild(db));
}

async function begun(db: DeviceDatabase, model: ReadModel): Promise<ReadModel> {
  const generation = (model.building?.generation ?? model.generation) + 1;
  const total = await db.streams.count();
  return { ...model, building: { version: readModelVersion(), generation, upTo: "", done: 0, total } };
}

/** Rebuilds the next streams, each in turn; at the end the new sums take over. Tells whether more is to do. */
async function rebuildChunk(db: DeviceDatabase): Promise<boolean> {
  return changeOutbox(db, async (change) => {
    const model = await mustMeta(db, "readModel");
    const { building } = model;
    if (building === undefined) return false;
    const rows = await db.streams.where("key").above(building.upTo).limit(chunkStreams).toArray();
    const last = rows.at(-1);
    if (last === undefined) {
      await putMeta(db, "readModel", { version: building.version, generation: building.generation });
      await db.sums.filter(({ key }) => !key.startsWith(`${building.generation}/`)).delete();
      return false;
    }
    const again = (await releaseReadable(db, change, await refreshedChunk(db, rows))).map(project);
    if (again.some(({ row }) => cameFromAnotherBuild(row))) await fetchStatesAgain(db);
    const sums = new Map<string, number[]>();
    for (const { adds } of again) addTo(sums, adds, 1);
    const done = building.done + rows.length;
    // A row is written only where it has changed: as a rule only sums have, and no screen shows any of it before.
    const changed = again.map(({ row }) => row).filter((row, index) => !isSame(rows[index], row));
    await Promise.all([
      changed.length === 0 ? undefined : change.putRebuilt(changed),
      addSums(db, building.generation, sums),
      putMeta(db, "readModel", { ...model, building: { ...building, upTo: last.key, done } }),
    ]);
    return true;
  });
}

/** Whether two rows of a stream are the same, member for member; what was not folded again is one object in both. */
function isSame(before: StreamRow | undefined, after: StreamRow): boolean {
  if (before === undefined) return false;
  const names = new Set([...Object.keys(before), ...Object.keys(after)] as (keyof StreamRow)[]);
  return [...names].every((name) => before[name] === after[name]);
}

/** The streams of other builds' states are read-only until those have come again. */
function cameFromAnotherBuild({ key, base }: StreamRow): boolean {
  return base !== undefined && base.evolveVersion !== evolveVersionOf(key);
}

/** All that came as states is fetched again; what is here serves until then. */
async function fetchStatesAgain(db: DeviceDatabase): Promise<void> {
  const beginning = await findMeta(db, "beginning");
  if (beginning?.at === undefined) return;
  await putMeta(db, "beginning", { at: beginning.at, part: "now", done: 0, total: beginning.total });
}

async function refreshedChunk(db: DeviceDatabase, rows: readonly StreamRow[]): Promise<readonly StreamRow[]> {
  const stale = rows.filter(
    (row) => row.evolveVersion !== evolveVersionOf(row.key) || row.unreadableFrom !== undefined,
  );
  if (stale.length === 0) return rows;
  const again = new Map(
    (
      await refold(
        db,
        stale.map(({ key }) => key),
      )
    ).map((row) => [row.key, row]),
  );
  return rows.map((row) => again.get(row.key) ?? row);
}
