import type * as v from "valibot";
import type { ProblemCode } from "../../protocol/problem.ts";

/**
 * What a route takes and answers, with the very schemas that parse it. One table of these (`route-table.ts`) makes the
 * OpenAPI document, and tests hold every answer of the server against it.
 */
export interface RouteContract {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** As it is asked for, its parameters in braces: `/v1/devices/{id}`. */
  readonly path: string;
  /** The heading it is under. */
  readonly tag: string;
  readonly summary: string;
  /** What its schemas cannot say. */
  readonly words?: string;
  /**
   * `anyone`: also who speaks no protocol of ours; `guest`: who brings a code instead of a token; the others by their
   * token.
   */
  readonly askedBy: "anyone" | "guest" | "device" | "owner";
  readonly params?: Readonly<Record<string, v.GenericSchema>>;
  readonly query?: { readonly entries: Readonly<Record<string, v.GenericSchema>> };
  /** Request headers that change the answer, with what they do. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: v.GenericSchema;
  /** By status. */
  readonly answers: Readonly<Record<number, AnswerContract>>;
  /** What can be wrong beside what can be wrong on every route of its kind, by status. */
  readonly problems?: Problems;
}

/** An answer that is no problem. Without `schema` nothing is said of its body; without `type` it has none. */
export interface AnswerContract {
  readonly words: string;
  /** Media type, without parameters. */
  readonly type?: string;
  readonly schema?: v.GenericSchema;
  /** Headers, with what they hold. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Problems = Readonly<Record<number, readonly ProblemCode[]>>;

/** An answer in JSON. */
export function json(words: string, schema: v.GenericSchema): AnswerContract {
  return { words, type: "application/json", schema };
}

/** All problems that a route can answer with: its own, and those of every route of its kind. */
export function problemsOf(route: RouteContract): Problems {
  const hasBody = route.method !== "GET";
  const asksByToken = route.askedBy === "device" || route.askedBy === "owner";
  return merged([
    { 500: ["internal"] },
    ...(route.askedBy === "anyone" ? [] : [ofProtocol]),
    ...(hasBody ? [ofBodies] : []),
    ...(asksByToken ? [ofTokens] : []),
    ...(route.askedBy === "owner" ? [{ 403: ["forbidden"] } as const] : []),
    route.problems ?? {},
  ]);
}

const ofProtocol: Problems = { 400: ["unsupported-protocol", "malformed"], 503: ["unavailable"] };
const ofBodies: Problems = {
  400: ["malformed", "too-deep"],
  408: ["timeout"],
  413: ["too-large"],
  415: ["malformed"],
};
const ofTokens: Problems = { 401: ["unauthenticated", "unknown-token", "revoked"], 429: ["rate-limited"] };

function merged(all: readonly Problems[]): Problems {
  const byStatus = new Map<number, Set<ProblemCode>>();
  for (const [status, codes] of all.flatMap((problems) => Object.entries(problems))) {
    byStatus.set(Number(status), new Set([...(byStatus.get(Number(status)) ?? []), ...codes]));
  }
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, [...codes]]));
}
