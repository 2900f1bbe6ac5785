import type { LineAnswer, OrderStage, StockAnswer } from "../../device/views/stock-answer.ts";
import type { OrderAhead } from "../../domain/allocation/allocation.ts";
import type { ConsistencyOutcome } from "../../sync/calls/wait-for-consistency.ts";
import type { Format } from "../words/format.ts";

/** Words of what inventory says to an order, and of what can be done about what is short. */
export const stockAnswerWords = {
  stages: {
    label: "How far this order is",
    saved: "Saved here",
    sent: "Sent",
    accepted: "Accepted",
    answered: "Stock answered",
    done: "done",
    open: "not yet",
  },
  behind: (events: string) => `Inventory has ${events} to read before it answers this order`,
  aside:
    "Inventory could not read some changes, and answers other orders meanwhile. Tell whoever looks after the server: they can be tried again after an update.",
  awaited: "Stock: waiting for the warehouse",
  updating: "Being updated",
  choose: (name: string) => `Choose what happens to ${name}`,
  chooseBrief: "Choose",
  chooseAgain: "Change",
  dialog: {
    title: (name: string) => `${name} is short`,
    take: (reserved: string) => `Change to ${reserved}`,
    takeText: "The order gets only what is reserved.",
    wait: (short: string) => `Wait for ${short} more`,
    waitText: "The order keeps its quantity. You are asked again only if it changes.",
    substitute: "Take another product instead",
    substituteText: "Replaces this line.",
    remove: "Remove the line",
    removeText: "The rest of the order stays.",
    cancel: "Cancel the order",
    cancelText: "This is its only line: an order without lines cannot stay.",
    search: "Another product",
    searchHint: "SKU, name or barcode; Enter takes the marked one",
    found: "Products to take instead",
    none: (text: string) => `No other product matches “${text}”.`,
    back: "Back",
    updating: "The order was changed since this answer. What you choose holds for the answer shown here.",
  },
  done: {
    took: (name: string, count: string) => `${name}: ${count}, saved on this device`,
    waits: (name: string, count: string) => `Waiting for ${count} of ${name}`,
    substituted: (name: string, other: string) => `${other} instead of ${name}`,
  },
  ship: {
    shortTitle: (lines: string) => `${lines} short`,
    line: (name: string, reserved: string, wanted: string) => `${name}: ${reserved} of ${wanted} reserved`,
    booked: "Only what is reserved is booked out of stock. Change the order first if less is sent.",
    whole: (count: string) => `${count} reserved, all of it is booked out of stock.`,
    unanswered:
      "Inventory has not answered the last change of this order. What it has reserved when it hears of the shipping is booked out.",
  },
} as const;

/** What inventory says to one line, without the orders that came first: "Reserved 5", "2 of 5 reserved, short by 3". */
export function lineAnswerWords(line: LineAnswer, format: Format): string {
  const { number } = format;
  if (line.short === 0) return `Reserved ${number(line.reserved)}`;
  const part =
    line.reserved === 0 ? "None reserved" : `${number(line.reserved)} of ${number(line.wanted)} reserved`;
  return line.waited
    ? `${part}, waiting for ${number(line.short)}`
    : `${part}, short by ${number(line.short)}`;
}

/** A piece of a sentence that names orders: plain text, or an order to go to. */
export type AheadPart = { readonly text: string; readonly order?: string };

/** More orders than this are counted instead of named. */
const namedMax = 3;

/** ": K7-41 and M2-9 came first", in pieces; nothing where nobody came first. */
export function aheadParts(ahead: readonly OrderAhead[], format: Format): readonly AheadPart[] {
  if (ahead.length === 0) return [];
  // One more than fits is named too: "and 1 more" would take the same room.
  const named = ahead.length <= namedMax + 1 ? ahead : ahead.slice(0, namedMax);
  const parts: AheadPart[] = named.map(({ order, number }) => ({
    text: number === "" ? "an earlier order" : number,
    order,
  }));
  const rest = ahead.length - named.length;
  if (rest > 0) parts.push({ text: `${format.number(rest)} more` });
  const sentence: AheadPart[] = [{ text: ": " }];
  for (const [at, part] of parts.entries()) {
    if (at > 0) sentence.push({ text: at === parts.length - 1 ? " and " : ", " });
    sentence.push(part);
  }
  return [...sentence, { text: " came first" }];
}

/** Why an answer is not here yet, where that is known; undefined where it is on its way. */
export function delayWords(ended: ConsistencyOutcome | undefined, format: Format): string | undefined {
  switch (ended?.outcome) {
    case "late": {
      const { at, consumers } = ended.consistency;
      const position = consumers.find(({ name }) => name === "inventory")?.position ?? 0;
      const left = Math.max(0, at - position);
      return left === 0
        ? undefined
        : stockAnswerWords.behind(left === 1 ? "1 change" : `${format.number(left)} changes`);
    }
    case "aside":
      return stockAnswerWords.aside;
    default:
      return undefined;
  }
}

/** One step on an order's way. */
export interface StageShown {
  readonly name: string;
  readonly done: boolean;
}

/** The stages of a placed order; the last is left out where nobody counts what it asks for. */
export function stagesOf(stage: OrderStage, answer: StockAnswer): readonly StageShown[] {
  const words = stockAnswerWords.stages;
  const isUpdating = answer.status === "answered" && answer.updating;
  const reached = ["saved", "sent", "accepted"].indexOf(stage);
  const steps = [words.saved, words.sent, words.accepted].map((name, at) => ({ name, done: at <= reached }));
  if (answer.status === "silent") return steps;
  return [...steps, { name: words.answered, done: answer.status !== "awaited" && !isUpdating }];
}
