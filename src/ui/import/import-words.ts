import { unreachable } from "../../domain/unreachable.ts";
import type { Format } from "../words/format.ts";
import type { ListPlan } from "./import-plan.ts";
import type { ListName } from "./list-columns.ts";
import type { ImportPlan } from "./plan-import.ts";
import type { ImportResult } from "./run-import.ts";

/** One of something is told as one. `shown` is the printed count. */
const many = (count: number, shown: string, one: string, more: string) =>
  `${shown} ${count === 1 ? one : more}`;

/** Words of the import screen. Counts and sizes arrive printed. */
export const importWords = {
  title: "Import",
  intro:
    "Import your lists as CSV files: customers, products, orders with their lines, stock receipts and stock counts. Nothing is saved before you have seen what will happen. It works without a network.",
  onlyOwner: {
    title: "Only an owner or a warehouse imports lists",
    text: "An import changes prices and adds orders for everybody. Ask an owner to do it on their device; what they import appears here automatically.",
  },
  noSettings: {
    title: "The settings of this business are not here yet",
    text: "The currency must be known before amounts can be read. They arrive with the first connection to the server.",
  },
  choose: {
    title: "Choose or drop files",
    text: "Several at once. Each is recognised by the names of its columns, not by its own name.",
    button: "Choose files",
    input: "CSV files to import",
  },
  templates: {
    title: "Start from a template",
    text: "Each holds the columns by the names that are always recognised, and one example row to replace.",
  },
  rules: {
    title: "What an import does",
    lines: [
      "Customers are matched by their code, products by their SKU, orders by their old number. What is here already is not duplicated: importing the same list again changes nothing.",
      "Cells that are empty, and columns that are missing, change nothing.",
      "Stock is opened for products that have none recorded. Counted stock is never overwritten.",
      "A stock receipt is known by its number and SKU, a stock count too: a row that was imported before, on whichever device, is not written down again. A second delivery of the same product needs a receipt number of its own.",
      "A product may be on a receipt or count once; if it is there twice, neither row is imported. A row that was imported before with another figure is reported, and stays as it was.",
      "An order needs its lines: choose both files together. An order with one wrong line is left out whole.",
      "Orders keep their old number and dates, and count as history: they move no stock. Tax is charged only where the lines name it.",
    ],
    notTitle: "What it does not do",
    notLines: [
      "It deletes nothing: a customer who is not on the list stays.",
      "It does not overwrite an order that somebody has worked on here.",
      "It guesses no dates, amounts or currencies: what can be read two ways is shown as wrong.",
    ],
    limits: (rows: string, bytes: string) =>
      `At most ${rows} rows and ${bytes} a file. Comma, semicolon or tab; UTF-8 or Windows-1252.`,
  },
  reading: "Reading the files",
  checking: "Comparing with what is here",
  preview: {
    title: "This is what will happen",
    hereAlready: {
      title: (count: number) => (count === 1 ? "This row is here already" : "These rows are here already"),
      text: (count: number, shown: string) =>
        count === 1
          ? "It was imported before, or is already the same here. There is nothing to import, and it does not count twice."
          : `All ${shown} were imported before, or are already the same here. There is nothing to import, and nothing counts twice.`,
    },
    nothingNew: "Nothing new in these files",
    alreadyHere: (count: number, shown: string) =>
      `${many(count, shown, "row is here already and stays as it is", "rows are here already and stay as they are")}.`,
    wrongBelow: (count: number, shown: string) =>
      `${many(count, shown, "row is", "rows are")} wrong: see below what to do. Nothing was changed.`,
    nothingUsable: {
      title: "None of these files can be imported",
      text: "See below what is wrong with each. Nothing was changed.",
    },
    start: "Import",
    goesIn: (lists: string) => `${lists}. Nothing is saved yet.`,
    other: "Choose other files",
    partly: (count: number, shown: string) =>
      count === 1
        ? "One row is wrong and will be left out; the rest goes in. Correct it and import again at any time."
        : `${shown} rows are wrong and will be left out; the rest goes in. Correct them and import again at any time.`,
  },
  counts: { new: "new", changed: "changed", same: "already here", wrong: "wrong" },
  samples: { new: "New", changed: "Changed", same: "Already here", wrong: "Wrong" },
  rowsOf: (count: number, shown: string) => many(count, shown, "row", "rows"),
  more: (count: string) => `and ${count} more`,
  unused: (names: string) => `Not used: ${names}`,
  encoding: (name: string) => `Read as ${name}`,
  problems: {
    title: "What is wrong",
    row: (row: string) => `Row ${row}`,
    column: (row: string, column: string) => `Row ${row}, ${column}`,
    download: "Download all as CSV",
    csvHeader: ["file", "row", "column", "value", "problem", "what to do"],
  },
  running: (done: string, total: string) => `${done} of ${total} saved on this device`,
  failed: {
    title: "The import stopped early",
    text: "What was saved stays, nothing is half done. Reload the page and choose the same files again: what is here already is skipped.",
  },
  runningTitle: "Importing",
  stop: "Stop",
  stopping: "Stopping",
  keepOpen:
    "Keep this page open until it is done. If it is closed, what was saved stays; import the same files again to do the rest.",
  result: {
    saved: (count: number, shown: string) =>
      `${many(count, shown, "change", "changes")} saved on this device.`,
    sent: (count: number) =>
      count === 1
        ? "It is sent to the server as soon as there is a network, and appears on every other device."
        : "They are sent to the server as soon as there is a network, and appear on every other device.",
    local: "This device works on its own. Everything is sent once it joins a server.",
    already: (count: number, shown: string) =>
      `${many(count, shown, "row was", "rows were")} here already and did not go in twice.`,
    leftOut: (count: number, shown: string) =>
      `${many(count, shown, "row was", "rows were")} left out, as shown before.`,
    failedTitle: (count: string) => `${count} could not be saved`,
    again: "Import more files",
    orders: "See the orders",
    stock: "See the stock",
  },
} as const;

