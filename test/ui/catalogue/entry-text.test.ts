import { describe, expect, test } from "vitest";
import { parseEntry } from "../../../src/ui/catalogue/entry-text.ts";

describe("the entry box", () => {
  test.each([
    ["chai", { kind: "product", text: "chai" }],
    ["  Chai  tea ", { kind: "product", text: "Chai  tea" }],
    ["12*chai", { kind: "product", text: "chai", quantity: 12 }],
    ["12 × chai", { kind: "product", text: "chai", quantity: 12 }],
    ["12*4006381333931", { kind: "product", text: "4006381333931", quantity: 12 }],
    ["3 x chai", { kind: "product", text: "chai", quantity: 3 }],
    ["3*", { kind: "product", text: "", quantity: 3 }],
    ["+3", { kind: "adjust", by: 3 }],
    ["- 1", { kind: "adjust", by: -1 }],
    ["−2", { kind: "adjust", by: -2 }],
    ["＋３", { kind: "adjust", by: 3 }],
    ["２*chai", { kind: "product", text: "chai", quantity: 2 }],
    ["٣×Chai", { kind: "product", text: "Chai", quantity: 3 }],
    ["3＊Çay ２", { kind: "product", text: "Çay ２", quantity: 3 }],
    ["*chai", { kind: "product", text: "*chai" }],
    ["+chai", { kind: "product", text: "+chai" }],
    ["1.5 l", { kind: "product", text: "1.5 l" }],
    ["   ", { kind: "nothing" }],
  ])("reads “%s”", (typed, entry) => {
    expect(parseEntry(typed)).toEqual(entry);
  });

  test.each([
    "+",
    "-",
    "−",
    "+1.5",
    "-1,5",
    "+ 12 000",
    "1.5*chai",
    "1,5 * chai",
    "-1*chai",
    "+2×chai",
    "1'000*chai",
  ])("looks for no product by “%s”: it was meant as a quantity", (typed) => {
    expect(parseEntry(typed)).toEqual({ kind: "no-quantity" });
  });
  test.each(["4006381333931", "12", "12X400", "12xl"])(
    "never takes “%s” for a quantity: it may be a SKU",
    (typed) => {
      expect(parseEntry(typed)).toEqual({ kind: "product", text: typed });
    },
  );
});
