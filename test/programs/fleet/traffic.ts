import type { SyncRequest, SyncResponse } from "../../../src/protocol/sync-messages.ts";
import type { Reply } from "../../../src/sync/calls/transport.ts";
import type { ExchangePorts } from "../../../src/sync/engine/exchange.ts";
import { outcomeOf } from "../../support/node-world.ts";

/** One request with commands, as the device saw it. `what`: the status, or why there was no answer. */
export interface Push {
  readonly startedMs: number;
  readonly tookMs: number;
  readonly commands: number;
  readonly what: string;
}

/** What a device's way to the server has seen, and when all was sent. Times are ms since 1970. */
export interface Traffic {
  readonly watch: (post: ExchangePorts["post"]) => ExchangePorts["post"];
  /** These must be answered for before all is sent. */
  readonly expect: (commands: readonly string[]) => void;
  readonly allSent: Promise<void>;
  readonly report: () => TrafficReport;
}

export interface TrafficReport {
  /** When the last command was answered for; undefined while some are not. */
  readonly allSentAtMs?: number;
  readonly pushes: readonly Push[];
  /** How many requests without commands there were, by their outcome. */
  readonly pulls: Readonly<Record<string, number>>;
  /** Verdicts that are neither `accepted` nor `duplicate`. */
  readonly otherVerdicts: readonly string[];
}

/** Watches one device's requests. */
export function makeTraffic(): Traffic {
  const pushes: Push[] = [];
  const pulls: Record<string, number> = {};
  const otherVerdicts: string[] = [];
  const missing = new Set<string>();
  let allSentAtMs: number | undefined;
  let resolveAllSent = () => {};
  const allSent = new Promise<void>((resolve) => {
    resolveAllSent = resolve;
  });
  const note = (request: SyncRequest, reply: Reply<SyncResponse>, startedMs: number) => {
    const nowMs = Date.now();
    const what = outcomeOf(reply);
    if (request.commands.length === 0) pulls[what] = (pulls[what] ?? 0) + 1;
    else pushes.push({ startedMs, tookMs: nowMs - startedMs, commands: request.commands.length, what });
    if (reply.outcome !== "answered") return;
    for (const { command, outcome } of reply.body.verdicts) {
      if (outcome === "accepted" || outcome === "duplicate") missing.delete(command);
      else otherVerdicts.push(`${command} was answered ${outcome}`);
    }
    if (missing.size > 0 || allSentAtMs !== undefined) return;
    allSentAtMs = nowMs;
    resolveAllSent();
  };
  return {
    watch: (post) => async (identity, request) => {
      const startedMs = Date.now();
      const reply = await post(identity, request);
      note(request, reply, startedMs);
      return reply;
    },
    expect: (commands) => {
      for (const command of commands) missing.add(command);
    },
    allSent,
    report: () => ({ pushes, pulls, otherVerdicts, ...(allSentAtMs === undefined ? {} : { allSentAtMs }) }),
  };
}
