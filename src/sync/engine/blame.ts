import type { Between, SyncTrouble } from "../../device/storage/sync-status.ts";

/**
 * Which commands are left out of the next requests, since each failed in a request of its own (`suspects`), and how
 * often that has happened to each. Ids of commands.
 */
export interface Blame {
  readonly suspects: readonly string[];
  readonly alone: ReadonlyMap<string, AloneFailures>;
}

/** How often a command failed alone, and what the last failure was: a trouble, or what was between. */
interface AloneFailures {
  readonly times: number;
  readonly code: SyncTrouble | Between;
}

/** A command that is to be held, and what it failed of last. */
export interface Guilty {
  readonly id: string;
  readonly code: SyncTrouble | Between;
}

/** What an exchange failed of, and the ids of the commands that it carried. */
export interface FailedExchange {
  readonly trouble: SyncTrouble;
  readonly between?: Between;
  readonly sent: readonly string[];
}

/** No command is suspected. */
export const noBlame: Blame = { suspects: [], alone: new Map() };

/** How often a command may fail alone, while others pass, before it is held. */
const aloneFailuresMax = 3;

/**
 * Whether a failure may be a command's own fault: the server failed on it, a proxy would not let it through, or the
 * connection broke on it. One that fails alone is left out until an exchange without it has passed, so an outage
 * counts once at most, however long it lasts.
 */
export function blamesCommands({ trouble, between }: Omit<FailedExchange, "sent">): boolean {
  if (between !== undefined) return between === "refuses" || between === "too-large";
  return suspicious.has(trouble);
}

const suspicious: ReadonlySet<SyncTrouble> = new Set([
  "server-busy",
  "unexpected-answer",
  "unreachable",
  "not-our-server",
]);

/** After an exchange that failed: a command that went alone is suspected, where it may be its own fault. */
export function afterFailure(blame: Blame, failed: FailedExchange): Blame {
  const [id, ...others] = failed.sent;
  if (id === undefined || others.length > 0 || !blamesCommands(failed)) return blame;
  const times = (blame.alone.get(id)?.times ?? 0) + 1;
  return {
    suspects: [...blame.suspects.filter((known) => known !== id), id],
    alone: new Map(blame.alone).set(id, { times, code: failed.between ?? failed.trouble }),
  };
}

/** After an exchange that passed: what went is innocent; what failed alone often enough before is to be held. */
export function afterPass(blame: Blame, sent: readonly string[]): readonly [Blame, readonly Guilty[]] {
  const left = [...blame.alone].filter(([id]) => !sent.includes(id));
  const isGuilty = ([, { times }]: readonly [string, AloneFailures]) => times >= aloneFailuresMax;
  const guilty = left.filter(isGuilty).map(([id, { code }]) => ({ id, code }));
  return [{ ...blame, alone: new Map(left.filter((one) => !isGuilty(one))) }, guilty];
}
