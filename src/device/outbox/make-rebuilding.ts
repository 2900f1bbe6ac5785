import type { DeviceDatabase } from "../storage/database.ts";
import type { ReadModel } from "../storage/rows.ts";
import { findStorageFault } from "../storage/storage-fault.ts";
import { readModelVersion } from "../streams/read-model-version.ts";

/** Makes the read models again where they are stale, and ends early once `isStopped` says so. */
export type Rebuild = (db: DeviceDatabase, isStopped: () => boolean) => Promise<void>;

/** Keeps the read models those of this build. */
export interface Rebuilding {
  /**
   * Goes on where a rebuild was left, by an update, a healed history or another tab; nothing where one is under way.
   */
  readonly goOn: () => void;
  readonly stop: () => void;
}

const againMs = 1_000;
const againMsMax = 60_000;

/** Whether the read models are another build's, or only partly made. */
export function isStale({ building, version }: ReadModel): boolean {
  return building !== undefined || version !== readModelVersion();
}

/**
 * Rebuilds the read models when asked, in the background, in key order, from where a former run was interrupted. What
 * fails is tried again, after 1 s to 60 s, and reported once where it is not the storage's; until it is through, the
 * sums of before are shown, and do not move. `load` brings the code that does it, which few starts need.
 */
export function makeRebuilding(
  db: DeviceDatabase,
  load: () => Promise<Rebuild>,
  report: (error: unknown) => void = (error) => reportError(error),
): Rebuilding {
  let isStopped = false;
  let isRunning = false;
  let isReported = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = async (failures: number): Promise<void> => {
    isRunning = true;
    try {
      const rebuild = await load();
      await rebuild(db, () => isStopped);
      isRunning = false;
    } catch (error) {
      if (isStopped) return;
      if (findStorageFault(error) === undefined && !isReported) {
        isReported = true;
        report(error);
      }
      timer = setTimeout(() => void run(failures + 1), Math.min(againMs * 2 ** failures, againMsMax));
    }
  };
  return {
    goOn: () => {
      if (!isRunning && !isStopped) void run(0);
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
