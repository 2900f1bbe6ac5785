import type { DeviceDatabase } from "./database.ts";
import { findMeta, putMeta } from "./meta.ts";
import type { ScanNote } from "./rows.ts";

/** What notes belong to while the order that is being written has no line yet; it takes them over when it begins. */
export const newOrderPlace = "new-order";

/** The most notes that are kept: more than anybody scans without looking up once. The oldest go first. */
const notesMax = 200;

/** What scans came to nothing, the newest first. */
export async function findScanNotes(db: DeviceDatabase): Promise<readonly ScanNote[]> {
  return (await findMeta(db, "scanNotes")) ?? [];
}

/** Keeps a note; the same once more is counted. */
export async function addScanNote(db: DeviceDatabase, given: Omit<ScanNote, "count">): Promise<void> {
  await change(db, (notes) => withNote(notes, { ...given, count: 1 }));
}

/** Somebody has dealt with it. */
export async function dismissScanNote(db: DeviceDatabase, id: string): Promise<void> {
  await change(db, (notes) => notes.filter((note) => note.id !== id));
}

/** Moves notes from what they belong to (an order, the stock) to something else. */
export async function moveScanNotes(db: DeviceDatabase, from: string, to: string): Promise<void> {
  await change(db, (notes) =>
    notes
      .filter(({ place }) => place === from)
      .reduceRight<readonly ScanNote[]>(
        (all, note) => withNote(all, { ...note, place: to }),
        notes.filter(({ place }) => place !== from),
      ),
  );
}

/** Takes over the notes of another database. What is here already is passed over, so that twice is once. */
export async function adoptScanNotes(db: DeviceDatabase, former: readonly ScanNote[]): Promise<void> {
  await change(db, (notes) => {
    const known = new Set(notes.map(({ id }) => id));
    return [...notes, ...former.filter(({ id }) => !known.has(id))].slice(0, notesMax);
  });
}

async function change(
  db: DeviceDatabase,
  next: (notes: readonly ScanNote[]) => readonly ScanNote[],
): Promise<void> {
  await db.transaction("rw", db.meta, async () => {
    const before = await findScanNotes(db);
    const after = next(before);
    if (before.length > 0 || after.length > 0) await putMeta(db, "scanNotes", after);
  });
}

function withNote(notes: readonly ScanNote[], given: ScanNote): readonly ScanNote[] {
  const isSame = ({ place, code, kind }: ScanNote) =>
    place === given.place && code === given.code && kind === given.kind;
  const count = notes.filter(isSame).reduce((sum, note) => sum + note.count, given.count);
  return [{ ...given, count }, ...notes.filter((note) => !isSame(note))].slice(0, notesMax);
}
