import type { OutboxRow } from "../../device/storage/rows.ts";
import { isSameCommand, isUnderAnyId } from "../../device/streams/same-command.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import type { Verdict } from "../../protocol/sync-messages.ts";
import { isOwn } from "./taken-id.ts";

/**
 * What has come down with an answer: all of it by command, and what is on one stream by trace. `own` are the ids that
 * this device writes and has written under, `from` is the last position of its log before.
 */
export interface Heard {
  readonly landed: ReadonlyMap<string, readonly LogEvent[]>;
  readonly traced: ReadonlyMap<string, readonly LogEvent[]>;
  readonly own: ReadonlySet<string>;
  readonly from: number;
}

/** Whether a command of the stream stands in the log, by its own events or the same ones (MG2). */
export function isConfirmedBy(heard: Heard, row: OutboxRow, verdict: Verdict | undefined): boolean {
  const writers = writersOf(row, heard);
  const came = heard.landed.get(row.id);
  const isKnown = row.accepted || isTaken(verdict);
  if (came !== undefined && (isKnown || isSameCommand(row, came, writers))) return true;
  // A copy of this profile heard that the one id had been taken, or that it is free again.
  const alike = heard.traced.get(row.traceparent) ?? [];
  return isUnderAnyId(row, alike, writers) || standsInLog(row, verdict, heard);
}

/** Whether the server has taken a command, now or before. */
export function isTaken(
  verdict: Verdict | undefined,
): verdict is Extract<Verdict, { readonly positions: unknown }> {
  return verdict?.outcome === "accepted" || verdict?.outcome === "duplicate";
}

/**
 * Whether a command stands where this device's log has been read already: a second tap after the first was
 * confirmed, work taken over twice. Its events will not come down again.
 */
function standsInLog(row: OutboxRow, verdict: Verdict | undefined, { own, from }: Heard): boolean {
  if (verdict?.outcome === "refused") {
    const { code, taken } = verdict.problem;
    return code === "id-taken" && taken !== undefined && isOwn(row, taken, own) && taken.position <= from;
  }
  return isTaken(verdict) && verdict.positions.every((position) => position <= from);
}

/** Who writes a command of this device: the device itself, or the writer that a backup file names. */
function writersOf({ written }: OutboxRow, { own }: Heard): ReadonlySet<string> {
  return written === undefined ? own : new Set([...own, written.device]);
}
