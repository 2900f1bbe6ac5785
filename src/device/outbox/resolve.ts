import { newId } from "../../protocol/ids.ts";
import type { Device } from "../storage/device.ts";
import { withOnTheWay } from "../storage/on-the-way.ts";
import { randomTraceparent } from "../storage/random.ts";
import type { DiscardedRow, OutboxRow } from "../storage/rows.ts";
import { mustStorageFault } from "../storage/storage-fault.ts";
import { rebase } from "../streams/rebase.ts";
import { bringBack, discard, fresh, hold } from "../streams/stand.ts";
import { changeOutbox } from "./change-outbox.ts";
import type { CommandInput, Handled } from "./handle-command.ts";
import { leadingTo, noteOf, seqsPerNumber, startsOrder } from "./renumber.ts";

/**
 * Whether a command may be taken back by its device alone: never one that the server may have accepted. What was
 * sent and waits for its answer is taken back by a compensating command, once the answer is known. The row is one that
 * says what is on the way (`withOnTheWay`).
 */
export function mayDiscard(row: OutboxRow): boolean {
  if (row.accepted || row.state === "discarded") return false;
  return row.state === "parked" || row.held?.why === "refused" || !row.sent;
}

/** Whether a command may be brought back: nothing has replaced it. */
export function mayReturn(row: OutboxRow): row is DiscardedRow {
  return row.state === "discarded" && row.replacedBy === undefined;
}

/** Takes a command back. It is kept as discarded, and can be brought back. */
export async function discardCommand(device: Device, seq: number): Promise<Decided> {
  return decided(
    await touch(device, seq, (rows, row, now) =>
      mayDiscard(row) ? replaceRow(rows, discard(row, now)) : undefined,
    ),
  );
}

/** Brings a discarded command back as it was: parked where it was parked, else to be sent. */
export async function undoDiscard(device: Device, seq: number): Promise<Decided> {
  return decided(
    await touch(device, seq, (rows, row, now) =>
      mayReturn(row) ? replaceRow(rows, bringBack(row, now)) : undefined,
    ),
  );
}

/** What a decision came to. `gone`: there was nothing to decide any more; sync, or another tab, was faster. */
export type Decided = "done" | "gone";

function decided(rows: Rows | undefined): Decided {
  return rows === undefined ? "gone" : "done";
}

/**
 * Holds a command that fails alone while others pass; it is tried again on a backoff of its own. `code` is what it
 * failed of last: a trouble of syncing, or what was between.
 */
export async function holdAsFailing(device: Device, seq: number, code: string, nowMs: number): Promise<void> {
  await touch(device, seq, (rows, row, now) => {
    const probes = { count: (row.probes?.count ?? 0) + 1, atMs: nowMs };
    return replaceRow(rows, { ...hold(row, { why: "failing", code }, now), probes });
  });
}

/**
 * Sends what was parked once more, as a new command: the server remembers its answer to the old one. An order whose
 * number is taken gets a new number, and the old one is noted. Few come here: a device renumbers its own automatically.
 */
export async function sendAgain(device: Device, seq: number): Promise<Handled> {
  const row = await device.db.outbox.get(seq);
  if (row === undefined) return { outcome: "gone" };
  const { command, parked } = row;
  const numberTaken = parked?.why === "refused" && parked.problem.code === "number-taken";
  if (!numberTaken || command.type !== "start-order") return replaceCommand(device, seq, command);
  return replaceCommand(device, seq, ({ orderNumber: number }) => ({
    ...command,
    data: { ...command.data, number },
  }));
}

/**
 * Replaces a command that is parked (or held by a refusal): "choose mine", "change". The old one is kept as discarded
 * and names its successor. One that is rejected changes nothing.
 */
