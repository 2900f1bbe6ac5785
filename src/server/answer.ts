import type { Problem } from "../protocol/problem.ts";

/** What was asked for, or why it is refused. */
export type Answer<Value> = { readonly value: Value } | { readonly problem: Problem };
