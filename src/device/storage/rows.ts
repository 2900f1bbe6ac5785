import type { KnownCommand, KnownRejection, KnownState } from "../../domain/kinds.ts";
import type { Role } from "../../domain/role.ts";
import type { Cursor } from "../../protocol/cursor.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import type { Problem } from "../../protocol/problem.ts";
import type { StatesPart } from "../../protocol/states-messages.ts";
import type { ProposedEvent } from "../../protocol/sync-messages.ts";
import type { WrittenBy } from "../../protocol/written-by.ts";

/** The state of a command of this device. Confirmed and settled ones are counted and leave the outbox. */
export type CommandState = OutboxRow["state"];

/** Why a command waits for a person, as facts; the words are the UI's. */
export type ParkedReason =
  | { readonly why: "rejected"; readonly rejection: KnownRejection }
  | { readonly why: "refused"; readonly problem: Problem }
  /** The server says conflict although the device holds the server's version. */
  | { readonly why: "stuck" };

/** Why a command waits for the server or an app update. */
export type HeldReason =
  | { readonly why: "refused"; readonly problem: Problem }
  /** It failed alone three times while others succeeded. */
  | { readonly why: "failing"; readonly code: string }
  /** Its stream has an event that this build cannot read. */
  | { readonly why: "unreadable-stream" }
  /** An earlier command of its stream is held or parked: it is sent after that one is answered. */
  | { readonly why: "behind" }
  /** What it met contradicts it, but more of the log is on its way: it is decided when all is here. */
  | { readonly why: "more-to-come" };

/**
 * One command that is not confirmed, with the events that it yielded, by its state: each state has only what it
 * needs. `since` is when it came to be there, ISO 8601 UTC of this device's clock. `stand.ts` leads from one to
 * another.
 */
export type OutboxRow = PendingRow | HeldRow | ParkedRow | DiscardedRow;

/** It goes with the next request that has room for it. */
export interface PendingRow extends CommandRow {
  readonly state: "pending";
  readonly held?: never;
  readonly parked?: never;
  readonly since?: never;
}

/** It waits for the server or an app update. */
export interface HeldRow extends CommandRow {
  readonly state: "held";
  readonly held: HeldReason;
  readonly parked?: never;
  readonly since: string;
}

/** It waits for a person. A file that brought it may not say since when. */
export interface ParkedRow extends CommandRow {
  readonly state: "parked";
  readonly parked: ParkedReason;
  readonly held?: never;
  readonly since?: string;
}

/** It was taken back, and keeps why it waited: brought back, it is parked where it was parked. */
export interface DiscardedRow extends CommandRow {
  readonly state: "discarded";
  readonly held?: HeldReason;
  readonly parked?: ParkedReason;
  readonly since: string;
}

/**
 * What a command has in every state. `expected` is the last event of the stream that it was decided on, `at` the
 * device's raw clock, `sent` whether it ever left the device, but for what is on its way now (`withOnTheWay`).
 */
export interface CommandRow {
  readonly seq: number;
  /** Its turn on its stream: its own seq, or the turn of the command that it replaces. */
  readonly rank: number;
  readonly id: string;
  readonly stream: string;
  readonly command: KnownCommand;
  readonly events: readonly ProposedEvent[];
  readonly expected: { readonly version: number; readonly event: string | null };
  readonly at: string;
  readonly actor: string;
  readonly traceparent: string;
  readonly sent: boolean;
  /** Accepted by the server; stays until its events have come down (no flicker). */
  readonly accepted: boolean;
  /**
   * Taken over from another database: the server may have had it long ago, where this log does not show it. It is sent
   * whatever it meets here, until the server has answered.
   */
  readonly unasked?: true;
  /** Another device wrote it and a file brought it: it is judged as that one's, by this proof. */
  readonly written?: WrittenBy;
  /** Answered `conflict` although the device held the server's version: decided again once, then parked. */
  readonly conflicts: number;
  /**
   * How often it got another id, since the one that it had was another device's, or its order number another order's.
   */
  readonly redraws?: number;
  readonly replaces?: string;
  readonly replacedBy?: string;
  /** The stream of the new order that it was put on, where that is why it was discarded. */
  readonly movedTo?: string;
  /** How often and when (ms of this device's clock) a held command was last tried. */
  readonly probes?: { readonly count: number; readonly atMs: number };
}

/** A folded stream: `version` events, the last of which is `last`. */
export interface Folded {
  readonly version: number;
  readonly last: string | null;
  readonly state: KnownState;
}

/**
 * The state that a stream came as, instead of its events; `folded` is absent while that is still the confirmed one.
 * `evolveVersion` is of the fold that made it: another build cannot go on from it, and fetches it again.
 */
export interface StreamBase {
  readonly evolveVersion: number;
  readonly folded?: Folded;
}

