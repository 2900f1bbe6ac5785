import type { StreamKind } from "./stream-key.ts";

/**
 * The version of each kind's fold. It counts up when the meaning of `evolve` changes: states made by another version are
 * folded again. Lists and sums read states by it alone, without the rules of the kinds.
 */
export const evolveVersions: Readonly<Record<StreamKind, number>> = {
  order: 4,
  customer: 2,
  product: 2,
  stock: 2,
  workspace: 2,
  allocation: 1,
  level: 1,
};

/** The version of the fold of a stream's kind; undefined for a kind that this build does not know. */
export function findEvolveVersion(kind: string): number | undefined {
  return Object.hasOwn(evolveVersions, kind) ? evolveVersions[kind as StreamKind] : undefined;
}
