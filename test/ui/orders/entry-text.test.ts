import { describe, expect, test } from "vitest";
import { parseEntry } from "../../../src/ui/orders/entry-text.ts";

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
    ["   ", { kind: "nothing" }],
  ])("reads “%s”", (typed, entry) => {
    expect(parseEntry(typed)).toEqual(entry);
  });

  test.each(["4006381333931", "12", "12X400", "12xl"])(
    "never takes “%s” for a quantity: it may be a SKU",
    (typed) => {
      expect(parseEntry(typed)).toEqual({ kind: "product", text: typed });
    },
  );
});
