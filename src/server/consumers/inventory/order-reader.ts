import type { KnownState } from "../../../domain/kinds.ts";
import type { ExistingOrder } from "../../../domain/order/order-state.ts";
import type { EventRow } from "../../accept/event-row.ts";
import type { WorkspaceTx } from "../../store/store.ts";
import { foldStream, stateBefore } from "../../sync/fold-stream.ts";

/** Orders as they were at one of their events. */
export interface OrderReader {
  /** The order right after this event of it. Throws where an event before it is of a newer build. */
  readonly at: (event: EventRow) => Promise<ExistingOrder>;
}

const readMax = 500;

/** Reads each order once a page, and goes on from there with its next event. */
export function makeOrderReader(tx: WorkspaceTx): OrderReader {
  const known = new Map<string, { readonly version: number; readonly state: KnownState }>();
  return {
    at: async (event) => {
      const { stream, version } = event;
      const found = known.get(stream);
      let state = found?.state ?? stateBefore(stream);
      let read = found?.version ?? 0;
      while (read < version && state !== undefined) {
        const rows = (await tx.readStream(stream, read, readMax)).filter((row) => row.version <= version);
        if (rows.length === 0) break;
        state = foldStream(stream, state, rows);
        read += rows.length;
      }
      if (state === undefined || !("startedAt" in state) || read !== version)
        throw new Error(`expected an order that this build can read on ${stream} at ${version}`);
      known.set(stream, { version, state });
      return state;
    },
  };
}
