import type { Cursor } from "../../protocol/cursor.ts";
import type { Problem } from "../../protocol/problem.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { PageLimits, Store } from "../store/store.ts";
import { accessOf } from "./access.ts";
import { historyChanged } from "./history.ts";

/** One page of the log after a cursor. `cursor` is where it ends, `head` the log's last position. */
export interface Page {
  readonly outcome: "page";
  readonly rows: readonly EventRow[];
  readonly cursor: Cursor;
  readonly head: number;
  /** The highest seq of the asking device that has a final answer. */
  readonly knownSeq: number;
}

export type PullOutcome = Page | { readonly outcome: "refused"; readonly problem: Problem };

/**
 * Reads the page after a cursor. A cursor that is not in this history (beyond its end, inside a command, another hash)
 * means that the history has changed: the device must find out, not be served from a guess.
 */
export function pull(
  store: Store,
  asked: {
    readonly workspace: string;
    readonly device: string;
    readonly cursor: Cursor;
    readonly limits: PageLimits;
  },
): Promise<PullOutcome> {
  const { workspace, device: deviceId, cursor, limits } = asked;
  return store.inWorkspace(workspace, async (tx) => {
    // The head is read before the page: events that are committed in between make a longer page, never a hole.
    const [{ device, head, hash, knownSeq }, rows] = await Promise.all([
      tx.readStanding(deviceId, cursor.position),
      tx.readPage(cursor.position, limits),
    ]);
    const access = accessOf(device);
    if (access.outcome !== "allowed") return access;
    if (hash !== cursor.hash) return { outcome: "refused", problem: historyChanged };
    const last = rows.at(-1);
    const end = last?.hash == null ? cursor : { position: last.position, hash: last.hash };
    return { outcome: "page", rows, cursor: end, head: Math.max(head.position, end.position), knownSeq };
  });
}
