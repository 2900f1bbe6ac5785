import type { Problem } from "../protocol/problem.ts";

/** What somebody asked for, or why they do not get it. */
export type Answer<Value> = { readonly value: Value } | { readonly problem: Problem };
