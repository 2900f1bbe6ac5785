import * as v from "valibot";
import * as p from "./parsers.ts";

/** What can be wrong, as stable codes: programs decide on these, never on the words beside them. */
export const problemCodes = [
  // The request
  "malformed",
  "too-large",
  "too-deep",
  "unsupported-protocol",
  "not-found",
  "method-not-allowed",
  "rate-limited",
  "timeout",
  // Who asks
  "unauthenticated",
  "unknown-token",
  "revoked",
  "forbidden",
  "wrong-code",
  "code-used",
  "code-expired",
  // Sync
  "device-cloned",
  "history-changed",
  // Verdicts: final, and remembered by the server (but for a number whose code is another device's)
  "not-allowed",
  "invalid-event",
  "rule-broken",
  "number-taken",
  "bad-seal",
  // Verdicts: who wrote a command that another device brings cannot be proven. Never remembered
  "not-proven",
  // Verdicts: another device's command has this id. Never remembered: under its own id it is judged like any other
  "id-taken",
  // Verdicts: the command waits for an update of server or app, or for room
  "unknown-type",
  "update-needed",
  "workspace-full",
  // Subscriptions
  "address-refused",
  "too-many-subscriptions",
  "not-dead",
  // The server
  "unavailable",
  "internal",
] as const;

export type ProblemCode = (typeof problemCodes)[number];

/** What is in the log under an id that is another device's: whose, on which stream, and from which position on. */
const takenSchema = v.looseObject({
  device: p.uuid,
  stream: p.streamKey,
  position: p.integer(1, Number.MAX_SAFE_INTEGER),
  traceparent: p.traceparent,
});

/**
 * A problem (RFC 9457). `type` is `urn:docket:problem:<code>`. `detail` says what, where and what to do, without
 * customer data. `rejection` holds the facts of a broken rule, `path` where in the request a fault is, `taken` what
 * has the id that was wanted.
 */
export const problemSchema = v.looseObject({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.safeInteger()),
  code: v.string(),
  detail: v.exactOptional(v.string()),
  path: v.exactOptional(v.string()),
  rejection: v.exactOptional(v.looseObject({ reason: v.string() })),
  retryAfterMs: v.exactOptional(v.number()),
  taken: v.exactOptional(takenSchema),
});

export type Problem = Readonly<v.InferOutput<typeof problemSchema>>;

/** A problem with its standard members. */
export function problem(
  code: ProblemCode,
  status: number,
  title: string,
  more: Partial<Pick<Problem, "detail" | "path" | "rejection" | "retryAfterMs" | "taken">> = {},
): Problem & { readonly code: ProblemCode } {
  return { type: `urn:docket:problem:${code}`, title, status, code, ...more };
}

/**
 * Refusals that hold a command until the server or the app is updated, or the server has room for it; all others are
 * final and park it.
 */
export function holds(code: string): boolean {
  return code === "unknown-type" || code === "update-needed" || code === "workspace-full";
}
