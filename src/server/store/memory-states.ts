import type { StatesPart } from "../../protocol/states-messages.ts";
import type { StatesTx } from "./sql-states.ts";
import type { StateRow, StatesPosition } from "./store.ts";

/** The kept states of one workspace, in memory. */
export interface MemoryStates {
  position: StatesPosition | undefined;
  readonly rows: Map<string, StateRow>;
}

/** A copy that a transaction may change. */
export function copyStates({ position, rows }: MemoryStates): MemoryStates {
  return { position, rows: new Map(rows) };
}

/** Reads and changes a transaction's own copy. */
export function makeMemoryStatesTx(
  states: () => MemoryStates,
  change: (write: () => void) => Promise<void>,
): StatesTx {
  const ofPart = (part: StatesPart) => [...states().rows.values()].filter((row) => row.part === part);
  return {
    findStatesPosition: async () => states().position,
    findStates: async (streams) => streams.flatMap((stream) => states().rows.get(stream) ?? []),
    putStates: (rows, position) =>
      change(() => {
        for (const row of rows)
          if (row.version > (states().rows.get(row.stream)?.version ?? 0)) states().rows.set(row.stream, row);
        states().position = position;
      }),
    forgetStates: () =>
      change(() => {
        states().rows.clear();
        states().position = undefined;
      }),
    readStates: async (part, after, limits) => {
      const sign = part === "past" ? -1 : 1;
      const order = (one: string, other: string) => (one < other ? -sign : sign);
      const rows = ofPart(part)
        .filter(({ stream }) => after === null || (stream !== after && order(after, stream) < 0))
        .sort((one, other) => order(one.stream, other.stream))
        .slice(0, limits.states);
      let before = 0;
      return rows.filter(({ stateText }) => {
        const fits = before <= limits.bytes;
        before += Buffer.byteLength(stateText);
        return fits;
      });
    },
    countStates: async () => ({ now: ofPart("now").length, past: ofPart("past").length }),
  };
}
