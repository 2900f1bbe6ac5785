import type { KeyObject } from "node:crypto";
import type { Role } from "../../domain/role.ts";
import type { Cursor } from "../../protocol/cursor.ts";
import type { Tap } from "../../protocol/ids.ts";
import type { StatesPart } from "../../protocol/states-messages.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { RememberedCommand, Rows, TakenNumber } from "../accept/facts.ts";
import type { BookTx } from "./book.ts";
import type { DueWorkspaces, SubscriptionsTx } from "./subscriptions.ts";

/**
 * Where the server keeps everything. Three implementations are under one contract suite: PGlite, PostgreSQL, and one in
 * memory for simulations. Everything is reached through a transaction of one workspace, so that nothing can touch two
 * (L15); the exceptions below are asked before a workspace is known, and answer with ids only.
 */
export interface Store {
  /** What belongs to the installation as a whole: drawn at its first start, the same for every server node. */
  readonly installation: Installation;
  /**
   * Runs `work` in one transaction of this workspace. When it resolves, what it wrote is durable (L3). `work` may run
   * again from its start after a serialization failure, a deadlock or a lost connection, so it must have no effect but
   * through `tx`. Throws `StoreUnavailable` when the database cannot answer now. `inTurn`: those of one workspace go
   * one after another, and take no connection while they wait. For work that locks the workspace's counter: it would
   * wait for that lock anyway, with the connections that others need to read. `atOnce`: the work asks all that it reads
   * before it waits for any of it, and the end of the transaction is sent along; what it asks later fails.
   */
  readonly inWorkspace: <Result>(
    workspace: string,
    work: (tx: WorkspaceTx) => Promise<Result>,
    order?: "inTurn" | "atOnce",
  ) => Promise<Result>;
  /**
   * Creates a workspace with its first owner. `firstOnly`: only if there is none yet. Answers false if there was one.
   */
  readonly createWorkspace: (created: NewWorkspace, firstOnly: boolean) => Promise<boolean>;
  readonly countWorkspaces: () => Promise<number>;
  /** Ids of workspaces after one of them, in ascending order, for consumers: whose logs there are to follow. */
  readonly listWorkspaces: (after: string | null, max: number) => Promise<readonly string[]>;
  /** The device that a token belongs to, by the token's hash. The mapping never changes. */
  readonly findToken: (hash: string) => Promise<TokenOwner | undefined>;
  /** The workspace that an invite's code leads to, by the code's hash. */
  readonly findInviteWorkspace: (codeHash: string) => Promise<string | undefined>;
  /** Where deliveries are due at a time, at most `max` workspaces. Ids only: what is due is claimed inside of each. */
  readonly findDueWorkspaces: (now: string, max: number) => Promise<DueWorkspaces>;
  /** Tells every server process on this store, after a commit. A hint: losing one costs latency only. */
  readonly announce: (wake: Wake) => void;
  /** Hears what is announced, by this process too. Returns its stop. */
  readonly listen: (listener: (wake: Wake) => void) => () => void;
  /** Resolves when the database answers. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * `sealKey` (256 bits) makes the seals that let devices give back what a restored server has lost. It is kept in the
 * database, in a table that only its owner reads: so a backup always carries it, and any number of server nodes share
 * one. `setupCode` lets the first workspace start where the operator has configured none.
 */
export interface Installation {
  readonly sealKey: KeyObject;
  readonly setupCode: string;
}

/**
 * Something happened in a workspace: its log has grown to `head`, or a device has lost its access. `rows` are the events
 * that were appended, in order; only this process is told them, where it was the one.
 */
export type Wake =
  | {
      readonly kind: "head";
      readonly workspace: string;
      readonly head: number;
      readonly rows?: readonly EventRow[];
    }
  | { readonly kind: "revoked"; readonly workspace: string; readonly device: string };

/** Whose a token is. `root` is the device's lineage, as in `DeviceRow`. */
export interface TokenOwner {
  readonly workspace: string;
  readonly device: string;
  readonly root: string;
}

export interface NewWorkspace {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly owner: DeviceRow;
}

/** A device as it is stored. Times are the server's, ISO 8601 UTC. `tokenHash` is SHA-256 in hex. */
export interface DeviceRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly role: Role;
  readonly tokenHash: string;
  /** The hash of the code that it joined by, or the device that it follows. */
  readonly joinedBy: string;
  /**
   * Its lineage: the first device of the line in which each followed the one before. The device's own id where it
   * joined by a code. All of a lineage stand for one person's access, however often it took a new identity.
   */
  readonly root: string;
  readonly joinedAt: string;
  readonly lastSeenAt: string | null;
  readonly revokedAt: string | null;
}

