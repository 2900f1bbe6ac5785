import type { Between, SyncTrouble } from "../../device/storage/sync-status.ts";
import { limits } from "../../protocol/limits.ts";
import { backoffMs } from "../calls/backoff.ts";
import { afterFailure, afterPass, type Blame, blamesCommands, type Guilty, noBlame } from "./blame.ts";

/**
 * When to sync, and with what, purely. `run` feeds what happens (`StepInput`) and carries out what is answered
 * (`StepEffect`); all times are ms of a clock that it brings, `luck` is drawn by it, 0 <= luck < 1. A `page` syncs
 * until it is stopped; a `wake` of the service worker until nothing is left, or something fails that less at a time
 * does not mend.
 * Invariants, each with a property of the same words:
 * - ST1 while it runs, an exchange is in flight or a wake is due: never neither (L8);
 * - ST2 at most one exchange is in flight;
 * - ST3 a wait is at most 60 s, or what the server asked for with `Retry-After` (an hour at most);
 * - ST4 the end of an exchange that is not the one in flight changes nothing;
 * - ST5 a wake of the service worker never waits: it exchanges, or it is done;
 * - ST6 what is saved is sent within a second, however much is saved after it, unless the server asked for a wait.
 */
export type StepState =
  | { readonly phase: "stopped"; readonly turn: number }
  | ({ readonly phase: "exchanging"; readonly wakeAgain: boolean; readonly saved?: Saved } & Progress)
  | ({ readonly phase: "waiting"; readonly obeyed: boolean; readonly saved?: Saved } & Progress);

/** Commands that were saved: when the first and the last of them were, in ms, and the seq of the last. */
interface Saved {
  readonly sinceMs: number;
  readonly lastMs: number;
  readonly seq: number;
}

interface Progress {
  readonly as: "page" | "wake";
  /** The number of the exchange that is in flight, or was the last. */
  readonly turn: number;
  /** Failed exchanges in a row; success resets it. */
  readonly failures: number;
  /** The most commands that the next request takes: halved when batches fail, doubled when they pass. */
  readonly commandsMax: number;
  readonly blame: Blame;
  /** A wake has given those that failed alone their second try. */
  readonly released: boolean;
}

export type StepInput =
  | { readonly type: "start"; readonly as: "page" | "wake" }
  /** Something happened that makes it worth trying now: `online`, visible, a live hint, a person. */
  | { readonly type: "wake" }
  /** Something was saved. It goes in a moment, since more may follow, and that must not stand behind an exchange. */
  | { readonly type: "saved"; readonly seq: number; readonly nowMs: number }
  /** The wait is over. By the timer, not by the clock: a clock that jumps makes no wait longer (L12). */
  | { readonly type: "timer" }
  /**
   * The exchange of a turn passed; `again`: there is more to fetch or to send at once, or, where it was saved since this
   * exchange began, `soon`. `sent` are ids of commands, `lastSeq` is the last command that there was when it began.
   */
  | {
      readonly type: "passed";
      readonly turn: number;
      readonly again: boolean;
      readonly soon?: boolean;
      readonly lastSeq?: number;
      readonly sent: readonly string[];
      readonly nowMs: number;
      readonly luck: number;
    }
  | {
      readonly type: "failed";
      readonly turn: number;
      readonly trouble: SyncTrouble;
      readonly between?: Between;
      readonly sent: readonly string[];
      readonly retryAfterMs?: number;
      readonly nowMs: number;
      readonly luck: number;
    }
  | { readonly type: "stop" };

export type StepEffect =
  /** Begin the exchange of a turn, without the commands that are suspected; its end is fed with the same turn. */
  | {
      readonly type: "exchange";
      readonly turn: number;
      readonly commandsMax: number;
      readonly suspects: readonly string[];
    }
  /** Forget any former wait; feed `timer` when this one is over. Without a trouble there is nothing to do till then. */
  | {
      readonly type: "wait";
      readonly delayMs: number;
      readonly dueMs: number;
      readonly trouble?: SyncTrouble;
      readonly between?: Between;
    }
  /** Forget any former wait; feed `timer` when this one is over. It is too short to be shown. */
  | { readonly type: "settle"; readonly delayMs: number }
  | { readonly type: "cancel-wait" }
  /** Hold these commands, visibly: each failed alone while others passed. */
  | { readonly type: "hold"; readonly guilty: readonly Guilty[] }
  /** A wake is over; `isAll`: nothing is left to send or to fetch. */
  | { readonly type: "done"; readonly isAll: boolean };

