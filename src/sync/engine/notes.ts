import { withAttempt } from "../../device/storage/attempts.ts";
import type { DeviceDatabase } from "../../device/storage/database.ts";
import { findMeta, mustMeta, putMeta } from "../../device/storage/meta.ts";
import type { Beginning } from "../../device/storage/rows.ts";
import type { Attempt, SyncStatus } from "../../device/storage/sync-status.ts";

/** What is noted about a try, for a support file. */
export type Tried = Pick<Attempt, "at" | "tookMs" | "outcome" | "between" | "sent">;

/** What sync does, of a status. */
export type Shown = Pick<SyncStatus, "phase" | "trouble" | "between" | "nextAttemptAt">;

/**
 * What a leader shows every tab of its syncing, and notes of its tries. Each is written with what an exchange writes
 * where it writes something, since a strict transaction of its own would hold up whoever saves.
 */
export interface Notes {
  /** An exchange begins: shows that it fetches, where it is known that there is something to fetch. */
  readonly begin: (nowMs: number) => Promise<void>;
  /** Within the transaction that takes commands: shows that they are sent. */
  readonly taking: () => Promise<void>;
  /** Within the transaction that records an answer to so many commands; `again`: more is to be sent or fetched. */
  readonly passing: (nowMs: number, sent: number, again: boolean) => Promise<void>;
  /** An exchange has passed, whether or not it had an answer to record. */
  readonly passed: (nowMs: number, sent: number) => Promise<void>;
  /** An exchange has failed: it is noted with what is shown next. */
  readonly failed: (nowMs: number, sent: number, why: Pick<Tried, "outcome" | "between">) => void;
  /** Nothing is to be done, or a wait is due. */
  readonly show: (shown: Shown) => Promise<void>;
}

/** What is shown, where it is known whether more states are to be fetched. */
type Show = (fetches: boolean) => Shown;

/** Notes of one leader. Where another one leads by now, nothing is shown. */
export function makeNotes(db: DeviceDatabase, fence: number): Notes {
  let startedMs = 0;
  let lastSuccessAt: number | undefined;
  let isNoted = false;
  let isIdle = false;
  let untold: Tried | undefined;

  const triedAt = (nowMs: number, sent: number, why: Pick<Tried, "outcome" | "between">): Tried => ({
    at: new Date(nowMs).toISOString(),
    tookMs: nowMs - startedMs,
    sent,
    ...why,
  });
  const write = async (show: Show, tried?: Tried) => {
    const success = lastSuccessAt === undefined ? {} : { lastSuccessAt };
    const phase = await writeNotes(db, fence, (fetches) => ({ ...show(fetches), ...success }), tried);
    isIdle = phase === "idle";
  };
  const apart = (shown: Shown, tried?: Tried) =>
    db.transaction("rw", db.meta, async () => {
      await write(() => shown, tried);
    });

  return {
    begin: async (nowMs) => {
      [startedMs, isNoted] = [nowMs, false];
      const tried = untold;
      untold = undefined;
      if (tried !== undefined || (await hasToSayThatItFetches(db))) await apart({ phase: "syncing" }, tried);
    },
    taking: () => write(() => ({ phase: "syncing" })),
    passing: async (nowMs, sent, again) => {
      isNoted = true;
      lastSuccessAt = nowMs;
      const tried = triedAt(nowMs, sent, { outcome: "passed" });
      await write((fetches) => ({ phase: again || fetches ? "syncing" : "idle" }), tried);
    },
    passed: async (nowMs, sent) => {
      lastSuccessAt = nowMs;
      if (!isNoted) await apart({ phase: "syncing" }, triedAt(nowMs, sent, { outcome: "passed" }));
    },
    failed: (nowMs, sent, why) => {
      untold = triedAt(nowMs, sent, why);
    },
    show: async (shown) => {
      const tried = untold;
      untold = undefined;
      if (tried === undefined && shown.phase === "idle" && isIdle) return;
      await apart(shown, tried);
    },
  };
}

/** Whether there is something to fetch that people should see, and do not see yet. */
async function hasToSayThatItFetches(db: DeviceDatabase): Promise<boolean> {
  return db.transaction("r", db.meta, async () => {
    const [place, beginning, status] = await Promise.all([
      mustMeta(db, "place"),
      findMeta(db, "beginning"),
      mustMeta(db, "status"),
    ]);
    const { phase, position, head, beginning: told } = status;
    const progress = progressOf(beginning);
    if (place.position >= place.head && progress === undefined) return false;
    const isTold = phase === "syncing" && position === place.position && head === place.head;
    return !isTold || told?.done !== progress?.done || told?.total !== progress?.total;
  });
}

function progressOf(beginning: Beginning | undefined): SyncStatus["beginning"] {
  if (beginning === undefined || beginning.part === "whole") return undefined;
  return { done: beginning.done, total: beginning.total };
}

/**
 * Writes a try, and what sync does unless another context leads by now, within a transaction over `meta`. Yields what
 * is shown.
 */
async function writeNotes(
  db: DeviceDatabase,
  fence: number,
  show: (fetches: boolean) => Shown & Pick<SyncStatus, "lastSuccessAt">,
  tried: Tried | undefined,
): Promise<Shown["phase"]> {
  const [{ position, head, fence: leading }, before, beginning, attempts] = await Promise.all([
    mustMeta(db, "place"),
    mustMeta(db, "status"),
    findMeta(db, "beginning"),
    tried === undefined ? undefined : findMeta(db, "attempts"),
  ]);
  const progress = progressOf(beginning);
  const kept = before.lastSuccessAt === undefined ? {} : { lastSuccessAt: before.lastSuccessAt };
  const told = progress === undefined ? {} : { beginning: progress };
  const status = { ...kept, ...show(progress !== undefined), ...told, position, head };
  await Promise.all([
    tried === undefined ? undefined : putMeta(db, "attempts", withAttempt(attempts, { ...tried, position })),
    leading === fence ? putMeta(db, "status", status) : undefined,
  ]);
  return status.phase;
}