/** The code that a device's order numbers begin with, and the lineage that it belongs to. */
export type DeviceCode = Pick<DeviceRow, "code" | "root">;

export interface InviteRow {
  readonly codeHash: string;
  readonly role: Role;
  /**
   * The lineage of the owner who made it; null where a build before lineages did. It is good while that one is an
   * owner.
   */
  readonly madeBy: string | null;
  readonly expiresAt: string;
  /** The device that has used it. */
  readonly usedBy: string | null;
}

/** What a workspace knows at one moment of a device that asks, of its log, and of the position that it asks from. */
export interface Standing {
  readonly device: DeviceRow | undefined;
  readonly head: Cursor;
  /** How many bytes the workspace has stored, as `bytesOfRows` counts them. */
  readonly storedBytes: number;
  /** The chain hash at the position: null in the middle of a command, undefined beyond the log. */
  readonly hash: string | null | undefined;
  /** The highest seq of the device that has a final answer; 0 for none. */
  readonly knownSeq: number;
}

/** The newest event of a stream. */
export interface StreamHead {
  readonly stream: string;
  readonly version: number;
  readonly event: string;
}

/** A stream's state as it is kept beside the log; `stateText` is its JSON. */
export interface StateRow {
  readonly stream: string;
  readonly part: StatesPart;
  readonly version: number;
  readonly event: string;
  readonly stateText: string;
}

/** How far the kept states follow the log, and the folds that made them. */
export interface StatesPosition extends Cursor {
  readonly model: string;
}

/** How far a consumer has come: its effects hold up to `position`. `movedAt` is when it moved, null before it did. */
export interface Checkpoint {
  readonly consumer: string;
  readonly position: number;
  readonly movedAt: string | null;
}

/** An event that a consumer could not take, or that is behind such a one on its stream. */
export interface SetAsideRow {
  readonly consumer: string;
  readonly position: number;
  readonly stream: string;
  readonly event: string;
  /** What it threw, or `behind`. */
  readonly reason: string;
  readonly at: string;
}

/** What a page may hold. Bytes are estimated from the stored texts. */
export interface PageLimits {
  readonly events: number;
  readonly bytes: number;
}

/** How many commands a page of `findTaps` holds. */
export const tapsPage = 1_000;

/** One transaction of one workspace. Lists of ids answer in no particular order; what is not there is left out. */
export interface WorkspaceTx extends SubscriptionsTx, BookTx {
  /** Locks the workspace's counter until the end, and reads it. What is read after it cannot change meanwhile. */
  readonly lockHead: () => Promise<Cursor>;
  readonly readHead: () => Promise<Cursor>;
  readonly readName: () => Promise<string>;
  /** All that is asked of a device before it is answered, as it is at one moment. At position 0 the log begins. */
  readonly readStanding: (device: string, position: number) => Promise<Standing>;

  readonly findDevice: (id: string) => Promise<DeviceRow | undefined>;
  /** Of these codes of devices, those whose lineage has access, each with its lineage. */
  readonly findCodes: (codes: readonly string[]) => Promise<readonly DeviceCode[]>;
  /** The answers to these ids, every device's, and those to these seqs of one device. */
  readonly findRemembered: (
    ids: readonly string[],
    device: string,
    seqs: readonly number[],
  ) => Promise<readonly RememberedCommand[]>;
  readonly findStreamHeads: (streams: readonly string[]) => Promise<readonly StreamHead[]>;
  /** Events of one stream after a version, in order, at most `max`. */
  readonly readStream: (stream: string, afterVersion: number, max: number) => Promise<readonly EventRow[]>;
  readonly findNumbers: (numbers: readonly string[]) => Promise<readonly TakenNumber[]>;
  /** The chain hash at a position: null in the middle of a command, undefined beyond the log. */
  readonly findHashAt: (position: number) => Promise<string | null | undefined>;
  /** For each position, the last position at or before it where a command ends; the log's start where there is none. */
  readonly findEnds: (positions: readonly number[]) => Promise<readonly Cursor[]>;
  /** The highest seq of a device that has a final answer; 0 for none. */
  readonly readHighestSeq: (device: string) => Promise<number>;
  /** Events after a position, whole commands only, at least one command if there is one. */
  readonly readPage: (after: number, limits: PageLimits) => Promise<readonly EventRow[]>;
  readonly append: (rows: Rows) => Promise<void>;