type Stepped = readonly [StepState, readonly StepEffect[]];
type Exchanging = Extract<StepState, { phase: "exchanging" }>;
type Passed = Extract<StepInput, { type: "passed" }>;
type SavedInput = Extract<StepInput, { type: "saved" }>;
type Failed = Extract<StepInput, { type: "failed" }>;

/** With nothing to do, how often to ask anyway: the safety net under live hints. */
const pollMs = 30_000;
const retryAfterMsMax = 3_600_000;

/** How long nothing is saved before what was saved goes, and how long that is put off while somebody goes on saving. */
const settledMs = 200;
const savingMsMax = 1_000;

/** Before it starts. */
export const stopped: StepState = { phase: "stopped", turn: 0 };

/** The next state, and what to do. */
export function step(state: StepState, input: StepInput): Stepped {
  if (input.type === "stop") return [{ phase: "stopped", turn: state.turn }, [{ type: "cancel-wait" }]];
  if (state.phase === "stopped") {
    if (input.type !== "start") return [state, []];
    const { as } = input;
    const { turn } = state;
    return exchange({
      as,
      turn,
      failures: 0,
      commandsMax: limits.requestCommands,
      blame: noBlame,
      released: false,
    });
  }
  if (state.phase === "exchanging") return whileExchanging(state, input);
  // A server that said when to come back is not asked before, whatever happens here.
  const goes = input.type === "timer" || (input.type === "wake" && !state.obeyed);
  if (goes) return exchange(state);
  if (input.type !== "saved" || state.obeyed) return [state, []];
  return settle(state, savedAt(state.saved, input), input.nowMs);
}

function whileExchanging(state: Exchanging, input: StepInput): Stepped {
  if (input.type === "wake") return [{ ...state, wakeAgain: true }, []];
  if (input.type === "saved") return [{ ...state, saved: savedAt(state.saved, input) }, []];
  if (input.type !== "passed" && input.type !== "failed") return [state, []];
  if (input.turn !== state.turn) return [state, []];
  if (input.type === "passed")
    return state.as === "page" ? pagePassed(state, input) : wakePassed(state, input);
  return state.as === "page" ? pageFailed(state, input) : wakeFailed(state, input);
}

function pagePassed(state: Exchanging, input: Passed): Stepped {
  const commandsMax = Math.min(limits.requestCommands, state.commandsMax * 2);
  const [blame, guilty] = afterPass(state.blame, input.sent);
  // The way is open: whoever failed alone gets another try.
  const released = blame.suspects.length > 0;
  const progress = { ...state, failures: 0, commandsMax, blame: { ...blame, suspects: [] } };
  const holding: readonly StepEffect[] = guilty.length === 0 ? [] : [{ type: "hold", guilty }];
  const { nowMs } = input;
  const isNew = input.again && input.soon === true;
  const { seq = 0 } = state.saved ?? {};
  // What this exchange found there already is not waited for.
  const isTaken = seq <= (input.lastSeq ?? 0);
  const saved = isTaken ? (isNew ? savedAt(undefined, { seq, nowMs }) : undefined) : state.saved;
  const goes = (input.again && !isNew) || released || state.wakeAgain;
  const [next, effects] = goes
    ? exchange(progress)
    : saved === undefined
      ? wait(progress, nowMs, idleMs(input.luck))
      : settle(progress, saved, nowMs);
  // Before the next exchange takes what may go. Only a suspect is held, so there always is a next one at once.
  return [next, [...holding, ...effects]];
}

