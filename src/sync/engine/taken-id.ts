import type { OutboxRow } from "../../device/storage/rows.ts";
import { isDrawn, redrawsMax } from "../../protocol/ids.ts";
import type { Problem } from "../../protocol/problem.ts";

/** What becomes of a command whose id is another device's. */
export type TakenId =
  /** It is this device's own, written under an identity that it had before. */
  | "own"
  /** Something else has its id: it goes on under another one. */
  | "draw-again"
  /** A person decides, who sees what has the id. */
  | "park";

/**
 * Whether what has a command's id is that command, written under an identity that this device has or had. What derives
 * from a name may be said twice under one id by the same people, with another figure: then its trace is another.
 */
export function isOwn(
  { id, traceparent }: Pick<OutboxRow, "id" | "traceparent">,
  taken: NonNullable<Problem["taken"]>,
  own: ReadonlySet<string>,
): boolean {
  return own.has(taken.device) && (isDrawn(id) || taken.traceparent === traceparent);
}

/**
 * Decides what becomes of a command whose id is taken. A drawn id stands for nothing, so any other does as well. A
 * derived one stands for what it was made from (a delivery note, an order that moved): under another id the same goods
 * would come in twice. Nor is another drawn for what another device wrote, whose proof holds for its id alone, or for
 * what is the same tap, taken over by another device and decided there otherwise: its trace and its stream tell.
 */
export function decideTakenId(
  row: Pick<OutboxRow, "id" | "stream" | "traceparent" | "redraws" | "written">,
  { taken }: Problem,
  own: ReadonlySet<string>,
): TakenId {
  if (taken === undefined) return "park";
  if (isOwn(row, taken, own)) return "own";
  const isSameTap = taken.stream === row.stream && taken.traceparent === row.traceparent;
  if (isSameTap || row.written !== undefined || !isDrawn(row.id) || (row.redraws ?? 0) >= redrawsMax)
    return "park";
  return "draw-again";
}
