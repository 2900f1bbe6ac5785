import { useNavigate } from "@solidjs/router";
import type { Accessor } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import type { Handled } from "../../device/outbox/handle-command.ts";
import { putOnNewOrder, undoNewOrder } from "../../device/outbox/new-order.ts";
import { discardCommand, replaceCommand, sendAgain, undoDiscard } from "../../device/outbox/resolve.ts";
import { sendAllAgain } from "../../device/outbox/resolve-many.ts";
import type { OutboxRow } from "../../device/storage/rows.ts";
import { findOrder } from "../../device/views/queries.ts";
import type { KnownRejection } from "../../domain/kinds.ts";
import { idOf } from "../../domain/stream-key.ts";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { handledWords } from "../words/handled-words.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useDecisions } from "./decisions.tsx";
import { keepMine, keepTheirs } from "./keep-mine.ts";
import { addAgain, type Offer, unprovenOfOrder } from "./offers.ts";
import type { Subject } from "./outbox-query.ts";
import { outboxWords as words } from "./outbox-words.ts";

/** What each offer about one command does. */
export function useOutboxActions(
  row: Accessor<OutboxRow>,
  subject: Accessor<Subject | undefined>,
): { readonly busy: Accessor<boolean>; readonly take: (offer: Offer) => void } {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const navigate = useNavigate();
  const { busy, run } = useDecisions();
  const { device } = workspace;
  const told = (handled: Handled, done: string) => {
    const text = isDone(handled) ? done : handledWords(handled, workspace.format());
    toasts.show({ text, tone: isDone(handled) ? "plain" : "bad" });
  };
  const rejection = (): KnownRejection | undefined => {
    const { parked } = row();
    return parked?.why === "rejected" ? parked.rejection : undefined;
  };
  /** Takes the command back; `text` says what that came to. */
  const takeOut = async (text: string) => {
    const { seq } = row();
    if ((await discardCommand(device, seq)) === "gone") return told({ outcome: "gone" }, "");
    const undo = () => act(bringBack(seq));
    toasts.show({ text, action: { label: words.undo, run: undo } });
  };
  const isStock = () => subject()?.kind === "stock";
  const bringBack = async (seq: number) => {
    if ((await undoDiscard(device, seq)) === "gone") told({ outcome: "gone" }, "");
  };
  const giveWay = async () => {
    const found = rejection();
    const left = found === undefined ? undefined : keepTheirs(row().command, found);
    if (left === undefined) return takeOut(isStock() ? words.theirsIsBooked : words.theirsStays);
    told(await replaceCommand(device, row().seq, left), words.keptTheirs);
  };
  const choose = async () => {
    const found = rejection();
    const command = found === undefined ? undefined : keepMine(row().command, found);
    if (command !== undefined) told(await replaceCommand(device, row().seq, command), words.kept);
  };
  const takeBack = async (orderId: string) =>
    told(await undoNewOrder(device, orderId, words.undoneReason), words.undone);
  const moveToNew = async () => {
    const put = await putOnNewOrder(device, row().stream, workspace.today());
    if (put.outcome === "nothing") return;
    if (put.outcome !== "saved") return told(put, "");
    const number = (await findOrder(device.db, put.orderId))?.order.number ?? "";
    const undo = () => act(takeBack(put.orderId));
    toasts.show({ text: words.onNewOrder(number), action: { label: words.undo, run: undo } });
  };
  const addLineAgain = async () => {
    const line = addAgain(row(), subject()?.lines ?? new Map());
    if (line === undefined) return;
    const data = { ...line, lineId: uuidv7() };
    told(await replaceCommand(device, row().seq, { type: "add-line", data }), words.addedAgain);
  };
  const works: Readonly<Record<Exclude<Offer, "open">, () => Promise<void>>> = {
    "keep-mine": choose,
    "keep-theirs": giveWay,
    "add-again": addLineAgain,
    "new-order": moveToNew,
    "add-as-mine": async () => told(await sendAgain(device, row().seq), words.addedAsMine),
    "add-order-as-mine": async () => {
      const rows = unprovenOfOrder(row(), { siblings: subject()?.siblings ?? [] });
      const { failed } = await sendAllAgain(
        device,
        rows.map(({ seq }) => seq),
      );
      const [first] = failed;
      if (first === undefined) toasts.show({ text: words.addedAsMine });
      else told(first, words.addedAsMine);
    },
    "send-again": async () => told(await sendAgain(device, row().seq), words.sentAgain),
    "mine-too": async () =>
      told(await sendAgain(device, row().seq), isStock() ? words.mineIsBooked : words.mineGoes),
    discard: () => takeOut(words.discarded),
    "bring-back": () => bringBack(row().seq),
    "undo-new-order": async () => {
      const { movedTo } = row();
      if (movedTo !== undefined) await takeBack(idOf(movedTo));
    },
  };
  const take = (offer: Offer) => {
    if (offer !== "open") return run(works[offer]);
    const href = subject()?.href;
    if (href !== undefined) navigate(href);
  };
  return { busy, take };
}
