import { hash } from "node:crypto";

/** What a W3C traceparent says: 32 and 16 hex digits, and whether the trace is to be recorded. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Reads a traceparent of the form that the protocol's parser lets in. */
export function traceContextOf(traceparent: string): TraceContext {
  const [, traceId = "", spanId = "", flags = "00"] = traceparent.split("-");
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/**
 * A traceparent further down the same trace. Its span id is derived from `seed` (the id of the command that carries
 * it), so that a reaction that is played again, or by another server process, carries the same one.
 */
export function childTraceparent(parent: string, seed: string): string {
  const { traceId, isSampled } = traceContextOf(parent);
  return `00-${traceId}-${spanIdFrom(`${traceId} ${seed}`)}-${isSampled ? "01" : "00"}`;
}

/** The first 64 bits of SHA-256. All zeros is no span id; it would take 2^64 seeds to meet it. */
function spanIdFrom(seed: string): string {
  return hash("sha256", seed).slice(0, 16);
}
