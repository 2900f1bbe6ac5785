import type { EventRow } from "../accept/event-row.ts";
import type { PageLimits } from "./store.ts";

/**
 * The longest run of whole commands within the limits, from rows that follow the cursor in order. A page ends only at
 * the end of a command (L2) and holds at least one, whatever its size; `undefined` where the first command does not
 * end within these rows, so that more must be read.
 */
export function cutPage<Row extends Pick<EventRow, "hash">>(
  rows: readonly Row[],
  limits: PageLimits,
  bytesOf: (row: Row) => number,
): readonly Row[] | undefined {
  let bytes = 0;
  let whole = 0;
  for (const [index, row] of rows.entries()) {
    bytes += bytesOf(row);
    if (whole > 0 && (index >= limits.events || bytes > limits.bytes)) break;
    if (row.hash !== null) whole = index + 1;
  }
  return whole === 0 && rows.length > 0 ? undefined : rows.slice(0, whole);
}

/**
 * What an event takes on the wire beside its data, at most: ids, times, stream, type, actor, hash, seal, their names.
 */
export const rowOverheadBytes = 700;

/** What an event takes of a page, by its stored text. */
export function rowBytes(row: EventRow): number {
  return Buffer.byteLength(row.dataText) + rowOverheadBytes;
}
