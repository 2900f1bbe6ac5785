import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { Answer } from "../answer.ts";
import { isStoreUnavailable } from "../store/store-unavailable.ts";
import { findHttpProblem } from "./http-problem.ts";

/** Answers with a problem (RFC 9457), and says when to come back where that is known. */
export function replyProblem(reply: FastifyReply, answer: Problem): FastifyReply {
  if (answer.retryAfterMs !== undefined) reply.header("retry-after", Math.ceil(answer.retryAfterMs / 1000));
  if (answer.status === 401) reply.header("www-authenticate", "Bearer");
  return reply.code(answer.status).type("application/problem+json").send(JSON.stringify(answer));
}

/** Answers with what was asked for, or with why not. */
export function replyAnswer(reply: FastifyReply, answer: Answer<unknown>): FastifyReply {
  return "problem" in answer ? replyProblem(reply, answer.problem) : reply.send(answer.value);
}

/**
 * Turns what was thrown into a problem. What a caller did wrong is told; what the server did wrong is logged, without
 * the values that a message of the database may carry, and told as `internal` only.
 */
export function replyError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = problemOf(error);
  if (answer.status >= 500)
    request.log.error({ fault: faultOf(error), route: request.routeOptions.url }, "request failed");
  return replyProblem(reply, answer);
}

/** What is not there, and what belongs to another workspace: both look the same (L15). */
export const nothingHere = problem("not-found", 404, "There is nothing here");

/** The request cannot be answered now, and may work later. */
export function unavailable(detail: string): Problem {
  return problem("unavailable", 503, "The server cannot do that now", { detail, retryAfterMs: 2_000 });
}

function problemOf(error: FastifyError): Problem {
  const known = findHttpProblem(error);
  if (known !== undefined) return known;
  if (isStoreUnavailable(error)) return unavailable("try again in a moment");
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return problem("too-large", 413, "The request is too large");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return problem("malformed", 415, "The request is not JSON", {
        detail: "expected content-type: application/json",
      });
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return problem("malformed", 400, "The request is cut short");
    default:
      return isClientError(error)
        ? problem("malformed", 400, "The request is not valid")
        : problem("internal", 500, "Something went wrong in the server");
  }
}

function isClientError({ statusCode }: FastifyError): boolean {
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500;
}

/** What of an error goes into the log. PostgreSQL's messages and details quote values, so only its codes do. */
export function faultOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, code, constraint_name, routine } = error as Error & Readonly<Record<string, unknown>>;
  const cause = error.cause === undefined ? {} : { cause: faultOf(error.cause) };
  if (routine !== undefined) return { name, code, constraint: constraint_name, routine, ...cause };
  return { name, code, message: error.message, stack: error.stack, ...cause };
}
