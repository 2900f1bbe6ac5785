import { hasLostFigures } from "../../domain/product/lost-figures.ts";
import { isText } from "../../domain/stream-key.ts";

/** What is wrong with one cell, as facts; the words are in `problem-words.ts`. */
export type CellFault =
  | { readonly wrong: "empty" }
  | { readonly wrong: "not-a-number" }
  | { readonly wrong: "ambiguous-number" }
  | { readonly wrong: "negative" }
  | { readonly wrong: "too-many-digits"; readonly digits: number }
  | { readonly wrong: "not-whole" }
  | { readonly wrong: "out-of-range"; readonly min: number; readonly max: number }
  | { readonly wrong: "not-a-date" }
  | { readonly wrong: "not-yes-or-no" }
  | { readonly wrong: "not-text" }
  | { readonly wrong: "too-long"; readonly max: number }
  | { readonly wrong: "not-a-sku" }
  /** A spreadsheet has shortened it to fewer figures than it had. */
  | { readonly wrong: "lost-figures" }
  /** An error of the spreadsheet is where the text should be. */
  | { readonly wrong: "spreadsheet-error" }
  /** A barcode as a spreadsheet writes amounts: with decimals, or with marks between thousands. */
  | { readonly wrong: "barcode-as-amount" };

/** A cell's value, or what is wrong with it. */
export type Cell<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: CellFault };

const cell = <Value>(value: Value): Cell<Value> => ({ ok: true, value });
export const faulty = (fault: CellFault): Cell<never> => ({ ok: false, fault });

/**
 * A decimal number as an integer of its `digits`-th decimals: "14.00" with 2 digits is 1400, exactly, by moving
 * characters, never by arithmetic on fractions. A decimal comma is taken where it cannot be a thousands separator.
 * `max` is in the same integer unit.
 */
export function parseDecimal(text: string, digits: number, max: number): Cell<number> {
  const plain = text.trim();
  if (plain === "") return faulty({ wrong: "empty" });
  const parts = findDecimalParts(plain.replace(/^[-\u2212]/, ""));
  if (parts === "ambiguous") return faulty({ wrong: "ambiguous-number" });
  if (parts === undefined) return faulty({ wrong: "not-a-number" });
  if (/^[-\u2212]/.test(plain) && /[1-9]/.test(plain)) return faulty({ wrong: "negative" });
  if (parts.fraction.length > digits) {
    return faulty(digits === 0 ? { wrong: "not-whole" } : { wrong: "too-many-digits", digits });
  }
  const value = Number(parts.whole + parts.fraction.padEnd(digits, "0"));
  if (!Number.isSafeInteger(value) || value > max) return faulty({ wrong: "out-of-range", min: 0, max });
  return cell(value);
}

/** A whole number within a range, both ends included. */
export function parseWhole(text: string, min: number, max: number): Cell<number> {
  const plain = text.trim();
  if (plain === "") return faulty({ wrong: "empty" });
  if (/^[-\u2212]\d+$/.test(plain)) return faulty({ wrong: "negative" });
  if (/^\d+[.,]\d+$/.test(plain)) return faulty({ wrong: "not-whole" });
  if (!/^\d+$/.test(plain)) return faulty({ wrong: "not-a-number" });
  const value = Number(plain);
  return value >= min && value <= max ? cell(value) : faulty({ wrong: "out-of-range", min, max });
}

/** A percentage as basis points: "15", "12.5", "7,25 %". */
export function parsePercent(text: string, maxBps: number): Cell<number> {
  return parseDecimal(text.replace(/\s*%\s*$/, ""), 2, maxBps);
}

/**
 * A tax's percentage as parts per million, with up to four decimals: "19", "8.875", "8,875 %". Where a comma before
 * three figures could only mean thousands of percent, beyond any tax, it is the decimal sign.
 */
export function parseTaxPercent(text: string, maxPpm: number): Cell<number> {
  const plain = text.replace(/\s*%\s*$/, "").trim();
  const asThousands = /^[1-9]\d{0,2},\d{3}$/.test(plain) ? Number(plain.replace(",", "")) : 0;
  const parsed = parseDecimal(asThousands * 10_000 > maxPpm ? plain.replace(",", ".") : plain, 4, maxPpm);
  // The range is told in percent, as the cell is written.
  const isOut = !parsed.ok && parsed.fault.wrong === "out-of-range";
  return isOut ? faulty({ wrong: "out-of-range", min: 0, max: maxPpm / 10_000 }) : parsed;
}

