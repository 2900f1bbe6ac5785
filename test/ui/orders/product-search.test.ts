import { describe, expect, test } from "vitest";
import { makeProductIndex, searchProducts } from "../../../src/ui/orders/product-search.ts";
import { product } from "../builders.ts";

const index = makeProductIndex([
  product({ sku: "TEA-1", name: "Chai" }),
  product({ sku: "TEA-2", name: "Green tea", barcodes: ["4006381333931"] }),
  product({ sku: "CHAI-9", name: "Spice mix" }),
  product({ sku: "CAF-1", name: "Café crème, tea flavoured" }),
  product({ sku: "OLD-1", name: "Chai, old recipe", archived: true }),
]);
const names = (text: string) => searchProducts(index, text, 10).map(({ sku }) => sku);

describe("searching products", () => {
  test("a barcode finds its product first, so that Enter after a scan adds it", () => {
    expect(names("4006381333931")).toEqual(["TEA-2"]);
  });
  test("an exact SKU comes first, whatever its case", () => {
    expect(names("tea-2")[0]).toBe("TEA-2");
  });
  test("what begins with the text comes before what contains it", () => {
    expect(names("chai")).toEqual(["CHAI-9", "TEA-1"]);
  });
  test("accents and case do not matter", () => {
    expect(names("cafe CREME")).toEqual(["CAF-1"]);
  });
  test("every word must be found, in any order", () => {
    expect(names("tea green")).toEqual(["TEA-2"]);
  });
  test("archived products are not offered", () => {
    expect(names("old recipe")).toEqual([]);
  });
});
