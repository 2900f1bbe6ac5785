import type { Problem } from "../../protocol/problem.ts";

/** A problem as an error, for code where a library allows only throwing: body parsers and hooks. */
export function httpProblem(problem: Problem): Error {
  return Object.assign(new Error(problem.code), { name: "HttpProblem", problem });
}

/** The problem in such an error. */
export function findHttpProblem(error: unknown): Problem | undefined {
  return error instanceof Error && error.name === "HttpProblem" && "problem" in error
    ? (error.problem as Problem)
    : undefined;
}
