import { type Problem, problem } from "../../protocol/problem.ts";
import type { TokenOwner } from "../store/store.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { makeMostRecent } from "./most-recent.ts";
import { lineageOf } from "./shares.ts";

/** How much may be written, in bytes of what is stored. */
export interface WriteLimits {
  /** By a device and its successors, within an hour that begins with the first of it. */
  readonly hourBytes: number;
  /** By a workspace, in all its time. */
  readonly workspaceBytes: number;
}

/** Is called when a workspace comes near its limit. */
export interface QuotaLog {
  readonly warn: (facts: object, message: string) => void;
}

/** Counts what is written. The hours are this process's: they begin again with it, and each node has its own. */
export interface WriteQuota {
  readonly limits: WriteLimits;
  /** Counts what may be stored in a moment, or answers why not (429, with the rest of the hour). */
  readonly take: (owner: TokenOwner, bytes: number, log: QuotaLog) => Problem | undefined;
  /** Gives back what was not stored after all. */
  readonly giveBack: (owner: TokenOwner, bytes: number) => void;
  /** Hears how much a workspace has stored. */
  readonly hearStored: (workspace: string, bytes: number, log: QuotaLog) => void;
}

interface Hour {
  bytes: number;
  readonly endMs: number;
  isTold: boolean;
}

/** `nowMs` is a clock that never jumps. */
export function makeWriteQuota(
  limits: WriteLimits,
  metrics: Metrics,
  nowMs: () => number = () => performance.now(),
): WriteQuota {
  const hours = makeMostRecent<Hour>(50_000);
  const full = makeMostRecent<number>(10_000);
  const hourOf = (owner: TokenOwner): Hour => {
    const found = hours.get(lineageOf(owner));
    if (found !== undefined && nowMs() < found.endMs) return found;
    const begun = { bytes: 0, endMs: nowMs() + hourMs, isTold: false };
    hours.set(lineageOf(owner), begun);
    return begun;
  };
  return {
    limits,
    take: (owner, bytes, log) => {
      const hour = hourOf(owner);
      if (hour.bytes > 0 && hour.bytes + bytes > limits.hourBytes) {
        metrics.count("docket.quota", 1, { quota: "hour", state: "over" });
        const retryAfterMs = Math.max(1_000, hour.endMs - nowMs());
        return problem("rate-limited", 429, "Too much was written within the hour", {
          detail: `a device and its successors may write ${limits.hourBytes} bytes an hour`,
          retryAfterMs,
        });
      }
      hour.bytes += bytes;
      if (!hour.isTold && hour.bytes > limits.hourBytes * nearly) {
        hour.isTold = true;
        metrics.count("docket.quota", 1, { quota: "hour", state: "near" });
        log.warn({ device: owner.device }, "a device has nearly written what it may within an hour");
      }
      return undefined;
    },
    giveBack: (owner, bytes) => {
      hourOf(owner).bytes -= bytes;
    },
    hearStored: (workspace, bytes, log) => {
      if (bytes <= limits.workspaceBytes * nearly || nowMs() < (full.get(workspace) ?? 0)) return;
      // Once an hour: it stays so until somebody does something about it.
      full.set(workspace, nowMs() + hourMs);
      metrics.count("docket.quota", 1, { quota: "workspace", state: "near" });
      log.warn({ workspace, bytes, max: limits.workspaceBytes }, "a workspace has nearly stored what it may");
    },
  };
}

const hourMs = 60 * 60_000;

/** From this share on it is logged. */
const nearly = 0.8;
