/** A value of a list to choose from, with its words. */
export interface Option {
  readonly value: string;
  readonly label: string;
}

/** Every currency that the browser knows, with its name in the language of the business. */
export function currencyOptions(locale: string, current: string): readonly Option[] {
  const names = displayNames(locale, "currency");
  return withCurrent(supported("currency"), current).map((value) => ({
    value,
    label: names(value) === value ? value : `${value} · ${names(value)}`,
  }));
}

/** Every time zone that the browser knows. */
export function timeZoneOptions(current: string): readonly Option[] {
  return withCurrent(["UTC", ...supported("timeZone")], current).map((value) => ({
    value,
    label: value.replaceAll("_", " "),
  }));
}

const locales =
  "en-US en-GB en-IE en-AU en-CA en-IN en-ZA de-DE de-AT de-CH fr-FR fr-BE fr-CH fr-CA es-ES es-MX it-IT nl-NL nl-BE pt-PT pt-BR da-DK sv-SE nb-NO fi-FI pl-PL cs-CZ sk-SK hu-HU ro-RO bg-BG el-GR tr-TR uk-UA he-IL ja-JP ko-KR zh-CN".split(
    " ",
  );

/** Languages of figures and dates, each named in itself, the current one included. */
export function localeOptions(current: string): readonly Option[] {
  return withCurrent(locales, current).map((value) => ({
    value,
    label: displayNames(value, "language")(value),
  }));
}

function withCurrent(values: readonly string[], current: string): readonly string[] {
  const all = new Set(current === "" || values.includes(current) ? values : [current, ...values]);
  return [...all];
}

function supported(key: "currency" | "timeZone"): readonly string[] {
  return Intl.supportedValuesOf(key);
}

function displayNames(locale: string, type: "currency" | "language"): (value: string) => string {
  const names = new Intl.DisplayNames([locale, "en"], { type, fallback: "code" });
  return (value) => {
    try {
      return names.of(value) ?? value;
    } catch {
      return value;
    }
  };
}
