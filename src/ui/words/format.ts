import { plainDigits } from "../../device/search/fold-text.ts";
import { type IntlFormats, makeIntlFormats, once } from "./intl-formats.ts";

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

/**
 * Makes the formats of one business. An unknown locale, zone or currency falls back instead of failing. What of `Intl` it
 * takes is made when it is first used; whoever makes formats again gives the same `intl` again.
 */
export function makeFormat(settings: FormatSettings, intl: IntlFormats = makeIntlFormats()): Format {
  const locale = once(() => knownLocale(settings.locale));
  const timeZone = once(() => knownZone(intl, settings.timeZone));
  const money = once(() => moneyFormat(settings.currency));
  const number = (options: Intl.NumberFormatOptions) => once(() => intl.number(locale(), options));
  const plain = number({});
  const amount = once(() => {
    const { digits } = money();
    return fieldFormat(intl, locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
  });
  const percent = number({ style: "percent", maximumFractionDigits: 2 });
  const percentAmount = once(() => fieldFormat(intl, locale(), { maximumFractionDigits: 2 }));
  const tax = number({ style: "percent", maximumFractionDigits: 4 });
  const taxAmount = once(() => fieldFormat(intl, locale(), { maximumFractionDigits: 4 }));
  const day = once(() => intl.date(locale(), { dateStyle: "medium", timeZone: "UTC" }));
  const time = once(() => intl.date(locale(), { timeStyle: "short", timeZone: timeZone() }));
  const dateTime = once(() =>
    intl.date(locale(), { dateStyle: "medium", timeStyle: "short", timeZone: timeZone() }),
  );
  const calendar = once(() => dayParts(intl, timeZone()));
  const relative = once(() => intl.relative(locale(), { numeric: "auto" }));
  const symbols = once(() => decimalSymbols(intl, locale()));
  const monies = new Map<string, MoneyFormat>();
  function moneyFormat(currency: string): MoneyFormat {
    const print = currencyFormat(intl, locale(), currency);
    return { print, digits: print.resolvedOptions().maximumFractionDigits ?? 2 };
  }
  const moneyOf = (currency: string) => {
    if (currency === settings.currency) return money();
    const made = monies.get(currency) ?? moneyFormat(currency);
    monies.set(currency, made);
    return made;
  };
  return {
    settings,
    money: (minor, currency = settings.currency) => {
      const { print, digits } = moneyOf(currency);
      return print.format(decimal(minor, digits));
    },
    amount: (minor) => amount().format(decimal(minor, money().digits)),
    parseMoney: (text) => parseDecimal(text, money().digits, symbols()),
    number: (value) => plain().format(value),
    parseNumber: (text) => parseDecimal(text, 0, symbols()),
    percent: (bps) => percent().format(decimal(bps, 4)),
    percentAmount: (bps) => percentAmount().format(decimal(bps, 2)),
    parsePercent: (text) => parseDecimal(text.replace(percentSign, ""), 2, symbols()),
    taxPercent: (ppm) => tax().format(decimal(ppm, 6)),
    taxPercentAmount: (ppm) => taxAmount().format(decimal(ppm, 4)),
    parseTaxPercent: (text) => parseDecimal(text.replace(percentSign, ""), 4, { ...symbols(), group: "" }),
    day: (value) => printDate(day(), `${value}T00:00:00Z`, value),
    time: (at) => printDate(time(), at, String(at)),
    dateTime: (at) => printDate(dateTime(), at, String(at)),
    dayOf: (at) => isoDay(calendar(), at, String(at)),
    ago: (at, now) => agoIn(relative(), new Date(at).getTime() - now),
    bytes: (count) => bytesIn(intl, locale(), count),
  };
}

interface MoneyFormat {
  readonly print: Intl.NumberFormat;
  readonly digits: number;
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
  return currencyFormat(makeIntlFormats(), "en", currency).resolvedOptions().maximumFractionDigits ?? 2;
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

function decimalSymbols(intl: IntlFormats, locale: string): Symbols {
  const parts = fieldFormat(intl, locale, {}).formatToParts(1234567.5);
  return { group: parts.find((part) => part.type === "group")?.value ?? "," };
}

/** Prints what is read back: in the figures 0 to 9, which `parseDecimal` takes, also where the locale has its own. */
function fieldFormat(
  intl: IntlFormats,
  locale: string,
  options: Intl.NumberFormatOptions,
): Intl.NumberFormat {
  return intl.number(locale, { ...options, numberingSystem: "latn" });
}

function currencyFormat(intl: IntlFormats, locale: string, currency: string): Intl.NumberFormat {
  try {
    return intl.number(locale, { style: "currency", currency });
  } catch {
    // No known currency: the figures alone, with the two decimals that most have.
    return intl.number(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }
}

function knownLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "en";
  } catch {
    return "en";
  }
}

function knownZone(intl: IntlFormats, timeZone: string): string {
  try {
    return intl.date("en", { timeZone }).resolvedOptions().timeZone;
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
function dayParts(intl: IntlFormats, timeZone: string): Intl.DateTimeFormat {
  return intl.date("en", {
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

function bytesIn(intl: IntlFormats, locale: string, count: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  const unit = units[power] ?? "byte";
  const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 } as const;
  return intl.number(locale, options).format(count / 1000 ** power);
}
