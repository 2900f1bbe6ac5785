import type { KnownState } from "../../domain/kinds.ts";
import type { StartOrder } from "../../domain/order/order-commands.ts";
import { stateAs } from "../../domain/state-as.ts";
import { derivedId } from "../../protocol/ids.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import type { OutboxRow, PendingRow } from "../storage/rows.ts";
import { fresh } from "../streams/stand.ts";

/** A command that begins an order, whose number another order may turn out to have. */
export type StartRow = OutboxRow & { readonly command: StartOrder };

/** How often an order takes another number without a person: more often is a fault. */
const renumberingsMax = 3;

/** How many seqs a new number needs: for the order's beginning, and for the note of the former number. */
export const seqsPerNumber = 2;

/**
 * What an order goes on with that needs another number: that one, the first of `seqsPerNumber` fresh seqs, and what
 * the note of the former number is made with (`at` is ISO 8601 UTC of this device).
 */
export interface NumberDraw {
  readonly number: string;
  readonly seq: number;
  readonly at: string;
}

/**
 * Whether an order may take another number without a person. What a file brought may not: its writer may still send it
 * under the number that it has.
 */
export function mayRenumber(row: OutboxRow): row is StartRow {
  return startsOrder(row) && row.written === undefined && (row.redraws ?? 0) < renumberingsMax;
}

/** Whether a command begins an order. */
export function startsOrder(row: OutboxRow): row is StartRow {
  return row.command.type === "start-order";
}

/**
 * The beginning of an order under another number, in the turn that it had. The server remembers its answer to the old
 * id; the new one derives from that, so a profile that is set back to before says it under the same one, and hears that
 * it is done. Until the server has answered, it is sent whatever it meets here.
 */
export function renumbered(row: StartRow, { number, seq }: Pick<NumberDraw, "number" | "seq">): StartRow {
  return {
    ...fresh(row),
    id: derivedId(row.id, "renumbered"),
    seq,
    command: { ...row.command, data: { ...row.command.data, number } },
    sent: false,
    unasked: true,
    replaces: row.id,
    redraws: (row.redraws ?? 0) + 1,
  };
}

/**
 * The note of the number that an order had: paper with it is out, so the order is found by it. It comes last, and
 * nothing that waits on the order waits for it. Its events follow when it is decided.
 */
export function noteOf(before: StartRow, after: StartRow, draw: NumberDraw): PendingRow {
  const seq = draw.seq + 1;
  return {
    seq,
    rank: seq,
    id: derivedId(after.id, "former-number"),
    stream: after.stream,
    state: "pending",
    command: {
      type: "renumber-order",
      data: { from: before.command.data.number, to: after.command.data.number },
    },
    events: [],
    expected: after.expected,
    at: draw.at,
    actor: after.actor,
    traceparent: traceOfNote(after.id),
    sent: false,
    accepted: false,
    conflicts: 0,
  };
}

/** The trace of a note: the same on every copy of the profile, so that the server knows the one for the other. */
function traceOfNote(id: string): string {
  const trace = derivedId(id, "trace").replaceAll("-", "");
  return `00-${trace}-${trace.slice(0, 16)}-01`;
}

/** A row of an order whose number is another one since: the note of one that it had before leads to that one too. */
export function leadingTo(row: OutboxRow, before: StartRow, after: StartRow): OutboxRow {
  const { command, state } = row;
  const [was, number] = [before.command.data.number, after.command.data.number];
  if (command.type !== "renumber-order" || command.data.to !== was || state === "discarded") return row;
  return { ...row, command: { ...command, data: { ...command.data, to: number } } };
}

/**
 * A row of an order that stands in the log by now: where a copy of this profile has begun it under another number, the
 * note of a former one leads to that.
 */
export function leadingToLog(row: OutboxRow, begun: StartRow, state: KnownState): OutboxRow {
  const order = stateAs("order", begun.stream, state);
  const number = order.status === "none" ? null : order.number;
  if (number === null || number === begun.command.data.number) return row;
  const data = { ...begun.command.data, number };
  return leadingTo(row, begun, { ...begun, command: { ...begun.command, data } });
}

/**
 * The highest counter that is in the log behind a code, among these events; 0 where none does. A copy of this profile
 * may have given numbers that this one has yet to give.
 */
export function highestNumber(events: readonly LogEvent[], code: string): number {
  const counters = events.flatMap(({ type, data }) => {
    if (type !== "order-drafted" && type !== "order-renumbered") return [];
    const { number, to } = data as { readonly number?: unknown; readonly to?: unknown };
    const given = type === "order-drafted" ? number : to;
    if (typeof given !== "string" || !given.startsWith(`${code}-`)) return [];
    const counter = Number(given.slice(code.length + 1));
    return Number.isSafeInteger(counter) ? [counter] : [];
  });
  return Math.max(0, ...counters);
}
