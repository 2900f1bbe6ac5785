import type { HistoryEntry } from "../../device/views/history.ts";

/** Longer than this between happening and being received, and it was taken offline. */
const offlineMs = 120_000;
/** Longer than this, and what the device says of the time is beside the server's, with a mark. */
const farMs = 24 * 60 * 60_000;
/** How far a measured clock may be off. */
const toleranceMs = 120_000;

/**
 * How the device's time compares with the server's. Days may well lie between where a device was away; whether they
 * did, only the device says. `ahead`: taken after it was received, which cannot be.
 */
export type TakenWhen = "waiting" | "at-once" | "offline" | "far-apart" | "ahead";

export function takenWhen({
  happenedAt,
  recordedAt,
}: Pick<HistoryEntry, "happenedAt" | "recordedAt">): TakenWhen {
  if (recordedAt === undefined) return "waiting";
  const lateMs = Date.parse(recordedAt) - Date.parse(happenedAt);
  if (lateMs < -toleranceMs) return "ahead";
  if (lateMs > farMs) return "far-apart";
  return lateMs > offlineMs ? "offline" : "at-once";
}
