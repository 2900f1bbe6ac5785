import type { OutboxRow, StreamRow } from "../../../src/device/storage/rows.ts";
import { decideOn, evolveOn, initialOf, type KnownEvent } from "../../../src/domain/kinds.ts";

/** What has been in the outbox of a disk, seen from outside: by what is committed, not by what the ledger says. */
export interface OutboxWatch {
  /** What is in it now, by id. */
  rows: ReadonlyMap<string, OutboxRow>;
  /** The trace of each command that was ever in it, by id. */
  readonly traces: Map<string, string>;
  /** The traces of those that left it with nothing left to do: what they want was there already. */
  readonly fulfilled: Set<string>;
}

/** Of an empty disk, or as it was on another one. */
export function makeOutboxWatch(copyOf?: OutboxWatch): OutboxWatch {
  const { rows = new Map(), traces, fulfilled } = copyOf ?? {};
  return { rows, traces: new Map(traces), fulfilled: new Set(fulfilled) };
}

/** Looks at the tables as a transaction leaves them. */
export function watchOutbox(
  watch: OutboxWatch,
  outbox: readonly OutboxRow[],
  findStream: (key: string) => StreamRow | undefined,
): void {
  const rows = new Map(outbox.map((row) => [row.id, row]));
  for (const { id, traceparent } of outbox) watch.traces.set(id, traceparent);
  for (const row of watch.rows.values()) {
    if (!rows.has(row.id) && isFulfilled(row, outbox, findStream(row.stream)))
      watch.fulfilled.add(row.traceparent);
  }
  watch.rows = rows;
}

/** Whether a command has nothing to do any more at its turn: on what is confirmed, and on what waits before it. */
function isFulfilled(row: OutboxRow, outbox: readonly OutboxRow[], stream: StreamRow | undefined): boolean {
  const isBefore = ({ rank, seq }: OutboxRow) => rank < row.rank || (rank === row.rank && seq < row.seq);
  const counts = ({ state }: OutboxRow) => state === "pending" || state === "held";
  const earlier = outbox
    .filter((other) => other.stream === row.stream && counts(other) && isBefore(other))
    .toSorted((one, other) => one.rank - other.rank || one.seq - other.seq);
  let state = stream?.confirmed.state ?? initialOf(row.stream);
  for (const { events, at } of earlier) {
    // What was saved here is of this build.
    for (const event of events as unknown as readonly KnownEvent[])
      state = evolveOn(row.stream, state, { ...event, at });
  }
  return decideOn(row.stream, row.command, state).outcome === "already";
}
