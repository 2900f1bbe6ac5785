import { LRUCache } from "lru-cache";
import type { Cursor } from "../../protocol/cursor.ts";
import { type EventRow, eventJson } from "../accept/event-row.ts";
import { cutPage, rowBytes } from "../store/cut-page.ts";
import type { PageLimits, Store } from "../store/store.ts";

/**
 * The last events of the logs that are written and read now, as text for the wire: whoever reads behind the head gets
 * them without a statement, and without each device having the same event written again. Only what is committed is
 * told to it, by this process's own announcements and by whoever has read it from the store.
 */
export interface LogTail {
  /** Whether what comes after a position is here, as long as no other process has written. */
  readonly follows: (workspace: string, after: number) => boolean;
  /**
   * What the store would answer from a position to the head that it has just told; undefined where that is not here as
   * a whole. The hash at the head says that it is the same log: one that was restored, or that another process has
   * written to, has another.
   */
  readonly read: (workspace: string, after: number, head: Cursor, limits: PageLimits) => KeptPage | undefined;
  /** Keeps events that were read from the store up to its head, in order, without a gap. */
  readonly keep: (workspace: string, rows: readonly EventRow[]) => KeptPage;
  readonly stop: () => void;
}

/** Events of one page, in order. */
export type KeptPage = readonly KeptEvent[];

/** An event as JSON text, with what a page is cut by. */
export interface KeptEvent {
  readonly position: number;
  /** The chain hash, on a command's last event. */
  readonly hash: string | null;
  readonly text: string;
  /** What it takes of a page, as `rowBytes` counts it. */
  readonly bytes: number;
}

/** What may be kept: of one log, and of all together. */
export interface TailLimits {
  readonly events: number;
  readonly bytes: number;
  readonly bytesOfAll: number;
}

const mebibyte = 1024 * 1024;
const tailLimits: TailLimits = { events: 1_000, bytes: 2 * mebibyte, bytesOfAll: 32 * mebibyte };

/** Makes it, and feeds it with what this process appends. The logs that were used last are kept. */
export function makeLogTail(store: Pick<Store, "listen">, bounds: TailLimits = tailLimits): LogTail {
  const tails = new LRUCache<string, KeptPage>({ maxSize: bounds.bytesOfAll, sizeCalculation: bytesOf });
  const keep = (workspace: string, rows: readonly EventRow[]): KeptPage => {
    const added = rows.map(keptOf);
    const tail = tails.peek(workspace) ?? [];
    const [first, last, end] = [added[0], added.at(-1), tail.at(-1)];
    if (first === undefined || last === undefined) return added;
    // Commits of one log may be told out of turn, and a page may be an old one: what is kept has no gap.
    if (end !== undefined && first.position === end.position + 1)
      tails.set(workspace, newest([...tail, ...added], bounds));
    else if (end === undefined || last.position > end.position) tails.set(workspace, newest(added, bounds));
    return added;
  };
  const stop = store.listen((wake) => {
    if (wake.kind === "head" && wake.rows !== undefined) keep(wake.workspace, wake.rows);
  });
  return {
    follows: (workspace, after) => {
      const tail = tails.peek(workspace) ?? [];
      const begin = (tail[0]?.position ?? Number.POSITIVE_INFINITY) - 1;
      return begin <= after && after <= begin + tail.length;
    },
    read: (workspace, after, head, limits) => {
      const tail = tails.get(workspace);
      if (tail === undefined) return undefined;
      const begin = (tail[0]?.position ?? 1) - 1;
      const atHead = tail[head.position - begin - 1];
      if (atHead?.hash !== head.hash) {
        // A head before the end of what is kept, and not of it: the log was set back.
        if (head.position < begin + tail.length) tails.delete(workspace);
        return undefined;
      }
      if (after < begin) return undefined;
      return cutPage(tail.slice(after - begin, head.position - begin), limits, ({ bytes }) => bytes);
    },
    keep,
    stop,
  };
}

/** An event as it is kept. */
export function keptOf(row: EventRow): KeptEvent {
  return { position: row.position, hash: row.hash, text: eventJson(row), bytes: rowBytes(row) };
}

/** The last of these events that may be kept of one log. */
function newest(events: KeptPage, bounds: TailLimits): KeptPage {
  let bytes = 0;
  let from = events.length;
  for (; from > 0 && events.length - from < bounds.events; from -= 1) {
    bytes += memoryOf(events[from - 1]);
    if (bytes > bounds.bytes) break;
  }
  return events.slice(from);
}

/** What they take in memory; one at least, as the cache asks. */
function bytesOf(events: KeptPage): number {
  return events.reduce((sum, event) => sum + memoryOf(event), 1);
}

/** A character takes two bytes at most; beside its text an event takes some. */
function memoryOf(event: KeptEvent | undefined): number {
  return (event?.text.length ?? 0) * 2 + 150;
}
