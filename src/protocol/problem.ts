import * as v from "valibot";

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

/**
 * A problem (RFC 9457). `type` is `urn:docket:problem:<code>`. `detail` says what, where and what to do, without
 * customer data. `rejection` holds the facts of a broken rule, `path` where in the request a fault stands.
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
});

export type Problem = Readonly<v.InferOutput<typeof problemSchema>>;

/** A problem with its standard members. */
export function problem(
  code: ProblemCode,
  status: number,
  title: string,
  more: Partial<Pick<Problem, "detail" | "path" | "rejection" | "retryAfterMs">> = {},
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