function pageFailed(state: Exchanging, input: Failed): Stepped {
  const blame = afterFailure(state.blame, input);
  const count = input.sent.length;
  // No outage: less at a time gets through, so it is tried at once. Halving ends at one command.
  if (input.between === "too-large" && count > 1)
    return exchange({ ...state, blame, commandsMax: half(count) });
  const failures = state.failures + 1;
  const asked = input.retryAfterMs;
  // A server that says when to come back is full: the same work in more requests would only fill it further.
  const patience = asked === undefined ? 2 : 4;
  const commandsMax = failures % patience === 0 && count > 1 ? half(count) : state.commandsMax;
  // What woke it meanwhile (the network is back, somebody saved) deserves a try soon, as after a first failure.
  const tries = state.wakeAgain || state.saved !== undefined ? 1 : failures;
  const delayMs = asked === undefined ? backoffMs(tries, input.luck) : obeyedMs(asked, input.luck);
  const { trouble, between } = input;
  const why = { trouble, ...(between === undefined ? {} : { between }) };
  return wait({ ...state, failures, commandsMax, blame }, input.nowMs, delayMs, why, asked !== undefined);
}

/** A wake goes on while there is more; those that failed alone get one more try once all others are through. */
function wakePassed(state: Exchanging, input: Passed): Stepped {
  const commandsMax = Math.min(limits.requestCommands, state.commandsMax * 2);
  const [left] = afterPass(state.blame, input.sent);
  const progress = { ...state, failures: 0, commandsMax, blame: left };
  if (input.again || state.wakeAgain || state.saved !== undefined) return exchange(progress);
  if (left.suspects.length === 0) return done(state, true);
  if (state.released) return done(state, false);
  return exchange({ ...progress, released: true, blame: { ...left, suspects: [] } });
}

/** Less at a time, at once, down to one that lets the others pass; a second one means that the way is closed. */
function wakeFailed(state: Exchanging, input: Failed): Stepped {
  const count = input.sent.length;
  const isClosed = count === 0 || input.retryAfterMs !== undefined || !blamesCommands(input);
  if (isClosed || (count === 1 && state.blame.suspects.length > 0)) return done(state, false);
  const blame = afterFailure(state.blame, input);
  return exchange({ ...state, failures: state.failures + 1, blame, commandsMax: half(count) });
}

function exchange(progress: Progress): Stepped {
  const { as, failures, commandsMax, blame, released } = progress;
  const turn = progress.turn + 1;
  return [
    { phase: "exchanging", wakeAgain: false, as, turn, failures, commandsMax, blame, released },
    [{ type: "cancel-wait" }, { type: "exchange", turn, commandsMax, suspects: blame.suspects }],
  ];
}

function wait(
  progress: Progress,
  nowMs: number,
  delayMs: number,
  why: { readonly trouble?: SyncTrouble; readonly between?: Between } = {},
  obeyed = false,
): Stepped {
  const { as, turn, failures, commandsMax, blame, released } = progress;
  return [
    { phase: "waiting", obeyed, as, turn, failures, commandsMax, blame, released },
    [{ type: "wait", delayMs, dueMs: nowMs + delayMs, ...why }],
  ];
}

/** Waits until nothing is saved for a moment, but not for long; not at all where the clock has jumped meanwhile. */
function settle(progress: Progress, saved: Saved, nowMs: number): Stepped {
  const leftMs = Math.min(saved.lastMs + settledMs, saved.sinceMs + savingMsMax) - nowMs;
  if (leftMs <= 0 || nowMs < saved.lastMs) return exchange(progress);
  const { as, turn, failures, commandsMax, blame, released } = progress;
  return [
    { phase: "waiting", obeyed: false, saved, as, turn, failures, commandsMax, blame, released },
    [{ type: "settle", delayMs: leftMs }],
  ];
}

/** One more save. A clock that was set back makes no wait longer (L12): then all counts as saved long ago. */
function savedAt(before: Saved | undefined, { seq, nowMs }: Pick<SavedInput, "seq" | "nowMs">): Saved {
  const sinceMs = before === undefined ? nowMs : before.sinceMs;
  const isSetBack = before !== undefined && nowMs < before.lastMs;
  return { sinceMs: isSetBack ? nowMs - savingMsMax : sinceMs, lastMs: nowMs, seq };
}

function done({ turn }: Progress, isAll: boolean): Stepped {
  return [{ phase: "stopped", turn }, [{ type: "done", isAll }]];
}

function half(count: number): number {
  return Math.max(1, Math.floor(count / 2));
}

function obeyedMs(retryAfterMs: number, luck: number): number {
  return Math.min(retryAfterMsMax, Math.round(retryAfterMs * (1 + luck * 0.2)) + Math.round(luck * 1_000));
}

function idleMs(luck: number): number {
  return Math.round(pollMs * (0.75 + luck * 0.5));
}