/**
 * One stream: its confirmed fold and, where commands of this device are pending, the fold with those on top. The
 * current one is also the detail view and (through `sort`) the row in its list: one record, one write.
 */
export interface StreamRow {
  readonly key: string;
  /** The version of the fold that made both states: another one is folded again before use. */
  readonly evolveVersion: number;
  readonly confirmed: Folded;
  /** Its first events are not in this log: what the later ones are folded onto. */
  readonly base?: StreamBase;
  readonly pending?: Folded;
  /** The worst state of this device's unconfirmed commands on this stream, and how many there are. */
  readonly waiting?: { readonly state: Exclude<CommandState, "discarded">; readonly count: number };
  /** The first position that this build cannot read: the stream is read-only until the app is updated. */
  readonly unreadableFrom?: number;
  /** The sort key in its kind's list (`o/`, `c/`, `p/` and what that list is sorted by); absent: not listed. */
  readonly sort?: string;
  /** The sort key in the list of one status, for orders that are not shipped: `o/draft/...`. */
  readonly group?: string;
  /** A projection threw on this stream: it counts as absent there, the others go on. */
  readonly flagged?: string;
}

/**
 * Some sums of a read model over streams, moved by difference: each an id with its amounts, in the order of the ids,
 * none of them nothing but zeros. Key: `<generation>/<name>/` and what those ids share (`sum-rows.ts`). The rows of a
 * new version are built as the next generation while the old one serves.
 */
export interface SumRow {
  readonly key: string;
  readonly sums: readonly (readonly [id: string, ...amounts: number[]])[];
}

/** One sum in a row of its own, as builds before schema 5 kept it. Key: `<generation>/<name>/<id>`. */
export interface FormerSumRow {
  readonly key: string;
  readonly amounts: readonly number[];
}

/** Which read models the rows belong to, and how far a rebuild has come: streams up to `upTo` (a key) are done. */
export interface ReadModel {
  readonly version: string;
  readonly generation: number;
  readonly building?: {
    readonly version: string;
    readonly generation: number;
    readonly upTo: string;
    readonly done: number;
    readonly total: number;
  };
}

/** The identity of this database. `joined` is absent while it works without a server. */
export interface Identity {
  readonly deviceId: string;
  /** The short code in order numbers: the server's after joining, six self-drawn characters before. */
  readonly code: string;
  readonly deviceName: string;
  readonly workspaceId: string;
  readonly workspaceName: string;
  /** Ids that this device had before: it was cloned, set back, or joined again. Their events are its own. */
  readonly formerIds?: readonly string[];
  readonly joined?: { readonly token: string; readonly role: Role; readonly origin: string };
}

/**
 * The number of commands ever made here, by what became of them (L6): created = confirmed + settled + those in the
 * outbox.
 */
export interface Ledger {
  readonly created: number;
  readonly confirmed: number;
  readonly settled: number;
}

/**
 * One confirmed command that the server has lost, by being restored from an older backup: cut out of the log here, to
 * be given back. `order` is its old position. It leaves when it has come down again; one that the server cannot take
 * back stays, with the reason, until somebody has looked at it (`put-away`) and after.
 */
export interface ResupplyRow {
  readonly command: string;
  readonly order: number;
  readonly state: "waiting" | "answered" | "refused" | "put-away";
  readonly events: readonly LogEvent[];
  readonly problem?: Problem;
  /** Something else has come down under its id: whether that stands for it the server says when it is given back. */
  readonly isOverwritten?: boolean;
}

/** The last position that this log and the restored server's have in common, and where this one ended. */
export interface Healing {
  readonly common: Cursor;
  readonly head: number;
}

/** How far the log has been read, and under which leader. */
export interface LogPosition {
  readonly position: number;
  readonly hash: string;
  /** The last position of the server's log, as last heard. */
  readonly head: number;
  /** Counts up with every context that starts syncing: answers to an earlier one are thrown away. */
  readonly fence: number;
  readonly clockOffsetMs: number;
}

/**
 * How this device began: with states instead of all events up to `at`, where its log begins; with events from the
 * first one where `at` is absent. Page after page comes of `part`, after the stream `after`, until all are here
 * (`whole`). `done` and `total` count streams.
 */
export interface Beginning {
  readonly at?: Cursor;
  readonly part: StatesPart | "whole";
  readonly after?: string;
  readonly done: number;
  readonly total: number;
}

/** The counters that are drawn from in a command's own transaction. */
export interface Counters {
  readonly seq: number;
  readonly orderNumber: number;
}

/** Something scanned, or typed before a scan, that nobody has dealt with yet: perhaps a line that an order lacks. */
export interface ScanNote {
  readonly id: string;
  /** What it belongs to: an order's id, an order that has not begun, or the stock. */
  readonly place: string;
  /** What was scanned or typed, to be copied. */
  readonly code: string;
  readonly kind: "unknown" | "undecided" | "not-saved";
  /** How often. */
  readonly count: number;
}
