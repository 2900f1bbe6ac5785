import { describe, expect, test } from "vitest";
import { findGtin } from "../../../src/domain/product/gtin.ts";

const tea = "04006381333931";
const separator = "\u001d";

describe("the article's number in a code", () => {
  test.each([
    ["4006381333931", tea],
    [tea, tea],
    ["036000291452", "00036000291452"],
    ["0036000291452", "00036000291452"],
    ["00036000291452", "00036000291452"],
    ["96385074", "00000096385074"],
    ["14006381333938", "14006381333938"],
    ["]E04006381333931", tea],
    ["]I104006381333931", tea],
    ["]C10104006381333931", tea],
    [`]d20104006381333931${"17271231"}10AB${separator}21XYZ`, tea],
    [`${separator}0104006381333931`, tea],
    ["(01)04006381333931(10)AB", tea],
    ["https://id.gs1.org/01/04006381333931/10/AB?x=1", tea],
    ["https://shop.example/a/01/4006381333931", tea],
  ])("of “%s” is %s", (code, gtin) => {
    expect(findGtin(code)).toBe(gtin);
  });

  test.each(["4006381333932", "400638133393", "12345678", "TEA-01", "0104006381333932", "", "1234", "]E0"])(
    "there is none in “%s”",
    (code) => {
      expect(findGtin(code)).toBeUndefined();
    },
  );
});