/** What the lists are called. */
export const listTitles: Readonly<Record<ListName, string>> = {
  customers: "Customers",
  products: "Products",
  orders: "Orders",
  orderLines: "Order lines",
  stockReceipts: "Stock receipts",
  stockCounts: "Stock counts",
};

const listRows: Readonly<Record<ListName, readonly [one: string, more: string]>> = {
  customers: ["customer", "customers"],
  products: ["product", "products"],
  orders: ["order", "orders"],
  orderLines: ["order line", "order lines"],
  stockReceipts: ["stock receipt", "stock receipts"],
  stockCounts: ["stock count", "stock counts"],
};

/** What an import would do, before anything is saved: what goes in, what is here already, what is wrong. */
export function planWords(
  { lists, commands }: ImportPlan,
  format: Format,
): {
  readonly goes: "in" | "nowhere";
  readonly tone: "info" | "good" | "wait" | "bad";
  readonly title: string;
  readonly lines: readonly string[];
} {
  const { preview } = importWords;
  const sum = (of: (counts: ListPlan["counts"]) => number) =>
    lists.reduce((all, { counts }) => all + of(counts), 0);
  const [same, wrong] = [sum((counts) => counts.same), sum((counts) => counts.wrong)];
  const shown = format.number;
  const rest = same === 0 ? [] : [preview.alreadyHere(same, shown(same))];
  const goingIn = lists
    .map(({ list, counts }) => ({ list, count: counts.new + counts.changed }))
    .filter(({ count }) => count > 0)
    .map(({ list, count }) => many(count, shown(count), ...listRows[list]));
  if (commands.length > 0) {
    const leftOut = wrong === 0 ? [] : [preview.partly(wrong, shown(wrong))];
    const lines = [preview.goesIn(goingIn.join(", ")), ...rest, ...leftOut];
    return { goes: "in", tone: "info", title: preview.title, lines };
  }
  if (same === 0) {
    const { title, text } = preview.nothingUsable;
    return { goes: "nowhere", tone: "bad", title, lines: [text] };
  }
  if (wrong === 0) {
    const { title, text } = preview.hereAlready;
    return { goes: "nowhere", tone: "good", title: title(same), lines: [text(same, shown(same))] };
  }
  const lines = [...rest, preview.wrongBelow(wrong, shown(wrong))];
  return { goes: "nowhere", tone: "wait", title: preview.nothingNew, lines };
}

/** How an import ended, as a title and what to do. */
export function endWords(
  result: ImportResult,
  format: Format,
): { readonly title: string; readonly text: string } {
  const rest = format.number(result.total - result.done);
  switch (result.end) {
    case "done":
      return { title: "The import is done", text: "" };
    case "stopped":
      return {
        title: "The import was stopped",
        text: `${rest} changes were not made. Import the same files again to do the rest; what is here already is skipped.`,
      };
    case "quota":
      return {
        title: "This device's storage is full",
        text: `${rest} changes were not made. What was saved stays. Free some space, then import the same files again.`,
      };
    case "storage":
    case "read-only":
      return {
        title: "The browser could not write",
        text: `${rest} changes were not made. What was saved stays. Reload the page, then import the same files again.`,
      };
    case "moved":
      return {
        title: "This business was opened again in another tab",
        text: `${rest} changes were not made here. Reload the page, then import the same files again; what is there already is skipped.`,
      };
    default:
      return unreachable(result.end);
  }
}
