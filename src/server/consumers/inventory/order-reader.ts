import type { KnownState } from "../../../domain/kinds.ts";
import type { ExistingOrder } from "../../../domain/order/order-state.ts";
import type { EventRow } from "../../accept/event-row.ts";
import type { WorkspaceTx } from "../../store/store.ts";
import { foldStream, stateBefore } from "../../sync/fold-stream.ts";

/** Orders as they were at one of their events. */
export interface OrderReader {
  /** The order right after this event of it. Throws where an event before it is of a newer build. */
  readonly at: (event: EventRow) => Promise<ExistingOrder>;
  /** Whether the order was placed before this event of it. Imported history never was. */
  readonly isPlacedBefore: (event: EventRow) => Promise<boolean>;
}

const readMax = 500;

/** Reads each order once a page, and goes on from there with its next event. */
export function makeOrderReader(tx: WorkspaceTx): OrderReader {
  const known = new Map<string, { readonly version: number; readonly state: KnownState }>();
  /** The version at which each order is placed, as far as the log tells; infinite where it is not. */
  const placings = new Map<string, number>();
  return {
    isPlacedBefore: async ({ stream, version }) => {
      const placing = placings.get(stream) ?? (await placingOf(tx, stream));
      placings.set(stream, placing);
      return placing < version;
    },
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

async function placingOf(tx: WorkspaceTx, stream: string): Promise<number> {
  for (let read = 0; ; read += readMax) {
    const rows = await tx.readStream(stream, read, readMax);
    const placed = rows.find(({ type }) => type === "order-placed");
    if (placed !== undefined) return placed.version;
    if (rows.length < readMax) return Number.POSITIVE_INFINITY;
  }
}
