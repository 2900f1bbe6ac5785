import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  currencyDigits,
  parseBarcodes,
  parseDay,
  parseDecimal,
  parsePercent,
  parseTaxPercent,
  parseText,
  parseWhole,
  parseYesNo,
} from "../../../src/ui/import/parse-cell.ts";

const max = 10_000_000_000_000;
const amount = (text: string, digits = 2) => parseDecimal(text, digits, max);
const right = (value: unknown) => ({ ok: true, value });
const wrong = (fault: object) => ({ ok: false, fault });

describe("amounts", () => {
  test.each([
    ["14.00", 2, 1400],
    ["14", 2, 1400],
    ["0.1", 2, 10],
    ["12,5", 2, 1250],
    ["0,05", 2, 5],
    ["1,234.56", 2, 123456],
    ["1.234,56", 2, 123456],
    ["1,234,567", 2, 123456700],
    ["1.234.567", 2, 123456700],
    ["-0.00", 2, 0],
    ["1500", 0, 1500],
    ["1.234", 3, 1234],
    ["0,375", 3, 375],
    [" 263.50 ", 2, 26350],
  ])("%s with %i decimals is %i", (text, digits, minor) => {
    expect(amount(text, digits)).toEqual(right(minor));
  });

  test.each([
    ["", { wrong: "empty" }],
    ["  ", { wrong: "empty" }],
    ["1,234", { wrong: "ambiguous-number" }],
    ["14.005", { wrong: "too-many-digits", digits: 2 }],
    ["14.000", { wrong: "too-many-digits", digits: 2 }],
    ["-3.00", { wrong: "negative" }],
    ["€ 14", { wrong: "not-a-number" }],
    ["1e3", { wrong: "not-a-number" }],
    [".5", { wrong: "not-a-number" }],
    ["14.", { wrong: "not-a-number" }],
    ["1,23,456", { wrong: "not-a-number" }],
    ["1.2.3", { wrong: "not-a-number" }],
    ["1 000", { wrong: "not-a-number" }],
    ["10000000000000.01", { wrong: "out-of-range", min: 0, max }],
    ["99999999999999999999", { wrong: "out-of-range", min: 0, max }],
  ])("%j is told what is wrong with it", (text, fault) => {
    expect(amount(text)).toEqual(wrong(fault));
  });

  test("a currency without decimals takes whole amounts only", () => {
    expect(amount("14.5", 0)).toEqual(wrong({ wrong: "not-whole" }));
  });

  test("every amount reads back exactly as it was written, with dot or comma", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max }),
        fc.constantFrom(0, 2, 3),
        fc.constantFrom(".", ","),
        (minor, digits, sign) => {
          const text = String(minor).padStart(digits + 1, "0");
          const written = digits === 0 ? text : `${text.slice(0, -digits)}${sign}${text.slice(-digits)}`;
          const parsed = amount(written, digits);
          // Three digits after a comma can be a thousand: that one is asked about.
          if (!parsed.ok) expect(parsed.fault.wrong).toBe("ambiguous-number");
          if (!parsed.ok) expect([digits, sign]).toEqual([3, ","]);
          if (parsed.ok) expect(parsed.value).toBe(minor);
        },
      ),
      { seed: 20260105, numRuns: 5000 },
    );
  });

  test("decimals are the currency's", () => {
    expect([currencyDigits("EUR"), currencyDigits("JPY"), currencyDigits("KWD")]).toEqual([2, 0, 3]);
  });
});

