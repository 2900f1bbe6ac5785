import type { Merged, MergeInput } from "./merge.ts";

/** The result of a merge does not account for every command: it must not be written. */
export class MergeBroken extends Error {
  readonly code = "merge-broken";
}

/**
 * Checks a merge against its promise before it is written, at every answer (MG1): each row that came in is put,
 * confirmed, settled, put under another id, or left as it was; exactly one of these, and no row is new except the notes
 * of former numbers, each under a seq and an id of its own.
 * @throws MergeBroken, by which nothing of the answer is written.
 */
export function mustAccountForAll({ rows, streams }: MergeInput, merged: Merged): void {
  const here = new Set(rows.map(({ seq }) => seq));
  const fates = [
    ...merged.puts.map(({ seq }) => seq),
    ...merged.confirmed,
    ...merged.settled,
    ...merged.redrawn.keys(),
  ];
  const met = new Set<number>();
  for (const seq of fates) {
    if (!here.has(seq)) throw new MergeBroken(`expected a command that came in, found ${seq}`);
    if (met.has(seq)) throw new MergeBroken(`expected one fate for command ${seq}, found two`);
    met.add(seq);
  }
  const ids = new Map(rows.map(({ seq, id }) => [seq, id]));
  for (const { seq, id } of merged.puts)
    if (ids.get(seq) !== id) throw new MergeBroken(`expected command ${seq} to keep its id, found ${id}`);
  for (const [seq, row] of merged.redrawn)
    if (here.has(row.seq) || ids.get(seq) === row.id)
      throw new MergeBroken(`expected another id and seq for command ${seq}, found ${row.seq}`);
  const all = new Set([...here, ...[...merged.redrawn.values()].map(({ seq }) => seq)]);
  for (const { seq, stream, command } of merged.added) {
    if (command.type !== "renumber-order" || all.has(seq) || !streams.has(stream))
      throw new MergeBroken(`expected the note of a former number, found ${command.type} as ${seq}`);
    all.add(seq);
  }
  for (const { after } of merged.changes)
    if (!streams.has(after.key)) throw new MergeBroken(`expected a stream that came in, found ${after.key}`);
}
