import { expect, test } from "vitest";
import { newProductPathFor } from "../../../src/ui/catalogue/product-paths.ts";

test.each([
  ["4006381333931", "4006381333931", "a barcode as it was scanned"],
  ["]E04006381333931", "04006381333931", "a barcode behind a scanner's mark"],
  ["(01)04006381333931(10)LOT 7", "04006381333931", "only the article's number of a code with a batch in it"],
  ["AB/12&C", "AB/12&C", "what is no article's number as it was scanned"],
])("a new product for %s has the barcode %s: %s", (code, barcode) => {
  const address = new URL(newProductPathFor(code), "http://localhost");
  expect(address.pathname).toBe("/products/new/form");
  expect(address.searchParams.get("barcode")).toBe(barcode);
});