/** A calendar day, `YYYY-MM-DD` and no other way: 04/07 is April to some and July to others. */
export function parseDay(text: string): Cell<string> {
  const plain = text.trim();
  if (plain === "") return faulty({ wrong: "empty" });
  if (!/^\d{4}-\d{2}-\d{2}$/.test(plain)) return faulty({ wrong: "not-a-date" });
  const time = Date.parse(`${plain}T00:00:00.000Z`);
  const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(plain);
  return exists ? cell(plain) : faulty({ wrong: "not-a-date" });
}

/** Yes or no, as lists write it. */
export function parseYesNo(text: string): Cell<boolean> {
  const plain = text.trim().toLowerCase();
  if (["1", "true", "yes", "y", "x", "ja", "oui", "si", "sí"].includes(plain)) return cell(true);
  if (["0", "false", "no", "n", "nein", "non"].includes(plain)) return cell(false);
  return plain === "" ? faulty({ wrong: "empty" }) : faulty({ wrong: "not-yes-or-no" });
}

/**
 * Text of at most `max` UTF-16 code units, trimmed, in the composed form (NFC). What a spreadsheet has left of a cell
 * is none: it would be a key that several rows share.
 */
export function parseText(text: string, max: number): Cell<string> {
  const plain = text.trim().normalize("NFC");
  if (spreadsheetError.test(plain)) return faulty({ wrong: "spreadsheet-error" });
  if (hasLostFigures(plain)) return faulty({ wrong: "lost-figures" });
  if (!isText(plain)) return faulty({ wrong: "not-text" });
  return plain.length <= max ? cell(plain) : faulty({ wrong: "too-long", max });
}

/** What Excel, Calc and Sheets write if a formula failed, or where a column is too narrow for its number. */
const spreadsheetError = /^#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!|ERROR!|#{2,})$/i;

/** Barcodes in one cell, apart by a space, comma, semicolon or bar; at most `countMax`, each of at most `max` units. */
export function parseBarcodes(text: string, countMax: number, max: number): Cell<readonly string[]> {
  const barcodes = text.split(/[\s,;|]+/).filter((one) => one !== "");
  // A comma may belong to a number: one that was shortened or written as an amount is never cut there.
  const uncut = text.split(/[\s;|]+/);
  if ([...uncut, ...barcodes].some(hasLostFigures)) return faulty({ wrong: "lost-figures" });
  if (uncut.some((one) => barcodeAsAmount.test(one))) return faulty({ wrong: "barcode-as-amount" });
  if (barcodes.length > countMax) return faulty({ wrong: "out-of-range", min: 0, max: countMax });
  const wrong = barcodes.map((one) => parseText(one, max)).find((one) => !one.ok);
  return wrong?.ok === false ? wrong : cell(barcodes);
}

/** With decimals that say nothing, or with marks between thousands: cut at its commas it would be several barcodes. */
const barcodeAsAmount = /^\d{8,}[.,]0+$|^[1-9]\d{0,2}([.,'])\d{3}(?:\1\d{3})+(?:[.,]0+)?$/;

/** How many decimals a currency's amounts have, by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD. */
export function currencyDigits(currency: string): number {
  return (
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2
  );
}

interface DecimalParts {
  readonly whole: string;
  readonly fraction: string;
}

/** The digits before and after the decimal sign of an unsigned number, where there is one way to read it. */
function findDecimalParts(text: string): DecimalParts | "ambiguous" | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const [whole = "", fraction = ""] = text.split(".");
    return { whole, fraction };
  }
  // 1,234 may be one thousand or one and a bit; 12,5 and 0,375 and 1234,567 can be read one way only.
  if (/^[1-9]\d{0,2},\d{3}$/.test(text)) return "ambiguous";
  if (/^\d+,\d+$/.test(text)) {
    const [whole = "", fraction = ""] = text.split(",");
    return { whole, fraction };
  }
  const grouped =
    /^([1-9]\d{0,2})((?:,\d{3})+)(?:\.(\d+))?$/.exec(text) ??
    /^([1-9]\d{0,2})((?:\.\d{3})+)(?:,(\d+))?$/.exec(text);
  if (grouped === null) return undefined;
  return {
    whole: (grouped[1] ?? "") + (grouped[2] ?? "").replaceAll(/[.,]/g, ""),
    fraction: grouped[3] ?? "",
  };
}