describe("other cells", () => {
  test("percentages become basis points", () => {
    expect(parsePercent("15", 10_000)).toEqual(right(1500));
    expect(parsePercent("12.5 %", 10_000)).toEqual(right(1250));
    expect(parsePercent("100", 10_000)).toEqual(right(10_000));
    expect(parsePercent("0.15", 10_000)).toEqual(right(15));
    expect(parsePercent("101", 10_000)).toEqual(wrong({ wrong: "out-of-range", min: 0, max: 10_000 }));
    expect(parsePercent("12.345", 10_000)).toEqual(wrong({ wrong: "too-many-digits", digits: 2 }));
  });

  test("taxes become parts per million, with up to four decimals", () => {
    expect(parseTaxPercent("19", 10_000_000)).toEqual(right(190_000));
    expect(parseTaxPercent("8.875 %", 10_000_000)).toEqual(right(88_750));
    expect(parseTaxPercent("8,875", 10_000_000)).toEqual(right(88_750));
    expect(parseTaxPercent("0.0001", 10_000_000)).toEqual(right(1));
    expect(parseTaxPercent("1,000", 10_000_000)).toEqual(wrong({ wrong: "ambiguous-number" }));
    expect(parseTaxPercent("1001", 10_000_000)).toEqual(wrong({ wrong: "out-of-range", min: 0, max: 1000 }));
    expect(parseTaxPercent("8.87501", 10_000_000)).toEqual(wrong({ wrong: "too-many-digits", digits: 4 }));
  });

  test("quantities are whole", () => {
    expect(parseWhole("12", 1, 1000)).toEqual(right(12));
    expect(parseWhole("0", 1, 1000)).toEqual(wrong({ wrong: "out-of-range", min: 1, max: 1000 }));
    expect(parseWhole("1.5", 1, 1000)).toEqual(wrong({ wrong: "not-whole" }));
    expect(parseWhole("-2", 1, 1000)).toEqual(wrong({ wrong: "negative" }));
    expect(parseWhole("two", 1, 1000)).toEqual(wrong({ wrong: "not-a-number" }));
  });

  test("dates are days that exist, written one way", () => {
    expect(parseDay("1996-07-04")).toEqual(right("1996-07-04"));
    expect(parseDay("2024-02-29")).toEqual(right("2024-02-29"));
    for (const text of ["2023-02-29", "04.07.1996", "7/4/1996", "1996-7-4", "1996-07-04 00:00"]) {
      expect(parseDay(text), text).toEqual(wrong({ wrong: "not-a-date" }));
    }
  });

  test("yes and no are read as lists write them", () => {
    for (const text of ["1", "TRUE", "yes", "x"]) expect(parseYesNo(text)).toEqual(right(true));
    for (const text of ["0", "False", "no"]) expect(parseYesNo(text)).toEqual(right(false));
    expect(parseYesNo("maybe")).toEqual(wrong({ wrong: "not-yes-or-no" }));
  });

  test("text is trimmed, composed and bounded", () => {
    expect(parseText(" Cafe\u0301 ", 10)).toEqual(right("Café"));
    expect(parseText("x".repeat(11), 10)).toEqual(wrong({ wrong: "too-long", max: 10 }));
    expect(parseText("a\u0000b", 10)).toEqual(wrong({ wrong: "not-text" }));
  });
});

describe("what a spreadsheet has destroyed", () => {
  const barcodes = (text: string) => parseBarcodes(text, 20, 200);

  test.each(["4.00638E+12", "4,00638E+12", "4E+12", "4.00638e+12", " 4,00638E+12 "])(
    "“%s” has lost its last figures, as a text and as a barcode",
    (text) => {
      expect([parseText(text, 200), barcodes(text)]).toEqual([
        wrong({ wrong: "lost-figures" }),
        wrong({ wrong: "lost-figures" }),
      ]);
    },
  );
  test.each(["4006381333931 4.00638E+12", "4,00638E+12;4006381333931", "4006381333931,4,00638E+12"])(
    "a barcode beside others is no less lost: “%s”",
    (text) => expect(barcodes(text)).toEqual(wrong({ wrong: "lost-figures" })),
  );
  test.each(["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "########"])(
    "“%s” is an error and no text",
    (text) => {
      expect([parseText(text, 200), barcodes(text)]).toEqual([
        wrong({ wrong: "spreadsheet-error" }),
        wrong({ wrong: "spreadsheet-error" }),
      ]);
    },
  );
  test.each([
    "4006381333931.00",
    "4006381333931,0",
    "4,006,381,333,931",
    "4.006.381.333.931,00",
    "4'006'381'333'931",
  ])("“%s” is a barcode as an amount, and is not cut in two", (text) =>
    expect(barcodes(text)).toEqual(wrong({ wrong: "barcode-as-amount" })),
  );
  test("codes that only look a little like it are kept", () => {
    for (const text of ["E+12", "4E12", "TE4E+12", "Size 4E+12 cm", "#1", "#12", "3-12"]) {
      expect(parseText(text, 200)).toEqual(right(text));
    }
    expect(barcodes("4006381333931, 40170725|036000291452;A-1 0.5")).toEqual(
      right(["4006381333931", "40170725", "036000291452", "A-1", "0.5"]),
    );
  });
});
