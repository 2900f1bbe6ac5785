import type { SyncTrouble } from "../../device/storage/sync-status.ts";
import { backoffMsMax } from "../calls/backoff.ts";

/** What is tried when work is not sent, in this order. */
const remedies = ["wake", "take-over", "reopen", "check-update"] as const;
export type Remedy = (typeof remedies)[number];

/** What the watchdog sees at one tick. */
export interface WatchFacts {
  /** ms of a clock that only goes forward and is nobody's to set. */
  readonly nowMs: number;
  /** Somebody sees the page, and the browser does not say that there is no network. */
  readonly active: boolean;
  /** How many commands wait to be sent, and how many wait no more: confirmed, settled, held, parked or discarded. */
  readonly pending: number;
  readonly done: number;
  /** How far the log has come down. */
  readonly position: number;
  /** What the last try to reach the server came to, where it failed; and how many tries there ever were. */
  readonly trouble?: SyncTrouble;
  readonly attempts: number;
  /** When the next is due by the device's clock, and how long that is from now; both in ms. */
  readonly dueAt: number | undefined;
  readonly waitMs: number;
}

/** What it remembers between ticks. `stalledMs` counts active time without progress and without an honest reason. */
export interface WatchState {
  readonly seen: Pick<WatchFacts, "nowMs" | "done" | "position" | "attempts" | "dueAt"> | undefined;
  /** Until when a wait that was announced is believed. */
  readonly waitsUntilMs: number;
  readonly stalledMs: number;
  readonly tried: readonly Remedy[];
}

/** Work that is not sent: for how long, in ms of active time, and what was tried. */
export interface Stall {
  readonly stalledMs: number;
  readonly tried: readonly Remedy[];
}

/** What to do: one remedy, and what to tell (`undefined`: everything is sent again); no `tell`: nothing new. */
export interface Watched {
  readonly remedy?: Remedy;
  readonly tell?: { readonly stall: Stall | undefined };
}

/** How often it looks. */
export const tickMs = 15_000;
/** Three times the longest backoff: nothing that works as it should is silent for so long. */
const patienceMs = 3 * backoffMsMax;
/** How long a remedy has to show: an exchange takes a minute at most. */
const remedyMs = 60_000;
/** Once all were tried and it was said, one more after the other, this far apart. */
const laterRemedyMs = 5 * 60_000;
/** The longest wait that is believed: what a server may ask for with `Retry-After`, and its luck. */
const waitMsMax = 1.25 * 3_600_000;
/** A tick that comes later than this was late because the page was frozen, or the machine slept: nobody waited. */
const gapMsMax = 2 * tickMs;

/** Troubles that are not the app's fault and that the bar names: while they are retried, all is as it should be. */
const honest: ReadonlySet<SyncTrouble> = new Set([
  "unreachable",
  "not-our-server",
  "server-busy",
  "revoked",
  "unknown-token",
  "device-cloned",
  "chain-broken",
]);

/** Before the first tick, and whenever something has moved. */
export const watchful: WatchState = { seen: undefined, waitsUntilMs: 0, stalledMs: 0, tried: [] };

/**
 * The safety net under everything else (L8): it acts when work waits without progress for 180 s of active time, and no
 * known trouble is being retried automatically. Then each remedy has a minute, and after the last one the bar says so.
 */
export function watch(before: WatchState, facts: WatchFacts): readonly [WatchState, Watched] {
  const { nowMs, done, position, attempts, dueAt } = facts;
  const seen = { nowMs, done, position, attempts, dueAt };
  const { seen: last } = before;
  const moved = last === undefined || last.done !== done || last.position !== position;
  if (facts.pending === 0 || moved) return calm(before, seen, 0);
  const tries = facts.trouble !== undefined && honest.has(facts.trouble);
  if (tries && (last.attempts !== attempts || last.dueAt !== dueAt)) {
    return calm(before, seen, nowMs + Math.min(Math.max(0, facts.waitMs), waitMsMax));
  }
  const gapMs = Math.max(0, nowMs - last.nowMs);
  const waits = nowMs < before.waitsUntilMs;
  const counted = facts.active && !waits && gapMs <= gapMsMax ? gapMs : 0;
  const stalledMs = before.stalledMs + counted;
  const state: WatchState = { ...before, seen, stalledMs };
  const due = counted > 0 && stalledMs >= remedyDueMs(before.tried.length);
  const remedy = due ? remedies[before.tried.length % remedies.length] : undefined;
  const tried = remedy === undefined ? before.tried : [...before.tried, remedy];
  const minutes = (ms: number) => Math.floor(ms / 60_000);
  const isSaid = stalledMs >= saidMs;
  const isNews = before.stalledMs < saidMs || minutes(stalledMs) !== minutes(before.stalledMs);
  return [
    { ...state, tried },
    {
      ...(remedy === undefined ? {} : { remedy }),
      ...(isSaid && isNews ? { tell: { stall: { stalledMs, tried: distinct(tried) } } } : {}),
    },
  ];
}

const saidMs = patienceMs + remedies.length * remedyMs;

/** After how much stalled time the next remedy is due, where so many were tried. */
function remedyDueMs(tried: number): number {
  return tried < remedies.length
    ? patienceMs + tried * remedyMs
    : saidMs + (tried - remedies.length + 1) * laterRemedyMs;
}

function calm(
  before: WatchState,
  seen: NonNullable<WatchState["seen"]>,
  waitsUntilMs: number,
): readonly [WatchState, Watched] {
  const wasSaid = before.stalledMs >= saidMs;
  return [{ ...watchful, seen, waitsUntilMs }, wasSaid ? { tell: { stall: undefined } } : {}];
}

function distinct(tried: readonly Remedy[]): readonly Remedy[] {
  return remedies.filter((remedy) => tried.includes(remedy));
}
