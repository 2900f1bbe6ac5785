import type { TokenOwner } from "../store/store.ts";

/**
 * How much of something one process has for all, and how much of it one workspace, and one lineage of devices, may
 * have.
 */
export interface ShareLimits {
  readonly all: number;
  readonly workspace: number;
  readonly lineage: number;
}

/** Whose share is used up. */
export type Full = keyof ShareLimits;

/** A limited resource, divided into shares: nobody can take all of it. */
export interface Shares {
  /**
   * Whose share does not hold so much more; undefined where it fits. Who has nothing yet gets what it needs, also where
   * that alone is more than its share. While half of all is free, a workspace may have more than its share: it may be
   * the only one here.
   */
  readonly lack: (owner: TokenOwner, amount: number) => Full | undefined;
  /** Takes it, whether it fits or not; what is taken is given back by a negative amount. */
  readonly take: (owner: TokenOwner, amount: number) => void;
  /** All that is taken. */
  readonly taken: () => number;
}

/** Counts what is taken. */
export function makeShares(limits: ShareLimits): Shares {
  const byWorkspace = new Map<string, number>();
  const byLineage = new Map<string, number>();
  let all = 0;
  return {
    lack: (owner, amount) => {
      const lineage = byLineage.get(lineageOf(owner)) ?? 0;
      if (lineage > 0 && lineage + amount > limits.lineage) return "lineage";
      const workspace = byWorkspace.get(owner.workspace) ?? 0;
      const isScarce = all + amount > limits.all / 2;
      if (isScarce && workspace > 0 && workspace + amount > limits.workspace) return "workspace";
      return all + amount > limits.all ? "all" : undefined;
    },
    take: (owner, amount) => {
      add(byWorkspace, owner.workspace, amount);
      add(byLineage, lineageOf(owner), amount);
      all += amount;
    },
    taken: () => all,
  };
}

/** A device with all its successors: as many as it draws, they have one share. */
export function lineageOf({ workspace, root }: TokenOwner): string {
  return `${workspace}/${root}`;
}

function add(counts: Map<string, number>, key: string, amount: number): void {
  const count = (counts.get(key) ?? 0) + amount;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
