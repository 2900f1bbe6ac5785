import { foldModel, isPast } from "../../domain/fold-model.ts";
import type { KnownState } from "../../domain/kinds.ts";
import { cursorStart } from "../../protocol/cursor.ts";
import { limits } from "../../protocol/limits.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { StateRow, StatesPosition, Store, WorkspaceTx } from "../store/store.ts";
import { foldStream, stateBefore } from "./fold-stream.ts";

/** The outcome of one step: there is more to fold, all is folded, or an event is of a newer build. */
export type Followed = "more" | "done" | "unreadable";

/**
 * Folds the next page of a workspace's log into the kept states, in one transaction: the states and the position up to
 * which they hold move together, so any number of processes may do it, killed at any moment. Kept states of other
 * folds are forgotten first. An event of a newer build is never skipped: the states stay where they are.
 */
export function followStates(store: Store, workspace: string): Promise<Followed> {
  return store.inWorkspace(workspace, async (tx) => {
    const from = (await tx.findStatesPosition(true)) ?? statesStart();
    if (from.model !== foldModel()) {
      await tx.forgetStates();
      return "more";
    }
    const events = await tx.readPage(from.position, page);
    const end = events.at(-1);
    if (end === undefined || end.hash === null) return "done";
    const rows = await foldedRows(tx, events);
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
): Promise<readonly StateRow[] | undefined> {
  const byStream = new Map<string, EventRow[]>();
  for (const event of events) byStream.set(event.stream, [...(byStream.get(event.stream) ?? []), event]);
  const kept = await tx.findStates([...byStream.keys()]);
  const before = new Map(kept.map((row) => [row.stream, row]));
  const rows: StateRow[] = [];
  for (const [stream, own] of byStream) {
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
    const part = isPast(folded) ? "past" : "now";
    rows.push({ stream, part, version: last.version, event: last.id, stateText: JSON.stringify(folded) });
  }
  return rows;
}