  /** How far the kept states have come; undefined where there are none. `lock`: nobody else moves it until the end. */
  readonly findStatesPosition: (lock: boolean) => Promise<StatesPosition | undefined>;
  readonly findStates: (streams: readonly string[]) => Promise<readonly StateRow[]>;
  /** Keeps states and how far they have come; of a stream the newer state stays. */
  readonly putStates: (rows: readonly StateRow[], position: StatesPosition) => Promise<void>;
  readonly forgetStates: () => Promise<void>;
  /**
   * The states of a part after a stream: `now` in ascending order, `past` in descending. Bytes are those of the texts.
   */
  readonly readStates: (
    part: StatesPart,
    after: string | null,
    limits: { readonly states: number; readonly bytes: number },
  ) => Promise<readonly StateRow[]>;
  readonly countStates: () => Promise<Readonly<Record<StatesPart, number>>>;

  /**
   * Locks a consumer's checkpoint until the end; undefined while another process has it. A consumer that has read
   * nothing yet is at 0.
   */
  readonly claimConsumer: (consumer: string) => Promise<Checkpoint | undefined>;
  readonly moveConsumer: (checkpoint: Checkpoint) => Promise<void>;
  readonly readConsumers: () => Promise<readonly Checkpoint[]>;
  /** What a consumer has set aside, of one stream or of all, the oldest first, at most `max`. */
  readonly findSetAside: (consumer: string, max: number, stream?: string) => Promise<readonly SetAsideRow[]>;
  /** Which of these streams have something set aside. */
  readonly findStreamsAside: (consumer: string, streams: readonly string[]) => Promise<readonly string[]>;
  readonly putSetAside: (rows: readonly SetAsideRow[]) => Promise<void>;
  /** Forgets what is set aside of a stream up to a position, that one included; null: all that the consumer has. */
  readonly forgetSetAside: (
    consumer: string,
    taken: { readonly stream: string; readonly upTo: number } | null,
  ) => Promise<void>;
  /** The events at these positions, in order. */
  readonly readEventsAt: (positions: readonly number[]) => Promise<readonly EventRow[]>;
  /** The events of these commands, in order; of those that were accepted. */
  readonly findCommandEvents: (commands: readonly string[]) => Promise<readonly EventRow[]>;
  /** Accepted commands of these traces whose drawn ids begin so (`beginningOf`): the next `tapsPage` ids after `after`. */
  readonly findTaps: (
    beginnings: readonly string[],
    traceparents: readonly string[],
    after: string,
  ) => Promise<readonly Tap[]>;

  readonly listDevices: () => Promise<readonly DeviceRow[]>;
  /** All devices of a lineage, the oldest first. */
  readonly listLineage: (root: string) => Promise<readonly DeviceRow[]>;
  /** How many lineages have access. */
  readonly countLineages: () => Promise<number>;
  /** How many devices have followed another since a time. */
  readonly countSuccessors: (since: string) => Promise<number>;
  /** Gives a whole lineage another role, or takes its access away: from those that have it, since that time stays. */
  readonly updateLineage: (
    root: string,
    change: Partial<Pick<DeviceRow, "role" | "revokedAt">>,
  ) => Promise<void>;
  /** Counts up how many devices have ever joined, by one or by so many, and answers the new count. */
  readonly countDevice: (by?: number) => Promise<number>;
  readonly insertDevice: (device: DeviceRow) => Promise<void>;
  readonly updateDevice: (
    id: string,
    change: Partial<Pick<DeviceRow, "name" | "lastSeenAt">>,
  ) => Promise<void>;
  readonly insertInvite: (invite: InviteRow) => Promise<void>;
  readonly findInvite: (codeHash: string) => Promise<InviteRow | undefined>;
  readonly useInvite: (codeHash: string, device: string) => Promise<void>;
  /** Deletes invites that expired before a time, and answers how many are left. */
  readonly forgetInvites: (expiredBefore: string) => Promise<number>;
}
