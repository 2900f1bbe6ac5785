import type { WorkspaceFields } from "../../domain/workspace/workspace.ts";
import { settingsFieldWords } from "../settings/settings-words.ts";
import { browserSettings } from "../words/format.ts";
import { deviceKindWords } from "./welcome-words.ts";

const euroRegions = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split(" ");

const currencies: Readonly<Record<string, string>> = {
  US: "USD",
  GB: "GBP",
  CH: "CHF",
  LI: "CHF",
  DK: "DKK",
  SE: "SEK",
  NO: "NOK",
  PL: "PLN",
  CZ: "CZK",
  HU: "HUF",
  RO: "RON",
  BG: "EUR",
  CA: "CAD",
  AU: "AUD",
  NZ: "NZD",
  JP: "JPY",
  CN: "CNY",
  IN: "INR",
  BR: "BRL",
  MX: "MXN",
  ZA: "ZAR",
  TR: "TRY",
  IL: "ILS",
  KR: "KRW",
  SG: "SGD",
  HK: "HKD",
  AE: "AED",
  UA: "UAH",
  KE: "KES",
  NG: "NGN",
};

/** The currency that a region most likely uses; euro where it is not known. */
export function guessCurrency(locale: string): string {
  const region = new Intl.Locale(locale).maximize().region ?? "";
  return euroRegions.includes(region) ? "EUR" : (currencies[region] ?? "EUR");
}

/** The settings of a new business as this browser suggests them; all can be changed before it begins. */
export function suggestSettings(): WorkspaceFields {
  const { locale, timeZone } = browserSettings();
  return {
    name: "",
    currency: guessCurrency(locale),
    taxMode: "exclusive",
    taxRates: [{ name: settingsFieldWords.standardRate, ppm: 0 }],
    locale,
    timeZone,
  };
}

/** What to call a device, from what its browser says about itself. */
export function suggestDeviceName(userAgent: string): string {
  if (/Android/.test(userAgent)) return deviceKindWords.android;
  if (/iPhone/.test(userAgent)) return deviceKindWords.iphone;
  if (/iPad/.test(userAgent)) return deviceKindWords.ipad;
  if (/Windows/.test(userAgent)) return deviceKindWords.windows;
  if (/Macintosh|Mac OS/.test(userAgent)) return deviceKindWords.mac;
  return /Linux|X11/.test(userAgent) ? deviceKindWords.linux : deviceKindWords.other;
}
