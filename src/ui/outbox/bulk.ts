import { groupBy } from "../../device/storage/group-by.ts";
import type { ParkedReason, ParkedRow } from "../../device/storage/rows.ts";

/** Parked commands that wait for one reason, so many that they are answered together. */
export interface Bulk {
  readonly reason: string;
  readonly rows: readonly ParkedRow[];
  /** Whether sending them again can change anything. */
  readonly maySendAgain: boolean;
}

/** Fewer than this are answered one by one. */
const bulkFrom = 3;

/** The reasons for which many commands are parked, the most frequent first. */
export function bulksOf(parked: readonly ParkedRow[]): readonly Bulk[] {
  const groups = groupBy(parked, (row) => reasonOf(row.parked));
  return [...groups]
    .filter(([reason, rows]) => reason !== "" && rows.length >= bulkFrom)
    .map(([reason, rows]) => ({
      reason,
      rows,
      maySendAgain: rows.every((row) => row.parked.why !== "rejected"),
    }))
    .toSorted((a, b) => b.rows.length - a.rows.length);
}

/** Refusals of which each is a person's choice of its own. */
const oneByOne = ["id-taken", "not-proven"];

/**
 * One text for one reason. Two people's values in dispute are each a choice of their own, and no reason for many, as
 * where an id stands for another one's figures; and of what nothing proves each is looked at.
 */
function reasonOf(parked: ParkedReason): string {
  switch (parked.why) {
    case "rejected":
      return parked.rejection.reason.endsWith("-changed-meanwhile") ? "" : parked.rejection.reason;
    case "refused":
      return oneByOne.includes(parked.problem.code) ? "" : parked.problem.code;
    default:
      return parked.why;
  }
}
