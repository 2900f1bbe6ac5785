import type { OutboxRow } from "../../../src/device/storage/rows.ts";
import { aLine, uuid } from "../../domain/builders.ts";

/** The time of all that tests save and do not look at. */
export const someTime = "2026-01-05T10:00:00.000Z";

/** A command that waits to be sent on a stream; its id and its turn follow from `seq`. */
export function anOutboxRow(seq: number, stream: string, more: Partial<OutboxRow> = {}): OutboxRow {
  return {
    seq,
    rank: seq,
    id: uuid(seq),
    stream,
    state: "pending",
    command: { type: "add-line", data: aLine(seq) },
    events: [],
    expected: { version: 0, event: null },
    at: someTime,
    actor: "Van 1",
    traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
    sent: false,
    accepted: false,
    conflicts: 0,
    ...more,
  } as OutboxRow;
}
