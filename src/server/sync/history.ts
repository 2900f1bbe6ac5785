import { type Cursor, cursorStart } from "../../protocol/cursor.ts";
import { problem } from "../../protocol/problem.ts";
import type { WorkspaceTx } from "../store/store.ts";

/** The cursor is not in this history: the device must find out where they part, not be served from a guess. */
export const historyChanged = problem(
  "history-changed",
  409,
  "The server's history is not the one of this cursor",
);

/** The hash of this history at a cursor's position: another than the cursor's, or none, says that it has changed. */
export async function hashAt(tx: WorkspaceTx, { position }: Cursor): Promise<string | null | undefined> {
  return position === 0 ? cursorStart.hash : tx.findHashAt(position);
}