export async function replaceCommand(
  device: Device,
  seq: number,
  command: CommandInput["command"],
): Promise<Handled> {
  const id = newId();
  const traceparent = randomTraceparent();
  const at = new Date(device.clockMs()).toISOString();
  try {
    return await changeOutbox(device.db, async (change) => {
      const numbered = typeof command === "function";
      const counters = await change.draw(numbered ? seqsPerNumber : 1, numbered ? 1 : 0);
      const next = counters.seq + 1;
      const orderNumber = `${device.identity().code}-${counters.orderNumber + 1}`;
      const successorCommand = typeof command === "function" ? command({ orderNumber }) : command;
      const rows = await touch(device, seq, (others, row, now) => {
        if (!mayDiscard(row)) return undefined;
        const { replacedBy: _by, written: _written, ...rest } = fresh(row);
        const successor: OutboxRow = {
          ...rest,
          sent: false,
          accepted: false,
          seq: next,
          id,
          command: successorCommand,
          at,
          actor: device.identity().deviceName,
          traceparent,
          replaces: row.id,
        };
        const replaced = replaceRow(others, { ...discard(row, now), replacedBy: id });
        if (!numbered || !startsOrder(row) || !startsOrder(successor)) return [...replaced, successor];
        const draw = { number: orderNumber, seq: next, at };
        const led = replaced.map((other) => leadingTo(other, row, successor));
        return [...led, successor, noteOf(row, successor, draw)];
      });
      if (rows === undefined) throw new NotReplaced({ outcome: "gone" });
      return answerFor(rows, next);
    });
  } catch (error) {
    if (error instanceof NotReplaced) return error.handled;
    return { outcome: "not-saved", ...mustStorageFault(error) };
  }
}

/** Carries the reason out of a transaction that it aborts: nothing of it is saved. */
class NotReplaced extends Error {
  readonly handled: Handled;
  constructor(handled: Handled) {
    super("nothing replaces the command");
    this.handled = handled;
  }
}

function answerFor(rows: readonly OutboxRow[], seq: number): Handled {
  const row = rows.find((candidate) => candidate.seq === seq);
  if (row === undefined) return { outcome: "already" };
  if (row.parked?.why === "rejected") {
    throw new NotReplaced({ outcome: "rejected", rejection: row.parked.rejection });
  }
  if (row.parked?.why === "refused") {
    throw new NotReplaced({ outcome: "invalid", path: "command", message: row.parked.problem.detail ?? "" });
  }
  return { outcome: "saved", commandId: row.id, seq };
}

type Rows = readonly OutboxRow[];

/**
 * Changes the rows of the stream that a command is on and decides what waits there again, in one transaction. `change`
 * may add rows; undefined leaves all as it is. Yields the stream's rows after it; undefined where the command has left
 * the outbox, or nothing was changed.
 */
export async function touch(
  device: Device,
  seq: number,
  change: (rows: Rows, row: OutboxRow, now: string) => Rows | undefined,
): Promise<Rows | undefined> {
  const { db } = device;
  return changeOutbox(db, async (outbox) => {
    const [found, books] = await Promise.all([db.outbox.get(seq), outbox.books()]);
    if (found === undefined) return undefined;
    const now = new Date(device.clockMs()).toISOString();
    const onStream = await db.outbox.where("stream").equals(found.stream).sortBy("seq");
    const stored = withOnTheWay(onStream, books.onTheWay ?? []);
    const row = stored.find((one) => one.seq === seq);
    const rows = row === undefined ? undefined : change(stored, row, now);
    if (rows === undefined) return undefined;
    const here = new Set(stored.map((known) => known.seq));
    await outbox.add(rows.filter((known) => !here.has(known.seq)));
    await outbox.put(rows.filter((known) => here.has(known.seq) && !stored.includes(known)));
    const { clockOffsetMs, position, head } = books.place;
    const before = await outbox.stream(found.stream);
    const rebased = rebase(before, rows, { clockOffsetMs, more: position < head, now });
    await outbox.rebased(before, rebased);
    return rebased.changed.reduce(replaceRow, rows).filter((known) => !rebased.settled.includes(known));
  });
}

function replaceRow(rows: Rows, row: OutboxRow): Rows {
  return rows.map((candidate) => (candidate.seq === row.seq ? row : candidate));
}
