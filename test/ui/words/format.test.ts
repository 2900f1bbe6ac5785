import { describe, expect, onTestFinished, test } from "vitest";
import { currencyDigits, makeFormat } from "../../../src/ui/words/format.ts";
import { type IntlFormats, makeIntlFormats } from "../../../src/ui/words/intl-formats.ts";

const british = makeFormat({ locale: "en-GB", currency: "GBP", timeZone: "Europe/London" });
const german = makeFormat({ locale: "de-DE", currency: "EUR", timeZone: "Europe/Berlin" });
const egyptian = makeFormat({ locale: "ar-EG-u-nu-arab", currency: "EGP", timeZone: "Africa/Cairo" });
const japanese = makeFormat({ locale: "ja-JP", currency: "JPY", timeZone: "Asia/Tokyo" });

describe("money", () => {
  test("is printed exactly, also where a float would not hold it", () => {
    expect(british.money(9_007_199_254_740_991)).toBe("£90,071,992,547,409.91");
    expect(british.money(-5)).toBe("-£0.05");
    expect(japanese.money(1234)).toMatch(/1,234$/);
  });
  test("has the decimals of its currency", () => {
    expect([currencyDigits("EUR"), currencyDigits("JPY"), currencyDigits("KWD"), currencyDigits("")]).toEqual(
      [2, 0, 3, 2],
    );
  });
  test.each([
    ["12.50", 1250],
    ["12,50", 1250],
    ["12", 1200],
    [".5", 50],
    ["1,234.56", 123_456],
    ["1.234,56", 123_456],
    ["1 234,56", 123_456],
    ["12.345", undefined],
    ["", undefined],
    ["-3", undefined],
    ["12a", undefined],
    ["1'234’567.5", 123_456_750],
    ["12,34,567.50", 123_456_750],
    ["0,50", 50],
    ["12.", 1200],
  ])("reads “%s” as people type it", (text, minor) => {
    expect(british.parseMoney(text)).toBe(minor);
  });
  test.each([
    "1.2.3",
    "1,2,3",
    "1 2 3",
    "1'2",
    "1.2,3.4",
    "1,2.3,4",
    "1..2",
    "1,,2",
    "1,234,56",
    "12,3456.00",
    "1,234.567.00",
  ])(
    "refuses “%s”, whose marks are where nobody writes them, in every kind of figure and language",
    (text) => {
      for (const format of [british, german, egyptian, japanese]) {
        const read = [format.parseMoney, format.parseNumber, format.parsePercent, format.parseTaxPercent];
        expect(read.map((parse) => parse(text))).toEqual([undefined, undefined, undefined, undefined]);
      }
    },
  );
  test("a zero before a mark and three figures is no thousand", () => {
    expect([british.parseMoney("0,375"), british.parseNumber("0,375")]).toEqual([undefined, undefined]);
  });
  test("takes a thousands mark for what the language makes it", () => {
    expect([british.parseMoney("1,234"), german.parseMoney("1.234")]).toEqual([123_400, 123_400]);
  });
  test("what is printed into a field is read back the same", () => {
    const others = ["de-CH", "fr-FR", "hi-IN", "pl-PL", "sv-SE"].map((locale) =>
      makeFormat({ locale, currency: "EUR", timeZone: "UTC" }),
    );
    for (const minor of [0, 5, 1250, 123_456, 99_999_999, 1_234_567_890_123]) {
      for (const format of [british, german, egyptian, ...others]) {
        expect(format.parseMoney(format.amount(minor))).toBe(minor);
      }
    }
  });
});

describe("figures", () => {
  test("a quantity is a whole number", () => {
    expect([british.parseNumber("12"), british.parseNumber("1,200"), british.parseNumber("1.5")]).toEqual([
      12,
      1200,
      undefined,
    ]);
  });
  test("figures of the language's own are read like 0 to 9", () => {
    expect(egyptian.parseNumber(egyptian.number(1200))).toBe(1200);
    expect([egyptian.parseNumber("١٢"), egyptian.parseNumber("12"), egyptian.parseMoney("١٬٢٣٤٫٥٠")]).toEqual(
      [12, 12, 123_450],
    );
  });
  test("figures of any script are read in any language, as keyboards have them: wide ones, Arabic, Bengali", () => {
    for (const format of [british, japanese, egyptian]) {
      expect(["１２", "٣", "۳", "৪", "၅"].map(format.parseNumber)).toEqual([12, 3, 3, 4, 5]);
      expect([format.parsePercent("１４．５％"), format.parseTaxPercent("１４％")]).toEqual([1_450, 140_000]);
    }
  });
  test("a percentage stands for basis points", () => {
    expect([british.percent(1900), british.percent(750), british.percentAmount(750)]).toEqual([
      "19%",
      "7.5%",
      "7.5",
    ]);
    expect([british.parsePercent("7.5 %"), british.parsePercent("19"), british.parsePercent("x")]).toEqual([
      750,
      1900,
      undefined,
    ]);
  });
  test("a tax's percentage stands for parts per million, with up to four decimals", () => {
    const printed = [
      british.taxPercent(190_000),
      british.taxPercent(88_750),
      german.taxPercentAmount(88_750),
    ];
    expect(printed).toEqual(["19%", "8.875%", "8,875"]);
    const typed = ["8.875 %", "8,875", "0.0001", "8.87501"];
    expect(typed.map(british.parseTaxPercent)).toEqual([88_750, 88_750, 1, undefined]);
    expect(typed.map(german.parseTaxPercent)).toEqual([88_750, 88_750, 1, undefined]);
  });
  test("a percentage that is printed into a field is read back the same, whatever figures the language has", () => {
    for (const format of [british, german, egyptian]) {
      expect(format.parsePercent(format.percentAmount(750))).toBe(750);
      expect(format.parseTaxPercent(format.taxPercentAmount(88_750))).toBe(88_750);
    }
  });
});

