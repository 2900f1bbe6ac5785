import { unreachable } from "../../domain/unreachable.ts";
import type { Format } from "../words/format.ts";
import { rejectionWords } from "../words/rejection-words.ts";
import type { RowFault } from "./import-plan.ts";
import type { ListName } from "./list-columns.ts";
import type { FileTrouble } from "./read-files.ts";
import type { ImportResult } from "./run-import.ts";

/** Words of the import screen. Counts and sizes arrive printed. */
export const importWords = {
  title: "Import",
  intro:
    "Bring your lists as CSV files: customers, products, and orders with their lines. Nothing is saved before you have seen what will happen. It works without a network.",
  onlyOwner: {
    title: "Only an owner imports lists",
    text: "An import changes prices and adds orders for everybody. Ask an owner to do it on their device; what they import appears here by itself.",
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
      "Customers are matched by their code, products by their SKU, orders by their old number. What is here already is not doubled: importing the same list again changes nothing.",
      "Cells that are empty, and columns that are missing, change nothing.",
      "Stock is opened for products that have none recorded. Counted stock is never overwritten.",
      "An order needs its lines: choose both files together. An order with one wrong line is left out whole.",
      "Orders keep their old number and dates, and count as history: they move no stock. Tax is charged only where the lines name it.",
    ],
    notTitle: "What it does not",
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
    nothing: {
      title: "Nothing to import",
      text: "Everything that could be read is here already, just as it stands in the files.",
    },
    nothingUsable: {
      title: "None of these files can be imported",
      text: "What is wrong with each stands below. Nothing was changed.",
    },
    start: "Import",
    goesIn: (lists: string) => `${lists}. Nothing is saved yet.`,
    ofList: (count: string, list: string) => `${count} ${list}`,
    other: "Choose other files",
    partly: (count: string) =>
      `${count} rows are wrong and will be left out; the rest goes in. Correct them and import again at any time.`,
    partlyOne:
      "One row is wrong and will be left out; the rest goes in. Correct it and import again at any time.",
  },
  counts: { new: "new", changed: "changed", same: "already here", wrong: "wrong" },
  samples: { new: "New", changed: "Changed", same: "Already here", wrong: "Wrong" },
  rowsOf: (count: string) => `${count} rows`,
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
    title: "The import broke off",
    text: "What was saved stays, nothing is half done. Reload the page and choose the same files again: what is here already is skipped.",
  },
  runningTitle: "Importing",
  stop: "Stop",
  stopping: "Stopping",
  keepOpen:
    "Keep this page open until it is done. If it is closed, what was saved stays; import the same files again to do the rest.",
  result: {
    saved: (count: string) => `${count} changes saved on this device`,
    savedOne: "1 change saved on this device",
    sent: "They are sent to the server as soon as there is a network, and appear on every other device.",
    local: "This device works on its own. Everything is sent once it joins a server.",
    already: (count: string) => `${count} were here already.`,
    leftOut: (count: string) => `${count} rows were left out, as shown before.`,
    failedTitle: (count: string) => `${count} could not be saved`,
    again: "Import more files",
    orders: "See the orders",
  },
} as const;

/** What the lists are called. */
export const listTitles: Readonly<Record<ListName, string>> = {
  customers: "Customers",
  products: "Products",
  orders: "Orders",
  orderLines: "Order lines",
};

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
    default:
      return unreachable(result.end);
  }
}

/** Why a whole file cannot be imported: what is wrong, and what to do. */
export function troubleWords(
  trouble: FileTrouble,
  format: Format,
): { readonly title: string; readonly text: string } {
  switch (trouble.trouble) {
    case "empty-file":
      return {
        title: "The file is empty",
        text: "Save the list again as CSV, with the names of the columns in its first row.",
      };
    case "header-only":
      return {
        title: "The file has column names but no rows",
        text: "Fill it below the first row, save it and choose it again.",
      };
    case "broken-quotes":
      return {
        title: `The quotation marks in row ${format.number(trouble.row)} do not match`,
        text: "A text in quotation marks must end with one, and one inside a text is written twice. Correct the row and choose the file again.",
      };
    case "too-many-rows":
      return {
        title: `The file has more than ${format.number(trouble.max)} rows`,
        text: "Split it into several files, each with the column names in its first row, and import one after the other.",
      };
    case "file-too-large":
      return {
        title: `The file is ${format.bytes(trouble.bytes)}; ${format.bytes(trouble.max)} is the most`,
        text: "Split it into several files, each with the column names in its first row, and import one after the other.",
      };
    case "too-many-files":
      return {
        title: `At most ${format.number(trouble.max)} files go at once`,
        text: "Import these first, then the others.",
      };
    case "unknown-columns":
      return {
        title: "None of its columns is known",
        text: `Its first row reads: ${listed(trouble.found)}. Rename the columns as in one of the templates.`,
      };
    case "missing-columns":
      return {
        title: `This looks like ${listTitles[trouble.closest].toLowerCase()}, but ${trouble.missing.length === 1 ? "a column is" : "columns are"} missing: ${trouble.missing.join(", ")}`,
        text: `Its first row reads: ${listed(trouble.found)}. Add what is missing, or rename the column that holds it.`,
      };
    case "column-twice":
      return {
        title: `Several columns hold the same: ${trouble.columns.join(", ")}`,
        text: "Which of them counts cannot be known. Remove or rename all but one.",
      };
    case "unclear-column":
      return {
        title: `The column “${trouble.column}” may be a percentage or an amount`,
        text: `If it is a percentage, rename it to ${trouble.use}. If not, remove it: amounts cannot be imported there.`,
      };
    case "list-twice":
      return {
        title: `“${trouble.other}” holds ${listTitles[trouble.list].toLowerCase()} too`,
        text: "Import one of them, then the other.",
      };
    case "lines-without-orders":
      return {
        title: "These are order lines without their orders",
        text: "Choose the file with the orders together with this one.",
      };
    case "orders-without-lines":
      return {
        title: "These are orders without their lines",
        text: "Choose the file with the order lines together with this one.",
      };
    case "not-readable":
      return {
        title: "The browser could not read the file",
        text: "It may have been moved or changed meanwhile. Choose it again.",
      };
    default:
      return unreachable(trouble);
  }
}

