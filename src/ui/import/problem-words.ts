import { unreachable } from "../../domain/unreachable.ts";
import type { Format } from "../words/format.ts";
import { rejectionWords } from "../words/rejection-words.ts";
import type { RowFault } from "./import-plan.ts";
import { listTitles } from "./import-words.ts";
import type { FileTrouble } from "./read-files.ts";

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
    case "not-allowed":
      return {
        title: `Only an owner imports ${listTitles[trouble.list].toLowerCase()}`,
        text: "Ask an owner to import this file on their device. Stock receipts and stock counts go in here.",
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
    case "lost-figures":
      return {
        what: `${value} is what a spreadsheet left of a longer number: its last figures are lost`,
        todo: "Export the list again from where it came from, with this column as text. The file alone cannot be repaired.",
      };
    case "spreadsheet-error":
      return {
        what: `${value} is an error of the spreadsheet`,
        todo: "Correct the cell in the spreadsheet and save the list again.",
      };
    case "barcode-as-amount":
      return {
        what: `${value} is a barcode written as an amount`,
        todo: "Make this column text in the spreadsheet, so that it holds figures only, and save the list again.",
      };
    case "row-width":
      return {
        what: `Has ${number(fault.found)} cells where the first row names ${number(fault.expected)}`,
        todo: "A delimiter inside a text needs quotation marks around that text.",
      };
    case "duplicate":
      return {
        what: `${value} is in row ${number(fault.firstRow)} already`,
        todo: "That one is imported. Remove one of the two.",
      };
    case "unknown-customer":
      return {
        what: `No customer has the code ${value}`,
        todo: "Choose the customer list together with the orders, or correct the code.",
      };
    case "unclear-customer":
      return {
        what: `${value} may mean several customers`,
        todo: "Write the code exactly as one customer has it, and give each a code of their own.",
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
    case "product-missing":
      return {
        what: `No product has the SKU ${value}`,
        todo: "Correct the SKU, or have an owner add the product first.",
      };
    case "sku-twice":
      return {
        what: `${value} is in several rows of the same receipt or count: ${listed(fault.rows.map(number))}`,
        todo: "None of them goes in. Add the quantities up in one row.",
      };
    case "imported-otherwise":
      return {
        what: `This went in before with ${number(fault.quantity)}, and says ${value} now`,
        todo: "What went in stays. Count the product to put it right, or give the receipt or count another number if it is another one.",
      };
    case "in-outbox":
      return {
        what: "This went in before and waits in the outbox, needing you or discarded",
        todo: "Open the outbox and send it again, or bring it back there.",
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