describe("time", () => {
  test("a day is a day of the business's zone, on every device", () => {
    expect(german.dayOf("2024-03-01T23:30:00.000Z")).toBe("2024-03-02");
    expect(british.dayOf("2024-03-01T23:30:00.000Z")).toBe("2024-03-01");
  });
  test("a day does not hang on how a browser prints dates, or on the language's calendar and figures", () => {
    const formatOfThisNode = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, "format") ?? {};
    const thai = makeFormat({ locale: "th-TH-u-nu-thai", currency: "THB", timeZone: "Asia/Bangkok" });
    Object.defineProperty(Intl.DateTimeFormat.prototype, "format", { value: () => "11/27/2026" });
    onTestFinished(() => {
      Object.defineProperty(Intl.DateTimeFormat.prototype, "format", formatOfThisNode);
    });
    expect(british.dayOf("2026-11-27T12:00:00.000Z")).toBe("2026-11-27");
    expect(thai.dayOf("2026-01-02T23:00:00.000Z")).toBe("2026-01-03");
    expect(thai.dayOf("0033-01-02T03:00:00.000Z")).toBe("0033-01-02");
  });
  test("a date is printed as written, in any zone", () => {
    expect(japanese.day("2024-03-01")).toContain("2024");
    expect(british.day("2024-03-01")).toBe("1 Mar 2024");
  });
  test("how long ago", () => {
    const now = Date.parse("2024-03-05T12:00:00Z");
    expect(british.ago("2024-03-02T11:00:00Z", now)).toBe("3 days ago");
    expect(british.ago("2024-03-05T11:59:50Z", now)).toBe("now");
  });
  test("settings that the browser does not know fall back instead of failing", () => {
    const strange = makeFormat({ locale: "!!", currency: "", timeZone: "Nowhere/At_all" });
    expect(strange.money(1234)).toBe("12.34");
    expect(strange.dayOf("2024-03-01T23:30:00.000Z")).toBe("2024-03-01");
    expect(strange.day("no date")).toBe("no date");
  });
});

describe("the browser's own formats", () => {
  /** Formats that note what they make. */
  function noted(): { readonly intl: IntlFormats; readonly made: Set<object> } {
    const [own, made] = [makeIntlFormats(), new Set<object>()];
    const note = <Made extends object>(format: Made) => {
      made.add(format);
      return format;
    };
    const intl: IntlFormats = {
      number: (...wanted) => note(own.number(...wanted)),
      date: (...wanted) => note(own.date(...wanted)),
      relative: (...wanted) => note(own.relative(...wanted)),
    };
    return { intl, made };
  }
  const settings = { locale: "en-GB", currency: "GBP", timeZone: "Europe/London" };

  test("are made when they are first used, and not before: a cold start prints days, amounts and counts", () => {
    const { intl, made } = noted();
    const format = makeFormat(settings, intl);
    expect(made.size).toBe(0);
    for (const minor of [1, 2, 3]) {
      expect(format.money(minor)).toBe(`£0.0${minor}`);
      expect(format.number(minor)).toBe(String(minor));
      expect(format.day("2026-11-28")).toBe("28 Nov 2026");
    }
    expect(made.size).toBe(3);
  });

  test("are kept when the settings come, and made again only for what has changed", () => {
    const { intl, made } = noted();
    for (const name of ["browser", "settings"]) {
      const format = makeFormat(settings, intl);
      expect(format.time("2026-11-28T10:00:00Z"), name).toBe("10:00");
      expect(format.day("2026-11-28"), name).toBe("28 Nov 2026");
    }
    // The time, the day, and the zone that was asked whether it is known.
    expect(made.size).toBe(3);
    expect(makeFormat({ ...settings, timeZone: "Europe/Berlin" }, intl).time("2026-11-28T10:00:00Z")).toBe(
      "11:00",
    );
    expect(made.size).toBe(5);
  });
});