/** What is wrong with a row or cell, and what to do. */
export function faultWords(
  found: RowFault,
  format: Format,
): { readonly what: string; readonly todo: string } {
  const { fault } = found;
  const value = `“${found.value}”`;
  const number = (count: number) => format.number(count);
  switch (fault.wrong) {
    case "empty":
      return { what: "Is empty", todo: "Fill it in: a row cannot go without it." };
    case "not-a-number":
      return {
        what: `${value} is not a number`,
        todo: "Write digits only, such as 14.00, without a currency sign.",
      };
    case "ambiguous-number":
      return {
        what: `${value} can be read two ways`,
        todo: "Write 1234 or 1.23: without thousands marks, with a dot before the decimals.",
      };
    case "negative":
      return { what: `${value} is below zero`, todo: "Write zero or more." };
    case "too-many-digits":
      return {
        what: `${value} has more than ${number(fault.digits)} decimals`,
        todo: "Round it yourself: Docket never rounds what you enter.",
      };
    case "not-whole":
      return { what: `${value} is not a whole number`, todo: "Write it without decimals." };
    case "out-of-range":
      return {
        what: `${value} is out of range`,
        todo: `Between ${number(fault.min)} and ${number(fault.max)} is possible.`,
      };
    case "not-a-date":
      return {
        what: `${value} is not a date that can be read for sure`,
        todo: "Write year-month-day, such as 1996-07-04.",
      };
    case "not-yes-or-no":
      return { what: `${value} is neither yes nor no`, todo: "Write 1 or 0, yes or no." };
    case "not-text":
      return {
        what: "Holds characters that are no text",
        todo: "Save the file again as CSV with the encoding UTF-8.",
      };
    case "too-long":
      return { what: "Is too long", todo: `At most ${number(fault.max)} characters fit.` };
    case "not-a-sku":
      return {
        what: `${value} cannot be a SKU`,
        todo: "Use at most 64 letters, digits and signs; each unusual letter counts for several.",
      };
    case "row-width":
      return {
        what: `Has ${number(fault.found)} cells where the first row names ${number(fault.expected)}`,
        todo: "A delimiter inside a text needs quotation marks around that text.",
      };
    case "duplicate":
      return {
        what: `${value} stands in row ${number(fault.firstRow)} already`,
        todo: "That one is imported. Remove one of the two.",
      };
    case "unknown-customer":
      return {
        what: `No customer has the code ${value}`,
        todo: "Choose the customer list together with the orders, or correct the code.",
      };
    case "unknown-product":
      return {
        what: `No product has the SKU ${value}`,
        todo: "Choose the product list together with the orders, or add a column name.",
      };
    case "no-lines":
      return { what: `Order ${value} has no lines`, todo: "Add its lines to the file of order lines." };
    case "lines-wrong":
      return {
        what: `Order ${value} has wrong lines: row ${listed(fault.rows.map(number))} of ${fault.file}`,
        todo: "Correct them; the order is left out whole until then.",
      };
    case "order-missing":
      return {
        what: `Order ${value} is not in the file of orders`,
        todo: "Add the order there, or remove its lines.",
      };
    case "order-wrong":
      return { what: `Order ${value} is left out`, todo: "Its own row, or another of its lines, says why." };
    case "other-currency":
      return {
        what: `${value} is not this business's currency`,
        todo: `Only amounts in ${fault.currency} can be imported.`,
      };
    case "rejected":
      return { what: rejectionWords(fault.rejection, format), todo: "Nothing was changed." };
    default:
      return unreachable(fault);
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} …` : shown;
}
