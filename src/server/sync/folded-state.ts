import type { StreamFacts } from "../accept/facts.ts";
import type { WorkspaceTx } from "../store/store.ts";
import { foldStream, stateBefore } from "./fold-stream.ts";

/** The state of a stream, read in bounded pieces, so that a long one is not in memory at once. */
export async function foldedState(tx: WorkspaceTx, stream: string): Promise<StreamFacts["state"]> {
  let state = stateBefore(stream);
  for (let version = 0; state !== undefined; ) {
    const rows = await tx.readStream(stream, version, readMax);
    state = foldStream(stream, state, rows);
    if (rows.length < readMax) break;
    version += rows.length;
  }
  return state;
}

const readMax = 500;
