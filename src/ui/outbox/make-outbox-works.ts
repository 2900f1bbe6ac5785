import type { Accessor } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import type { Handled } from "../../device/outbox/handle-command.ts";
import { putOnNewOrder, undoNewOrder } from "../../device/outbox/new-order.ts";
import { discardCommand, replaceCommand, sendAgain, undoDiscard } from "../../device/outbox/resolve.ts";
import { sendAllAgain } from "../../device/outbox/resolve-many.ts";
import type { Device } from "../../device/storage/device.ts";
import type { OutboxRow } from "../../device/storage/rows.ts";
import { findOrder } from "../../device/views/queries.ts";
import { idOf } from "../../domain/stream-key.ts";
import { keepMine, keepTheirs } from "./keep-mine.ts";
import { addAgain, type Offer, unprovenOfOrder } from "./offers.ts";
import type { Subject } from "./outbox-query.ts";
import { outboxWords as words } from "./outbox-words.ts";

/** What the works on one waiting command need. */
export interface OutboxDesk {
  readonly device: Device;
  readonly today: () => string;
  readonly row: Accessor<OutboxRow>;
  readonly subject: Accessor<Subject | undefined>;
  /** Says that it is done, or why not. */
  readonly tell: (handled: Handled, done: string) => void;
  /** Says that it is done, and offers to undo it. */
  readonly tellWithUndo: (done: string, undo: () => Promise<void>) => void;
}

/** An offer that changes something here. */
type Change = Exclude<Offer, "open">;

/** What each offer about one command does. */
export function makeOutboxWorks(desk: OutboxDesk): Readonly<Record<Change, () => Promise<void>>> {
  return { ...leavingWorks(desk), ...choosingWorks(desk), ...movingWorks(desk), ...sendingWorks(desk) };
}

type Leaving = "discard" | "bring-back";
type Choosing = "keep-mine" | "keep-theirs" | "add-again";
type Moving = "new-order" | "undo-new-order";
type Sending = Exclude<Change, Leaving | Choosing | Moving>;
type Works<Some extends Change> = Readonly<Record<Some, () => Promise<void>>>;

/** Discarding, and bringing back what was discarded. */
function leavingWorks(desk: OutboxDesk): Works<Leaving> {
  return {
    discard: () => discard(desk, words.discarded),
    "bring-back": () => bringBack(desk, desk.row().seq),
  };
}

/** Takes the command back; `text` says what that came to. */
async function discard(desk: OutboxDesk, text: string): Promise<void> {
  const { seq } = desk.row();
  if ((await discardCommand(desk.device, seq)) === "gone") return desk.tell({ outcome: "gone" }, "");
  desk.tellWithUndo(text, () => bringBack(desk, seq));
}

async function bringBack({ device, tell }: OutboxDesk, seq: number): Promise<void> {
  if ((await undoDiscard(device, seq)) === "gone") tell({ outcome: "gone" }, "");
}

/** One of two values, or the line that somebody else has taken off. */
function choosingWorks(desk: OutboxDesk): Works<Choosing> {
  const { device, row, subject, tell } = desk;
  const rejection = () => {
    const { parked } = row();
    return parked?.why === "rejected" ? parked.rejection : undefined;
  };
  return {
    "keep-mine": async () => {
      const found = rejection();
      const command = found === undefined ? undefined : keepMine(row().command, found);
      if (command !== undefined) tell(await replaceCommand(device, row().seq, command), words.kept);
    },
    "keep-theirs": async () => {
      const found = rejection();
      const left = found === undefined ? undefined : keepTheirs(row().command, found);
      if (left === undefined) return discard(desk, isStock(desk) ? words.theirsIsBooked : words.theirsStays);
      tell(await replaceCommand(device, row().seq, left), words.keptTheirs);
    },
    "add-again": async () => {
      const line = addAgain(row(), subject()?.lines ?? new Map());
      if (line === undefined) return;
      const data = { ...line, lineId: uuidv7() };
      tell(await replaceCommand(device, row().seq, { type: "add-line", data }), words.addedAgain);
    },
  };
}

/** Putting it on a new order, with what waits behind it, and back. */
function movingWorks({ device, today, row, tell, tellWithUndo }: OutboxDesk): Works<Moving> {
  const takeBack = async (orderId: string) =>
    tell(await undoNewOrder(device, orderId, words.undoneReason), words.undone);
  return {
    "new-order": async () => {
      const put = await putOnNewOrder(device, row().stream, today());
      if (put.outcome === "nothing") return;
      if (put.outcome !== "saved") return tell(put, "");
      const number = (await findOrder(device.db, put.orderId))?.order.number ?? "";
      tellWithUndo(words.onNewOrder(number), () => takeBack(put.orderId));
    },
    "undo-new-order": async () => {
      const { movedTo } = row();
      if (movedTo !== undefined) await takeBack(idOf(movedTo));
    },
  };
}

/** Sending it again, under this device's name where it was another's. */
function sendingWorks(desk: OutboxDesk): Works<Sending> {
  const { device, row, subject, tell } = desk;
  const again = async (done: string) => tell(await sendAgain(device, row().seq), done);
  return {
    "send-again": () => again(words.sentAgain),
    "mine-too": () => again(isStock(desk) ? words.mineIsBooked : words.mineGoes),
    "add-as-mine": () => again(words.addedAsMine),
    "add-order-as-mine": async () => {
      const rows = unprovenOfOrder(row(), { siblings: subject()?.siblings ?? [] });
      const seqs = rows.map(({ seq }) => seq);
      const { failed } = await sendAllAgain(device, seqs);
      tell(failed[0] ?? { outcome: "already" }, words.addedAsMine);
    },
  };
}

function isStock({ subject }: OutboxDesk): boolean {
  return subject()?.kind === "stock";
}
