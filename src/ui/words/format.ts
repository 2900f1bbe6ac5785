import { plainDigits } from "../../device/search/fold-text.ts";

/** How a business writes figures and times. `locale` is BCP 47, `currency` ISO 4217, `timeZone` an IANA name. */
export interface FormatSettings {
  readonly locale: string;
  readonly currency: string;
  readonly timeZone: string;
}

/** Prints and reads figures the way the business writes them. Times are ISO 8601 or milliseconds, days `YYYY-MM-DD`. */
export interface Format {
  readonly settings: FormatSettings;
  /** `currency` when it is not the business's own. */
  readonly money: (minor: number, currency?: string) => string;
  /** An amount without its currency, as it is in a field. */
  readonly amount: (minor: number) => string;
  readonly parseMoney: (text: string) => number | undefined;
  readonly number: (value: number) => string;
  /** Whole numbers from 0. */
  readonly parseNumber: (text: string) => number | undefined;
  /** Basis points as a percentage: 1900 is "19%". */
  readonly percent: (bps: number) => string;
  /** The same without its sign, as it is in a field. */
  readonly percentAmount: (bps: number) => string;
  readonly parsePercent: (text: string) => number | undefined;
  /** Parts per million as a percentage, for taxes: 88750 is "8.875%". */
  readonly taxPercent: (ppm: number) => string;
  readonly taxPercentAmount: (ppm: number) => string;
  /** Up to four decimals. A lone mark is the decimal sign: no tax has thousands of percent. */
  readonly parseTaxPercent: (text: string) => number | undefined;
  readonly day: (day: string) => string;
  readonly time: (at: string | number) => string;
  readonly dateTime: (at: string | number) => string;
  /** The day of that zone on which a moment falls. */
  readonly dayOf: (at: string | number) => string;
  /** How long ago: "3 days ago". Milliseconds. */
  readonly ago: (at: string | number, now: number) => string;
  readonly bytes: (count: number) => string;
}

/** Makes the formats of one business. An unknown locale, zone or currency falls back instead of failing. */
export function makeFormat(settings: FormatSettings): Format {
  const locale = knownLocale(settings.locale);
  const timeZone = knownZone(settings.timeZone);
  const digits = currencyDigits(settings.currency);
  const number = new Intl.NumberFormat(locale);
  const amount = fieldFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const percentAmount = fieldFormat(locale, { maximumFractionDigits: 2 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
  const taxAmount = fieldFormat(locale, { maximumFractionDigits: 4 });
  const tax = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 4 });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
  const calendar = dayParts(timeZone);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const monies = new Map<string, { readonly print: Intl.NumberFormat; readonly digits: number }>();
  const moneyOf = (currency: string) => {
    const made = monies.get(currency) ?? {
      print: currencyFormat(locale, currency),
      digits: currencyDigits(currency),
    };
    monies.set(currency, made);
    return made;
  };
  const symbols = decimalSymbols(locale);
  return {
    settings,
    money: (minor, currency = settings.currency) => {
      const { print, digits: places } = moneyOf(currency);
      return print.format(decimal(minor, places));
    },
    amount: (minor) => amount.format(decimal(minor, digits)),
    parseMoney: (text) => parseDecimal(text, digits, symbols),
    number: (value) => number.format(value),
    parseNumber: (text) => parseDecimal(text, 0, symbols),
    percent: (bps) => percent.format(decimal(bps, 4)),
    percentAmount: (bps) => percentAmount.format(decimal(bps, 2)),
    parsePercent: (text) => parseDecimal(text.replace(percentSign, ""), 2, symbols),
    taxPercent: (ppm) => tax.format(decimal(ppm, 6)),
    taxPercentAmount: (ppm) => taxAmount.format(decimal(ppm, 4)),
    parseTaxPercent: (text) => parseDecimal(text.replace(percentSign, ""), 4, { ...symbols, group: "" }),
    day: (value) => printDate(day, `${value}T00:00:00Z`, value),
    time: (at) => printDate(time, at, String(at)),
    dateTime: (at) => printDate(dateTime, at, String(at)),
    dayOf: (at) => isoDay(calendar, at, String(at)),
    ago: (at, now) => agoIn(relative, new Date(at).getTime() - now),
    bytes: (count) => bytesIn(locale, count),
  };
}

/** What this browser suggests for a new business. */
export function browserSettings(): { readonly locale: string; readonly timeZone: string } {
  return {
    locale: knownLocale(navigator.language),
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
  };
}

