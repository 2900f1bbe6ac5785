import { noOrder } from "../../domain/order/order-state.ts";
import { stateAs } from "../../domain/state-as.ts";
import { orderStream, type StreamKey } from "../../domain/stream-key.ts";
import { derivedId } from "../../protocol/ids.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import type { Device } from "../storage/device.ts";
import { groupBy } from "../storage/group-by.ts";
import { findOnTheWay, withOnTheWay } from "../storage/on-the-way.ts";
import type { OutboxRow } from "../storage/rows.ts";
import { mustStorageFault } from "../storage/storage-fault.ts";
import { readStreamEvents } from "../streams/log.ts";
import { refreshed } from "../streams/refold.ts";
import { bringBack, discard } from "../streams/stand.ts";
import { changeOutbox, commandsPerChange } from "./change-outbox.ts";
import { type CommandInput, type Handled, handleCommand, handleCommands } from "./handle-command.ts";
import { linesEver } from "./lines-ever.ts";
import { type NewOrderContent, planNewOrder } from "./plan-new-order.ts";
import { touch } from "./resolve.ts";

/** What putting commands on a new order came to. `saved` names the order, also when it was done before. */
export type PutOnNewOrder =
  | { readonly outcome: "saved"; readonly orderId: string; readonly count: number }
  /** Nothing of what waits means anything on another order. */
  | { readonly outcome: "nothing" }
  | Exclude<Handled, { outcome: "saved" | "already" }>;

/**
 * Makes a new draft for the same customer of an order's parked commands and of what waits behind them, which are kept
 * as discarded: all in one transaction. All ids are derived, so doing it twice, on whatever device, is doing it once.
 */
export async function putOnNewOrder(device: Device, stream: string, today: string): Promise<PutOnNewOrder> {
  const { db } = device;
  try {
    return await changeOutbox(db, async () => {
      const rows = await db.outbox.where("stream").equals(stream).sortBy("seq");
      const content = planNewOrder(await formerOrder(db, stream, rows, today));
      const [first] = content?.carried ?? [];
      if (content === undefined || first === undefined) return earlierOutcome(rows);
      const orderId = await freeOrderId(db, first.id);
      const inputs = inputsOf(orderId, content);
      for (let from = 0; from < inputs.length; from += commandsPerChange)
        mustAllBeSaved(await handleCommands(device, inputs.slice(from, from + commandsPerChange)));
      await touch(device, first.seq, (all, _row, now) =>
        all.map((row) =>
          content.carried.some(({ seq }) => seq === row.seq)
            ? { ...discard(row, now), movedTo: orderStream(orderId), replacedBy: startIdOf(orderId) }
            : row,
        ),
      );
      return { outcome: "saved", orderId, count: content.carried.length };
    });
  } catch (error) {
    if (error instanceof NotPut) return error.handled;
    return { outcome: "not-saved", ...mustStorageFault(error) };
  }
}

/**
 * Takes a new order back, and brings back what was put on it. Where some of it has left the device the order is
 * cancelled instead, with `note`: the server may have it.
 */
export async function undoNewOrder(device: Device, orderId: string, note: string): Promise<Handled> {
  const { db } = device;
  const stream = orderStream(orderId);
  try {
    return await changeOutbox(db, async () => {
      const stored = await db.outbox.where("stream").equals(stream).toArray();
      const made = withOnTheWay(stored, await findOnTheWay(db));
      const confirmed = (await db.streams.get(stream))?.confirmed.version ?? 0;
      const isHereOnly = confirmed === 0 && made.every(({ sent }) => !sent);
      const [first] = made;
      if (!isHereOnly) {
        const id = derivedId(orderId, "undo");
        mustBeDone(
          await handleCommand(device, { id, stream, command: { type: "cancel-order", data: { note } } }),
        );
      } else if (first !== undefined) {
        await touch(device, first.seq, (all, _row, now) => all.map((row) => discard(row, now)));
      }
      const moved = await db.outbox
        .where("state")
        .equals("discarded")
        .filter(({ movedTo }) => movedTo === stream)
        .toArray();
      for (const [of] of groupBy(moved, (row) => row.stream).values()) {
        if (of === undefined) continue;
        await touch(device, of.seq, (all, _row, now) =>
          all.map((row) => (row.state === "discarded" && row.movedTo === stream ? bringBack(row, now) : row)),
        );
      }
      return { outcome: "already" };
    });
  } catch (error) {
    if (error instanceof NotPut) return error.handled;
    return { outcome: "not-saved", ...mustStorageFault(error) };
  }
}

/** What is known of the order that the commands wait on, from its stream and from all of its history. */
async function formerOrder(
  db: DeviceDatabase,
  stream: string,
  rows: readonly OutboxRow[],
  today: string,
): Promise<Parameters<typeof planNewOrder>[0]> {
  const confirmed = (await readStreamEvents(db, [stream])).get(stream) ?? [];
  const stored = await db.streams.get(stream);
  const order =
    stored === undefined ? noOrder : stateAs("order", stream, (await refreshed(db, stored)).confirmed.state);
  const lines = linesEver([...confirmed, ...rows.flatMap(({ events }) => events)]);
  return { rows, order, lines, today };
}

/** Done already, by a second tap or in another tab: the order that it became. */
function earlierOutcome(rows: readonly OutboxRow[]): PutOnNewOrder {
  const moved = rows.filter(({ movedTo }) => movedTo !== undefined);
  const last = moved.at(-1)?.movedTo;
  if (last === undefined) return { outcome: "nothing" };
  const count = moved.filter(({ movedTo }) => movedTo === last).length;
  return { outcome: "saved", orderId: last.slice(orderStream("").length), count };
}

/** The id of the next new order that a command leads to: another one each time that the last was taken back. */
async function freeOrderId(db: DeviceDatabase, commandId: string): Promise<string> {
  for (let times = 0; ; times += 1) {
    const orderId = derivedId(commandId, `new-order/${times}`);
    const stream = orderStream(orderId);
    const known = await db.streams.get(stream);
    const used = (known?.confirmed.version ?? 0) > 0 || (await db.outbox.where({ stream }).count()) > 0;
    if (!used) return orderId;
  }
}

function startIdOf(orderId: string): string {
  return derivedId(orderId, "start");
}

function inputsOf(orderId: string, { header, lines }: NewOrderContent): readonly CommandInput[] {
  const stream: StreamKey = orderStream(orderId);
  const start: CommandInput = {
    id: startIdOf(orderId),
    stream,
    command: ({ orderNumber: number }) => ({ type: "start-order", data: { ...header, number } }),
  };
  const added = lines.map((line): CommandInput => {
    const id = derivedId(orderId, JSON.stringify(line));
    return { id, stream, command: { type: "add-line", data: line } };
  });
  return [start, ...added];
}

function mustAllBeSaved(handled: readonly Handled[]): void {
  for (const one of handled) mustBeDone(one);
}

/** @throws NotPut, which aborts the transaction: nothing of it is saved. */
function mustBeDone(handled: Handled): void {
  if (handled.outcome !== "saved" && handled.outcome !== "already") throw new NotPut(handled);
}

/** Carries the reason out of a transaction that it aborts. */
class NotPut extends Error {
  readonly handled: Exclude<Handled, { outcome: "saved" | "already" }>;
  constructor(handled: Exclude<Handled, { outcome: "saved" | "already" }>) {
    super("the new order was not saved");
    this.handled = handled;
  }
}
