import { newId } from "../../protocol/ids.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import type { Device } from "../storage/device.ts";
import { mustMeta, putMeta } from "../storage/meta.ts";
import { randomTraceparent } from "../storage/random.ts";
import type { OutboxRow, StreamRow } from "../storage/rows.ts";
import { storageFault } from "../storage/storage-fault.ts";
import { emptyStream } from "../streams/fold.ts";
import { writeStreams } from "../streams/project.ts";
import { hold, rebase } from "../streams/rebase.ts";
import { refreshed } from "../streams/refold.ts";
import type { CommandInput, Handled } from "./handle-command.ts";

/**
 * Whether a command may be taken back by its device alone: never one that the server may have accepted. What was
 * sent and waits for its answer is taken back by a compensating command, once the answer is known.
 */
export function mayDiscard(row: OutboxRow): boolean {
  if (row.accepted || row.state === "discarded") return false;
  return row.state === "parked" || row.held?.why === "refused" || !row.sent;
}

/** Takes a command back. It is kept as discarded, and can be brought back. */
export async function discardCommand(device: Device, seq: number): Promise<void> {
  await touch(device, seq, (rows, row, now) => {
    if (!mayDiscard(row))
      throw new Error(`expected a command that was not sent or is parked, found ${row.state}`);
    return replaceRow(rows, { ...row, state: "discarded", since: now });
  });
}

/** Brings a discarded command back as it was: parked where it was parked, else to be sent. */
export async function undoDiscard(device: Device, seq: number): Promise<void> {
  await touch(device, seq, (rows, row, now) => {
    if (row.state !== "discarded" || row.replacedBy !== undefined) {
      throw new Error(`expected a discarded command that nothing replaced, found ${row.state}`);
    }
    return replaceRow(rows, broughtBack(row, now));
  });
}

/** A discarded command as it was before. */
export function broughtBack(row: OutboxRow, now: string): OutboxRow {
  const { movedTo: _movedTo, replacedBy: _replacedBy, ...rest } = row;
  return { ...rest, state: row.parked === undefined ? "pending" : "parked", since: now };
}

/**
 * Holds a command that fails alone while others pass; it is tried again on a backoff of its own. `code` is what it
 * failed of last: a trouble of syncing, or what stood between.
 */
export async function holdAsFailing(device: Device, seq: number, code: string, nowMs: number): Promise<void> {
  await touch(device, seq, (rows, row, now) => {
    const probes = { count: (row.probes?.count ?? 0) + 1, atMs: nowMs };
    return replaceRow(rows, { ...hold(row, { why: "failing", code }, now), probes });
  });
}

/**
 * Sends what was parked once more, as a new command: the server remembers its answer to the old one. An order whose
 * number was taken (a copied browser profile) gets a new number.
 */
export async function sendAgain(device: Device, seq: number): Promise<Handled> {
  const row = await device.db.outbox.get(seq);
  if (row === undefined) throw new Error(`expected command ${seq} in the outbox, found nothing`);
  const { command, parked } = row;
  const numberTaken = parked?.why === "refused" && parked.problem.code === "number-taken";
  if (!numberTaken || command.type !== "start-order") return replaceCommand(device, seq, command);
  return replaceCommand(device, seq, ({ orderNumber: number }) => ({
    ...command,
    data: { ...command.data, number },
  }));
}

/**
 * Puts a new command in the place of one that is parked (or held by a refusal): "choose mine", "change". The old
 * one is kept as discarded and names its successor. One that is rejected changes nothing.
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
    return await device.db.transaction("rw", touched(device.db), async () => {
      const counters = await mustMeta(device.db, "counters");
      const next = counters.seq + 1;
      const numbered = typeof command === "function";
      const orderNumber = `${device.identity().code}-${counters.orderNumber + 1}`;
      const successorCommand = typeof command === "function" ? command({ orderNumber }) : command;
      const rows = await touch(device, seq, (others, row, now) => {
        if (!mayDiscard(row)) throw new Error(`expected a command that is parked, found ${row.state}`);
        const {
          held: _held,
          parked: _parked,
          since: _since,
          probes: _probes,
          replacedBy: _by,
          written: _written,
          ...rest
        } = row;
        const fresh = { state: "pending", sent: false, accepted: false, conflicts: 0 } as const;
        const successor: OutboxRow = {
          ...rest,
          ...fresh,
          seq: next,
          id,
          command: successorCommand,
          at,
          actor: device.identity().deviceName,
          traceparent,
          replaces: row.id,
        };
        return [...replaceRow(others, { ...row, state: "discarded", since: now, replacedBy: id }), successor];
      });
      await putMeta(device.db, "counters", {
        seq: next,
        orderNumber: counters.orderNumber + (numbered ? 1 : 0),
      });
      const ledger = await mustMeta(device.db, "ledger");
      await putMeta(device.db, "ledger", { ...ledger, created: ledger.created + 1 });
      return answerFor(rows, next);
    });
  } catch (error) {
    if (error instanceof NotReplaced) return error.handled;
    return { outcome: "not-saved", ...storageFault(error) };
  }
}

/** Carries the reason out of a transaction that it aborts: nothing of it is saved. */
class NotReplaced extends Error {
  readonly handled: Handled;
  constructor(handled: Handled) {
    super("the replacing command was rejected");
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

/** The tables that deciding about commands touches. */
export function touched(db: DeviceDatabase) {
  return [db.meta, db.outbox, db.streams, db.sums, db.log];
}

type Rows = readonly OutboxRow[];

/**
 * Changes the rows of the stream that a command stands on and decides what waits there again, in one transaction.
 * Yields the stream's rows after it.
 */
export async function touch(
  device: Device,
  seq: number,
  change: (rows: Rows, row: OutboxRow, now: string) => Rows,
): Promise<Rows> {
  const { db } = device;
  return db.transaction("rw", touched(db), async () => {
    const row = await db.outbox.get(seq);
    if (row === undefined) throw new Error(`expected command ${seq} in the outbox, found nothing`);
    const now = new Date(device.clockMs()).toISOString();
    const place = await mustMeta(db, "place");
    const before = await currentStream(db, row.stream);
    const rows = change(await db.outbox.where("stream").equals(row.stream).sortBy("seq"), row, now);
    const context = { clockOffsetMs: place.clockOffsetMs, more: place.position < place.head, now };
    const { stream, changed, settled } = rebase(before, rows, context);
    const after = changed.reduce(replaceRow, rows).filter((candidate) => !settled.includes(candidate));
    await db.outbox.bulkPut([...after]);
    await db.outbox.bulkDelete(settled.map((candidate) => candidate.seq));
    await writeStreams(db, [{ before, after: stream }]);
    const ledger = await mustMeta(db, "ledger");
    await putMeta(db, "ledger", { ...ledger, settled: ledger.settled + settled.length });
    return after;
  });
}

async function currentStream(db: DeviceDatabase, key: string): Promise<StreamRow> {
  const row = await db.streams.get(key);
  return row === undefined ? emptyStream(key) : refreshed(db, row);
}

function replaceRow(rows: Rows, row: OutboxRow): Rows {
  return rows.map((candidate) => (candidate.seq === row.seq ? row : candidate));
}
