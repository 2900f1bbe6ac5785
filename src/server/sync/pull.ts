import type { Cursor } from "../../protocol/cursor.ts";
import type { Problem } from "../../protocol/problem.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { PageLimits, Standing, Store, WorkspaceTx } from "../store/store.ts";
import { accessOf } from "./access.ts";
import { historyChanged } from "./history.ts";
import { type KeptEvent, keptOf, type LogTail } from "./log-tail.ts";

/** One page of the log after a cursor. `cursor` is where it ends, `head` the log's last position. */
export interface Page<Event = EventRow> {
  readonly outcome: "page";
  readonly rows: readonly Event[];
  readonly cursor: Cursor;
  readonly head: number;
  /** The highest seq of the asking device that has a final answer. */
  readonly knownSeq: number;
}

export type PullOutcome<Event = EventRow> =
  | Page<Event>
  | { readonly outcome: "refused"; readonly problem: Problem };

/** Who asks, from where on, and how much. */
export interface PullRequest {
  readonly workspace: string;
  readonly device: string;
  readonly cursor: Cursor;
  readonly limits: PageLimits;
}

/**
 * Reads the page after a cursor. A cursor that is not in this history (beyond its end, inside a command, another hash)
 * means that the history has changed: the device must find out, not be served from a guess.
 */
export function pull(store: Store, asked: PullRequest): Promise<PullOutcome> {
  const { workspace, device, cursor, limits } = asked;
  return store.inWorkspace(workspace, async (tx) => {
    // The head is read before the page: events that are committed in between make a longer page, never a hole.
    const [standing, rows] = await Promise.all([
      tx.readStanding(device, cursor.position),
      tx.readPage(cursor.position, limits),
    ]);
    return refusalOf(standing, cursor) ?? pageOf(standing, cursor, rows);
  });
}

/**
 * The same page as texts. Whether the device may, and which log it is, the database says; the events are taken from the
 * kept tail where it has them all, and read where it has not.
 */
export async function pullKept(
  store: Store,
  tail: LogTail,
  asked: PullRequest,
): Promise<PullOutcome<KeptEvent>> {
  const { workspace, device, cursor, limits } = asked;
  if (tail.follows(workspace, cursor.position)) {
    const readStanding = (tx: WorkspaceTx) => tx.readStanding(device, cursor.position);
    const standing = await store.inWorkspace(workspace, readStanding, "atOnce");
    const refused = refusalOf(standing, cursor);
    if (refused !== undefined) return refused;
    const { head } = standing;
    const isEnd = head.position === cursor.position;
    const kept = isEnd ? [] : tail.read(workspace, cursor.position, head, limits);
    if (kept !== undefined) return pageOf(standing, cursor, kept);
  }
  const read = await pull(store, asked);
  if (read.outcome !== "page") return read;
  // A page from further back is nothing that anybody else is about to ask for.
  const isEnd = read.cursor.position >= read.head;
  return { ...read, rows: isEnd ? tail.keep(workspace, read.rows) : read.rows.map(keptOf) };
}

function refusalOf({ device, hash }: Standing, cursor: Cursor) {
  const access = accessOf(device);
  if (access.outcome !== "allowed") return access;
  return hash === cursor.hash ? undefined : ({ outcome: "refused", problem: historyChanged } as const);
}

function pageOf<Event extends Pick<EventRow, "position" | "hash">>(
  { head, knownSeq }: Standing,
  cursor: Cursor,
  rows: readonly Event[],
): Page<Event> {
  const last = rows.at(-1);
  const end = last?.hash == null ? cursor : { position: last.position, hash: last.hash };
  return { outcome: "page", rows, cursor: end, head: Math.max(head.position, end.position), knownSeq };
}
