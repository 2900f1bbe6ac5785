/** The browser's own formats, by locale (BCP 47) and options. */
export interface IntlFormats {
  readonly number: (locale: string, options: Intl.NumberFormatOptions) => Intl.NumberFormat;
  readonly date: (locale: string, options: Intl.DateTimeFormatOptions) => Intl.DateTimeFormat;
  readonly relative: (locale: string, options: Intl.RelativeTimeFormatOptions) => Intl.RelativeTimeFormat;
}

/** Makes each format when it is first asked for, and keeps it: a browser takes milliseconds to make one. */
export function makeIntlFormats(): IntlFormats {
  return {
    number: kept((locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options)),
    date: kept((locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options)),
    relative: kept(
      (locale, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options),
    ),
  };
}

function kept<Options, Made extends object>(
  make: (locale: string, options: Options) => Made,
): (locale: string, options: Options) => Made {
  const all = new Map<string, Made>();
  return (locale, options) => {
    const key = `${locale} ${JSON.stringify(options)}`;
    const made = all.get(key) ?? make(locale, options);
    all.set(key, made);
    return made;
  };
}

/** Makes a value when it is first asked for, once. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
