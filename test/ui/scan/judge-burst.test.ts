import { describe, expect, test } from "vitest";
import { type FellInto, judgeBurst } from "../../../src/ui/scan/judge-burst.ts";

const codes = new Set(["4006381333931", "96385074", "TEA-1", "HAMMER", "1234", "12345678"]);
const judged = (text: string, into: FellInto) => {
  const said = judgeBurst(text, into, (code) => codes.has(code));
  return said.is === "scan" ? [said.code, said.typed] : "typed";
};
const everywhere: readonly FellInto[] = ["text", "figure", "elsewhere"];

describe("[D2] what a burst is", () => {
  test.each(everywhere)("a code that is known is a scan, fallen into: %s", (into) => {
    expect(judged("4006381333931", into)).toEqual(["4006381333931", ""]);
    expect(judged("HAMMER", into)).toEqual(["HAMMER", ""]);
    expect(judged("1234", into)).toEqual(["1234", ""]);
  });
  test.each(everywhere)("figures that are not known are a scan anyway, fallen into: %s", (into) => {
    expect(judged("9999999999994", into)).toEqual(["9999999999994", ""]);
    expect(judged("40063", into)).toEqual(["40063", ""]);
    expect(judged("TEA-99", into)).toEqual(["TEA-99", ""]);
  });
  test("words that fall into a line of text stay there; a button and a quantity take no words", () => {
    for (const text of ["plum", "lemonade", "roast, g", "12*tonic", "no 12 in red", "+1000", "-250"]) {
      expect(judged(text, "text")).toBe("typed");
      expect(judged(text, "elsewhere")).not.toBe("typed");
    }
  });
  test("what was typed just before a scan is no part of it: a quantity, the beginning of a word, a figure", () => {
    expect(judged("12*4006381333931", "text")).toEqual(["4006381333931", "12*"]);
    expect(judged("12*HAMMER", "text")).toEqual(["HAMMER", "12*"]);
    expect(judged("3×TEA-1", "text")).toEqual(["TEA-1", "3×"]);
    expect(judged("12*9999999999994", "text")).toEqual(["9999999999994", "12*"]);
    expect(judged("le4006381333931", "text")).toEqual(["4006381333931", "le"]);
    expect(judged("54006381333931", "figure")).toEqual(["4006381333931", "5"]);
    expect(judged("old mill 4006381333931", "text")).toEqual(["4006381333931", "old mill "]);
  });
  test("a whole barcode is never cut up into another article's, and nothing but a barcode is cut off", () => {
    // The case of a piece: its number with a figure before it and a check digit of its own.
    expect(judged("14006381333938", "figure")).toEqual(["14006381333938", ""]);
    // A whole number of 13 figures that ends like the known one of 8.
    expect(judged("0001796385074", "text")).toEqual(["0001796385074", ""]);
    expect(judged("54006381333931", "elsewhere")).toEqual(["54006381333931", ""]);
    expect(judged("991234", "text")).toEqual(["991234", ""]);
    // Eight figures, and no barcode: the check digit is another.
    expect(judged("X12345678", "text")).toEqual(["X12345678", ""]);
    expect(judged("XTEA-1", "text")).toEqual(["XTEA-1", ""]);
  });
});
