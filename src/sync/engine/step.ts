import type { Between, SyncTrouble } from "../../device/storage/sync-status.ts";
import { limits } from "../../protocol/limits.ts";
import { backoffMs } from "../calls/backoff.ts";

/**
 * When to sync, purely. One context that leads feeds what happens (`StepInput`) and carries out what is answered
 * (`StepEffect`); all times are ms of a clock that it brings, `luck` is drawn by it, 0 <= luck < 1.
 * Invariants, each with a property of the same words:
 * - while it runs, an exchange is in flight or a wake is due: never neither (L8);
 * - at most one exchange is in flight;
 * - a wait is at most 60 s, or what the server asked for with `Retry-After` (an hour at most).
 */
export type StepState =
  | { readonly phase: "stopped" }
  | ({ readonly phase: "exchanging"; readonly wakeAgain: boolean } & Progress)
  | ({
      readonly phase: "waiting";
      readonly dueMs: number;
      readonly trouble?: SyncTrouble;
      readonly between?: Between;
      readonly obeyed: boolean;
    } & Progress);

interface Progress {
  /** Failed exchanges in a row; success resets it. */
  readonly failures: number;
  /** The most commands that the next request takes: halved when batches fail, doubled when they pass. */
  readonly commandsMax: number;
}

export type StepInput =
  | { readonly type: "start" }
  /** Something happened that makes it worth trying now: an append, `online`, visible, a live hint, a person. */
  | { readonly type: "wake" }
  /** The wait is over. By the timer, not by the clock: a clock that jumps makes no wait longer (L12). */
  | { readonly type: "timer" }
  /** An exchange passed; `again`: there is more to fetch or to send at once. */
  | { readonly type: "passed"; readonly again: boolean; readonly nowMs: number; readonly luck: number }
  | {
      readonly type: "failed";
      readonly trouble: SyncTrouble;
      readonly between?: Between;
      readonly commands: number;
      readonly retryAfterMs?: number;
      readonly nowMs: number;
      readonly luck: number;
    }
  | { readonly type: "stop" };

export type StepEffect =
  | { readonly type: "exchange"; readonly commandsMax: number }
  /** Forget any former wait; feed `timer` when this one is over. */
  | { readonly type: "wait"; readonly delayMs: number }
  | { readonly type: "cancel-wait" };

/** With nothing to do, how often to ask anyway: the safety net under live hints. */
const pollMs = 30_000;
const retryAfterMsMax = 3_600_000;

/** Before it starts. */
export const stopped: StepState = { phase: "stopped" };

/** The next state, and what to do. */
export function step(state: StepState, input: StepInput): readonly [StepState, readonly StepEffect[]] {
  if (input.type === "stop") return [stopped, [{ type: "cancel-wait" }]];
  if (state.phase === "stopped") {
    return input.type === "start"
      ? exchange({ failures: 0, commandsMax: limits.requestCommands })
      : [state, []];
  }
  if (state.phase === "exchanging") return whileExchanging(state, input);
  return whileWaiting(state, input);
}

function whileExchanging(
  state: Extract<StepState, { phase: "exchanging" }>,
  input: Exclude<StepInput, { type: "stop" }>,
): readonly [StepState, readonly StepEffect[]] {
  switch (input.type) {
    case "wake":
      return [{ ...state, wakeAgain: true }, []];
    case "passed": {
      const commandsMax = Math.min(limits.requestCommands, state.commandsMax * 2);
      const progress = { failures: 0, commandsMax };
      return input.again || state.wakeAgain
        ? exchange(progress)
        : wait(progress, input.nowMs, idleMs(input.luck));
    }
    case "failed": {
      // No outage: less at a time gets through, so it is tried at once. Halving ends at one command.
      if (input.between === "too-large" && input.commands > 1)
        return exchange({ failures: state.failures, commandsMax: Math.floor(input.commands / 2) });
      const failures = state.failures + 1;
      // A server that says when to come back is full: the same work in more requests would only fill it further.
      const patience = input.retryAfterMs === undefined ? 2 : 4;
      const halve = failures % patience === 0 && input.commands > 1;
      const commandsMax = halve ? Math.max(1, Math.floor(input.commands / 2)) : state.commandsMax;
      const asked = input.retryAfterMs;
      // What woke it meanwhile (the network is back, somebody saved) deserves a try soon, as after a first failure.
      const tries = state.wakeAgain ? 1 : failures;
      const delayMs = asked === undefined ? backoffMs(tries, input.luck) : obeyedMs(asked, input.luck);
      const [next, effects] = wait({ failures, commandsMax }, input.nowMs, delayMs);
      const between = input.between === undefined ? {} : { between: input.between };
      return [{ ...next, trouble: input.trouble, ...between, obeyed: asked !== undefined }, effects];
    }
    default:
      return [state, []];
  }
}

function whileWaiting(
  state: Extract<StepState, { phase: "waiting" }>,
  input: Exclude<StepInput, { type: "stop" }>,
): readonly [StepState, readonly StepEffect[]] {
  const { failures, commandsMax } = state;
  switch (input.type) {
    case "wake":
      // A server that said when to come back is not asked before, whatever happens here.
      return state.obeyed ? [state, []] : exchange({ failures, commandsMax });
    case "timer":
      return exchange({ failures, commandsMax });
    default:
      return [state, []];
  }
}

function exchange(progress: Progress): readonly [StepState, readonly StepEffect[]] {
  const { failures, commandsMax } = progress;
  return [
    { phase: "exchanging", wakeAgain: false, failures, commandsMax },
    [{ type: "cancel-wait" }, { type: "exchange", commandsMax }],
  ];
}

function wait(
  progress: Progress,
  nowMs: number,
  delayMs: number,
): readonly [Extract<StepState, { phase: "waiting" }>, readonly StepEffect[]] {
  const { failures, commandsMax } = progress;
  const state = { phase: "waiting", dueMs: nowMs + delayMs, obeyed: false, failures, commandsMax } as const;
  return [state, [{ type: "wait", delayMs }]];
}

function obeyedMs(retryAfterMs: number, luck: number): number {
  return Math.min(retryAfterMsMax, Math.round(retryAfterMs * (1 + luck * 0.2)) + Math.round(luck * 1_000));
}

function idleMs(luck: number): number {
  return Math.round(pollMs * (0.75 + luck * 0.5));
}
