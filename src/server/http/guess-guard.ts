import { setTimeout as delay } from "node:timers/promises";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { Joining } from "../joining/join.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { networkOf } from "./network-of.ts";
import { unavailable } from "./reply-problem.ts";

/** Two kinds of codes: what an operator has chosen, and what the server draws with 59 bits. */
export type CodeFamily = "setup" | "invite";

/** Runs `join`, unless there were too many wrong codes from where it comes. */
export type GuessGuard = (
  family: CodeFamily,
  request: FastifyRequest,
  join: () => Promise<Joining>,
) => Promise<Joining>;

/** How often wrong codes may come; tests put smaller ones. */
export interface GuessLimits {
  /** Wrong codes of one network within a minute, of both kinds together. */
  readonly perNetworkMax: number;
  /** Wrong codes of one kind within a minute, from wherever, after which they are slowed down. */
  readonly slowFrom: number;
  readonly slowMs: number;
  /** How many wait at most because they are slowed down. */
  readonly waitingMax: number;
}

const guessLimits: GuessLimits = { perNetworkMax: 10, slowFrom: 100, slowMs: 1_000, waitingMax: 500 };

/**
 * Codes are few signs that people carry, so guessing them is limited: by network. Only wrong guesses count, so a shop
 * that joins fifty phones on one morning behind one address is not in the way of itself. Guesses from everywhere
 * together stop nobody: an invite's code is too long for them, and they are written into the log. A setup code may be
 * short, so each try waits a second while many are wrong, the right one too.
 */
export function makeGuessGuard(
  v1: FastifyInstance,
  metrics: Metrics,
  { perNetworkMax, slowFrom, slowMs, waitingMax }: GuessLimits = guessLimits,
): GuessGuard {
  const timeWindow = 60_000;
  const byNetwork = v1.createRateLimit({
    max: perNetworkMax,
    timeWindow,
    keyGenerator: ({ ip }) => networkOf(ip),
  });
  const inAll = { setup: makeTally(timeWindow), invite: makeTally(timeWindow) };
  let waiting = 0;
  const slowDown = async (): Promise<Problem | undefined> => {
    if (waiting >= waitingMax) return unavailable("many wrong codes are being tried");
    waiting += 1;
    await delay(slowMs);
    waiting -= 1;
    return undefined;
  };
  return async (family, request, join) => {
    const before = await byNetwork(request, { increment: false });
    if (!before.isAllowed && before.isExceeded) {
      const wait = { retryAfterMs: before.ttl };
      return { problem: problem("rate-limited", 429, "Too many wrong codes", wait) };
    }
    const refused = family === "setup" && inAll.setup.read() > slowFrom ? await slowDown() : undefined;
    if (refused !== undefined) return { problem: refused };
    const joining = await join();
    if (!("problem" in joining) || joining.problem.code !== "wrong-code") return joining;
    await byNetwork(request);
    metrics.count("docket.codes.wrong", 1, { family });
    if (inAll[family].add() === slowFrom + 1)
      request.log.warn({ family }, "many wrong codes are being tried");
    return joining;
  };
}

/** Counts within a while that begins with the first one counted. */
function makeTally(whileMs: number) {
  let counted = 0;
  let untilMs = 0;
  const read = () => (performance.now() < untilMs ? counted : 0);
  return {
    read,
    add: () => {
      counted = read() + 1;
      if (counted === 1) untilMs = performance.now() + whileMs;
      return counted;
    },
  };
}