/** How many decimals a currency has: 2 for most, 0 for the yen. */
export function currencyDigits(currency: string): number {
  return currencyFormat("en", currency).resolvedOptions().maximumFractionDigits ?? 2;
}

const percentSign = /[%\uff05\u066a]/;

interface Symbols {
  readonly group: string;
}

/**
 * Reads a figure as people type it, in whole units of `10^-digits`. Marks between thousands are all alike and are
 * where thousands are; the decimal sign is a point or a comma, once. A figure with more decimals than it may have is
 * none.
 */
function parseDecimal(text: string, digits: number, symbols: Symbols): number | undefined {
  const plain = plainFigures(text).trim();
  const forms = isGrouped(plain, symbols) ? grouped : [ungrouped, ...grouped];
  const { whole, fraction = "" } =
    forms.map((form) => form.exec(plain)).find((read) => read !== null)?.groups ?? {};
  if (whole === undefined || fraction.length > digits) return undefined;
  const value = Number(`${whole.replaceAll(/\D/g, "")}${fraction.padEnd(digits, "0")}`);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** No marks between thousands; a figure before or behind the decimal sign. */
const ungrouped = /^(?=[.,]?\d)(?<whole>\d*)(?:[.,](?<fraction>\d*))?$/;
const grouped = [
  /^(?<whole>[1-9]\d{0,2}(?<mark>[., '])\d{3}(?:\k<mark>\d{3})*)(?:(?!\k<mark>)[.,](?<fraction>\d*))?$/,
  // As in India: before the last three figures, and before each two in front of them.
  /^(?<whole>[1-9]\d?(?<mark>[., '])(?:\d\d\k<mark>)+\d{3})(?:(?!\k<mark>)[.,](?<fraction>\d*))?$/,
] as const;

/** A lone mark before exactly three figures groups thousands where the language says so. */
function isGrouped(plain: string, { group }: Symbols): boolean {
  return /^[1-9]\d{0,2}([.,])\d{3}$/.exec(plain)?.[1] === group;
}

/**
 * The same with the figures 0 to 9, a point and a comma, and with one kind of space and apostrophe: keyboards of some
 * languages have signs of their own.
 */
function plainFigures(text: string): string {
  return plainDigits(text)
    .replaceAll(/[\u066b\uff0e]/g, ".")
    .replaceAll(/[\u066c\uff0c\u3001]/g, ",")
    .replaceAll(/\s/g, " ")
    .replaceAll("’", "'");
}

function decimal(value: number, digits: number): Intl.StringNumericLiteral {
  const text = String(Math.abs(value)).padStart(digits + 1, "0");
  const at = text.length - digits;
  return `${value < 0 ? "-" : ""}${text.slice(0, at)}.${text.slice(at) || "0"}` as Intl.StringNumericLiteral;
}

function decimalSymbols(locale: string): Symbols {
  const parts = fieldFormat(locale, {}).formatToParts(1234567.5);
  return { group: parts.find((part) => part.type === "group")?.value ?? "," };
}

/** Prints what is read back: in the figures 0 to 9, which `parseDecimal` takes, also where the locale has its own. */
function fieldFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { ...options, numberingSystem: "latn" });
}

function currencyFormat(locale: string, currency: string): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency });
  } catch {
    // No known currency: the figures alone, with the two decimals that most have.
    return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }
}

function knownLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "en";
  } catch {
    return "en";
  }
}

function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

function printDate(format: Intl.DateTimeFormat, at: string | number, otherwise: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? otherwise : format.format(date);
}

/**
 * The calendar of stored days. Only its parts are used: how a locale puts them together differs between browsers (ICU
 * 72 prints `en-CA` as 11/27/2026).
 */
function dayParts(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en", {
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    timeZone,
  });
}

function isoDay(calendar: Intl.DateTimeFormat, at: string | number, otherwise: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return otherwise;
  const parts = calendar.formatToParts(date);
  const part = (type: "year" | "month" | "day", length: number) =>
    (parts.find((entry) => entry.type === type)?.value ?? "").padStart(length, "0");
  return `${part("year", 4)}-${part("month", 2)}-${part("day", 2)}`;
}

const steps = [
  ["year", 31_536_000_000],
  ["month", 2_592_000_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

function agoIn(relative: Intl.RelativeTimeFormat, differenceMs: number): string {
  const step = steps.find(([, ms]) => Math.abs(differenceMs) >= ms);
  return step === undefined
    ? relative.format(0, "second")
    : relative.format(Math.trunc(differenceMs / step[1]), step[0]);
}

function bytesIn(locale: string, count: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  const unit = units[power] ?? "byte";
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(count / 1000 ** power);
}
