import { foldModel, isPast } from "../../domain/fold-model.ts";
import type { KnownState } from "../../domain/kinds.ts";
import { cursorStart } from "../../protocol/cursor.ts";
import { limits } from "../../protocol/limits.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { StateRow, StatesPosition, Store, WorkspaceTx } from "../store/store.ts";
import { foldStream, stateBefore } from "./fold-stream.ts";
import type { StateCache } from "./state-cache.ts";

/** The outcome of one step: there is more to fold, all is folded, or an event is of a newer build. */
export type Followed = "more" | "done" | "unreadable";

/**
 * Folds the next page of a workspace's log into the kept states, in one transaction: the states and the position up to
 * which they hold move together, so any number of processes may do it, killed at any moment. Kept states of other
 * folds are forgotten first. An event of a newer build is never skipped: the states stay where they are.
 *
 * What this process has judged since is not folded again: `judged` has its state, which counts where it is the one
 * after the page's last event of its stream. What is not there (another process's, a consumer's, after a start) is
 * folded.
 */
export function followStates(
  store: Store,
  judged: Pick<StateCache, "find">,
  workspace: string,
): Promise<Followed> {
  return store.inWorkspace(workspace, async (tx) => {
    const from = (await tx.findStatesPosition(true)) ?? statesStart();
    if (from.model !== foldModel()) {
      await tx.forgetStates();
      return "more";
    }
    const events = await tx.readPage(from.position, page);
    const end = events.at(-1);
    if (end === undefined || end.hash === null) return "done";
    const find = (stream: string, event: string) => judged.find(workspace, stream, event)?.state;
    const rows = await foldedRows(tx, events, find);
    if (rows === undefined) return "unreadable";
    await tx.putStates(rows, { position: end.position, hash: end.hash, model: from.model });
    return "more";
  });
}

const page = { events: limits.pageEvents, bytes: limits.pageBytes };

function statesStart(): StatesPosition {
  return { ...cursorStart, model: foldModel() };
}

/** The states of all streams that the events are on, after them; undefined where one cannot be read. */
async function foldedRows(
  tx: WorkspaceTx,
  events: readonly EventRow[],
  find: (stream: string, event: string) => KnownState | undefined,
): Promise<readonly StateRow[] | undefined> {
  const byStream = new Map<string, EventRow[]>();
  for (const event of events) byStream.set(event.stream, [...(byStream.get(event.stream) ?? []), event]);
  const rows: StateRow[] = [];
  const open = new Map<string, readonly EventRow[]>();
  for (const [stream, own] of byStream) {
    const last = own.at(-1);
    const state = last === undefined ? undefined : find(stream, last.id);
    if (last === undefined || state === undefined) open.set(stream, own);
    else rows.push(rowOf(last, state));
  }
  const kept = await tx.findStates([...open.keys()]);
  const before = new Map(kept.map((row) => [row.stream, row]));
  for (const [stream, own] of open) {
    const row = before.get(stream);
    const state = row === undefined ? stateBefore(stream) : (JSON.parse(row.stateText) as KnownState);
    // Another process may have come further with its first step: what a state holds is not folded again.
    const folded = foldStream(
      stream,
      state,
      own.filter(({ version }) => version > (row?.version ?? 0)),
    );
    const last = own.at(-1);
    if (folded === undefined || last === undefined) return undefined;
    rows.push(rowOf(last, folded));
  }
  return rows;
}

/** A state as it is kept, with the event that it was folded up to. */
function rowOf({ stream, version, id: event }: EventRow, state: KnownState): StateRow {
  return { stream, part: isPast(state) ? "past" : "now", version, event, stateText: JSON.stringify(state) };
}
