import type {
  CommandRow,
  DiscardedRow,
  HeldReason,
  HeldRow,
  OutboxRow,
  ParkedReason,
  ParkedRow,
  PendingRow,
} from "../storage/rows.ts";

/** The row, to be sent. */
export function pending(row: OutboxRow): PendingRow {
  return { ...bare(row), state: "pending" };
}

/** The row, to be sent as if nobody had tried before. */
export function fresh(row: OutboxRow): PendingRow {
  const { probes: _probes, ...rest } = pending(row);
  return { ...rest, conflicts: 0 };
}

/** The row, waiting for the server or an update. `now` is ISO 8601 UTC, here and below. */
export function hold(row: OutboxRow, held: HeldReason, now: string): HeldRow {
  if (row.state === "held" && row.held.why === held.why) return row;
  return { ...bare(row), state: "held", held, since: now };
}

/** The row, waiting for a person. */
export function park(row: OutboxRow, parked: ParkedReason, now: string): ParkedRow {
  return { ...bare(row), state: "parked", parked, since: now };
}

/** The row, taken back. */
export function discard(row: OutboxRow, now: string): DiscardedRow {
  return { ...row, state: "discarded", since: now };
}

/** A discarded command, where it was before: parked where it was parked, else to be sent. */
export function bringBack(row: DiscardedRow, now: string): OutboxRow {
  const { movedTo: _movedTo, replacedBy: _replacedBy, ...rest } = row;
  return row.parked === undefined ? pending(rest) : park(rest, row.parked, now);
}

/** Whether the server or a failure holds a command, which is tried again on a backoff of its own. */
export function isTriedAgain({ state, held }: OutboxRow): boolean {
  return state === "held" && (held.why === "refused" || held.why === "failing");
}

/** The row without its state and what that alone has. */
function bare(row: OutboxRow): CommandRow {
  const { state: _state, held: _held, parked: _parked, since: _since, ...rest } = row;
  return rest;
}
