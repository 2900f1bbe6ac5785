import type { KeyObject } from "node:crypto";
import type { KnownState } from "../../domain/kinds.ts";
import type { Role } from "../../domain/role.ts";
import type { Cursor } from "../../protocol/cursor.ts";
import type { Problem } from "../../protocol/problem.ts";
import type { Verdict } from "../../protocol/sync-messages.ts";
import type { EventRow } from "./event-row.ts";
import type { PreparedCommand } from "./prepare-command.ts";

/**
 * Who pushes, when, and what. `clockOffsetMs` is what must be added to the device's clock to correct it. The device's
 * name is the one that the workspace knows: it is the actor in the log, whatever the command says.
 */
export interface Push {
  readonly workspace: string;
  /** `root` is its lineage: the first device of those that followed one another. */
  readonly device: { readonly id: string; readonly root: string; readonly name: string; readonly role: Role };
  readonly commands: readonly PreparedCommand[];
  /** The server's clock, ISO 8601 UTC. */
  readonly serverTime: string;
  readonly clockOffsetMs: number;
  readonly sealKey: KeyObject;
  /** How many bytes the workspace may store beside what it has. */
  readonly roomBytes: number;
}

/** What the store loaded under the lock of the workspace's counter: nothing of it can change meanwhile. */
export interface Facts {
  /** The last position of the log, and the chain hash there. */
  readonly head: Cursor;
  /** Commands that were answered for ever: by an id of this push, or by a seq of this push and its device. */
  readonly remembered: readonly RememberedCommand[];
  /** The lineage of each device that has written one of those; one that is missing is its own. */
  readonly roots: ReadonlyMap<string, string>;
  /**
   * The events of those that may stand for something else than what is asked, by command: another device's, or another
   * tap's.
   */
  readonly held: ReadonlyMap<string, readonly EventRow[]>;
  /** The streams of this push; one that is missing has no events. */
  readonly streams: ReadonlyMap<string, StreamFacts>;
  /** Order numbers that commands of this push want and that are taken, each with the stream that has it. */
  readonly numbers: ReadonlyMap<string, string>;
  /** Codes that begin numbers of this push and belong to other lineages of the workspace that have access. */
  readonly foreignCodes: ReadonlySet<string>;
}

/** The head of one stream, and the state folded from it: undefined where an event is of a newer build. */
export interface StreamFacts {
  readonly version: number;
  readonly event: string | null;
  readonly state: KnownState | undefined;
}

/**
 * A command that has its final answer. Kept for the life of the log: this is what makes a resend harmless (L4). An id
 * is accepted once; refused it may be for several lineages, since a refusal counts for its own alone.
 */
export interface RememberedCommand {
  readonly id: string;
  readonly device: string;
  readonly seq: number;
  readonly fingerprint: string;
  readonly answer:
    | { readonly outcome: "accepted"; readonly firstPosition: number; readonly events: number }
    | { readonly outcome: "refused"; readonly problem: Problem };
}

/** An order number with the stream that took it. */
export interface TakenNumber {
  readonly number: string;
  readonly stream: string;
}

/** Everything that one push stores, in one transaction. `head` is the counter afterwards. */
export interface Rows {
  readonly events: readonly EventRow[];
  readonly commands: readonly RememberedCommand[];
  readonly numbers: readonly TakenNumber[];
  readonly head: Cursor;
}

/**
 * The answer to a push. `differing` names commands that came again under their id with another body, `taken` those
 * whose id is another lineage's; `streams` are the states after the push, for the cache. `device-cloned`: two devices
 * share one identity, nothing is stored.
 */
export type Acceptance =
  | {
      readonly outcome: "judged";
      readonly verdicts: readonly Verdict[];
      readonly rows: Rows;
      readonly differing: readonly string[];
      readonly taken: readonly string[];
      readonly streams: ReadonlyMap<string, StreamFacts>;
    }
  | { readonly outcome: "device-cloned"; readonly seq: number };
