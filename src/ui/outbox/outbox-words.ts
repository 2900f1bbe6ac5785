import type { HeldReason, OutboxRow, ParkedRow } from "../../device/storage/rows.ts";
import { unreachable } from "../../domain/unreachable.ts";
import type { Format } from "../words/format.ts";
import { refusedWords } from "../words/refused-words.ts";
import { rejectionWords } from "../words/rejection-words.ts";

/** Words of the outbox. */
export const outboxWords = {
  title: "Outbox",
  text: "Changes that the server has not confirmed yet. Everything here is saved on this device, and nothing is deleted automatically.",
  groups: {
    parked: "Needs you",
    held: "Held",
    pending: "Waiting to be sent",
    discarded: "Discarded",
  },
  empty: { title: "Nothing is waiting", text: "Everything written on this device has reached the server." },
  emptyLocal: { title: "Nothing is waiting", text: "There is no server yet, so there is nothing to send." },
  keepMine: (value: string) => `Keep mine: ${value}`,
  keepTheirs: (value: string) => `Keep theirs: ${value}`,
  keepAsItIs: "Keep theirs",
  bookMineToo: "Book mine too",
  sendMineToo: "Send mine too",
  mineIsBooked: "Yours will be booked too",
  mineGoes: "Yours will be sent too",
  theirsIsBooked: "Theirs stays. Yours was not booked; it is kept here and can be brought back.",
  theirsStays: "Theirs stays. Yours was not sent; it is kept here and can be brought back.",
  keepAllMine: "Keep all mine",
  keepAllTheirs: "Keep all theirs",
  youChanged: "You",
  theyChanged: "Meanwhile",
  inDispute: "You and somebody else changed the same thing. Choose which one stays.",
  changedBy: (who: string, when: string) => `${who}, ${when}`,
  didThat: (who: string, when: string) => `By ${who}, ${when}.`,
  thisDevice: "this device",
  before: (value: string) => `was ${value}`,
  sendAgain: "Send again",
  addAsMine: "Add as mine",
  addOrderAsMine: (shown: string) => `Add all ${shown} of this order as mine`,
  addedAsMine: "Added as yours",
  addAgain: (count: string, name: string) => `Add again: ${count} × ${name}`,
  /** The line to be replaced is gone already. */
  addAnyway: (count: string, name: string) => `Add anyway: ${count} × ${name}`,
  addedAgain: "Added again and will be sent",
  newOrder: (count: number, shown: string) =>
    count > 1 ? `Put all ${shown} on a new order` : "Put on a new order",
  onNewOrder: (number: string) => `On new order ${number}, still a draft. Open it, check it and place it.`,
  openOrder: "Open it",
  /** Shown on the order as the reason why it was cancelled. */
  undoneReason: "Taken back: it was put on this order by mistake",
  undone: "Taken back: it waits for you here again",
  undoNewOrder: "Take it off the new order",
  change: (kind: string) => `Open the ${kind}`,
  discard: "Discard",
  export: "Save a copy of this as a file",
  exportAll: "Save a copy as a file",
  exportText: "What has not been sent, as a file. It can be restored on any device of this business.",
  bringBack: "Bring back",
  undo: "Undo",
  discarded: "Discarded. It is kept here and can be brought back.",
  sentAgain: "Will be sent again",
  bulkTitle: (shown: string) => `${shown} wait for the same reason`,
  bulkSend: (shown: string) => `Send all ${shown} again`,
  bulkDiscard: (shown: string) => `Discard all ${shown}`,
  bulkSent: (shown: string) => `${shown} will be sent again`,
  bulkNotSent: (shown: string) => `${shown} could not be sent again. See why below.`,
  bulkDiscarded: (shown: string) => `${shown} discarded. They are kept here and can be brought back.`,
  kept: "Your value is kept and will be sent",
  keptTheirs: "Their values stay; your other changes will be sent",
  since: (ago: string) => `since ${ago}`,
  written: (ago: string) => `written ${ago}`,
  sent: "tried to send, no answer yet",
  notSent: "not sent yet",
  replaced: "A later entry replaced it",
  moved: "Put on a new order",
  more: (count: string) => `And ${count} more`,
  showMore: "Show more",
  kinds: {
    order: "Order",
    customer: "Customer",
    product: "Product",
    stock: "Stock",
    workspace: "Settings",
  } as Readonly<Record<string, string>>,
  /** In the middle of a sentence. */
  kindNames: {
    order: "order",
    customer: "customer",
    product: "product",
    stock: "product",
    workspace: "settings",
  } as Readonly<Record<string, string>>,
  account: {
    title: "Accounted for",
    created: "Written on this device",
    confirmed: "Confirmed by the server",
    settled: "No longer needed: already done",
    pending: "Waiting",
    held: "Held",
    parked: "Needs you",
    discarded: "Discarded",
    balanced: "Everything written here is accounted for.",
    unbalanced: "The count does not add up. Please report this with the figures above.",
  },
};

/** Words for what a restored server did not take back. */
export const restoredWords = {
  title: "Lost by the server",
  text: "The server was set back to an older backup, and did not take these back. They no longer count. Look at each, write again what still holds, then put it away.",
  save: "Save everything as a file",
  putAway: "Put away",
};

/** Why a command is parked or held, and what that means; undefined for one that simply waits or was discarded. */
export function whyWords(row: OutboxRow, format: Format): string | undefined {
  if (row.state === "parked") return parkedWords(row, format);
  return row.state === "held" ? heldWords(row.held) : undefined;
}

/** What the server says of these names things as programs do; the words beside it say all of it. */
const wordless = ["not-allowed", "id-taken"];

function parkedWords({ parked: reason, actor, at }: ParkedRow, format: Format): string {
  switch (reason.why) {
    case "rejected":
      return rejectionWords(reason.rejection, format);
    case "refused": {
      if (reason.problem.code === "not-proven")
        return `A file says that ${actor} made this on ${format.dateTime(at)}. Nothing proves it, so it does not count yet.`;
      const { title, text } = refusedWords(reason.problem.code);
      const detail = wordless.includes(reason.problem.code) ? "" : (reason.problem.detail ?? "");
      return [`${title}.`, detail, text].filter((part) => part !== "").join(" ");
    }
    case "stuck":
      return "The server says that this was decided on an older state, though this device has the newest. Send it again; if that does not help, discard it and enter it again.";
    default:
      return unreachable(reason);
  }
}

function heldWords(reason: HeldReason): string {
  switch (reason.why) {
    case "refused": {
      const { title, text } = refusedWords(reason.problem.code);
      return `${title}. ${text}`;
    }
    case "failing":
      return failingWords(reason.code);
    case "unreadable-stream":
      return "Something newer than this app was written there. It is sent after the app is updated: reload the page.";
    case "behind":
      return "An earlier entry for the same thing has to be settled first. It is sent right after.";
    case "more-to-come":
      return "It does not fit what has been received so far; more is on its way, then it is decided.";
    default:
      return unreachable(reason);
  }
}

/** Why one change fails alone while others pass: what failed it, and what to do. */
function failingWords(code: string): string {
  const again = "It is tried again automatically, ever less often.";
  switch (code) {
    case "refuses":
      return `A proxy or firewall on the way refuses this one; the server never saw it. ${again} Try another network, such as mobile data.`;
    case "too-large":
      return `A proxy on the way refuses this one because of its size; the server never saw it. ${again} Try another network, or ask whoever runs the proxy to allow requests of 1 MB.`;
    case "unreachable":
      return `The connection broke on this one three times while others passed. ${again}`;
    default:
      return `The server failed on this one three times while others passed. ${again}`;
  }
}
