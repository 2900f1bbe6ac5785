import { describe, expect, test } from "vitest";
import { makeCustomerIndex, searchCustomers } from "../../../src/ui/workspace/customer-search.ts";
import {
  findBySku,
  findExact,
  makeProductIndex,
  searchProducts,
} from "../../../src/ui/workspace/product-search.ts";
import { customer, product } from "../builders.ts";

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
  test("what is called so comes before what only begins so", () => {
    expect(names("chai")).toEqual(["TEA-1", "CHAI-9"]);
  });
  test("accents and case do not matter", () => {
    expect(names("cafe CREME")).toEqual(["CAF-1"]);
  });
  test("every word must be found, in any order", () => {
    expect(names("tea green")).toEqual(["TEA-2"]);
  });
  test("[D1] a text without a letter or figure means no product and no customer: Enter must not take the first of all", () => {
    const customers = makeCustomerIndex([customer({ code: "10407", company: "Old Mill" })]);
    for (const text of [".", " - ", "?", "#", "/", "+", "…", "😀"]) {
      expect(names(text)).toEqual([]);
      expect(searchCustomers(customers, text, 8)).toEqual([]);
    }
    expect(searchCustomers(customers, " ", 8)).toHaveLength(1);
  });
  test("archived products are not offered", () => {
    expect(names("old recipe")).toEqual([]);
  });
});

describe("[D4] finding a product by its exact code", () => {
  const alike = makeProductIndex([
    product({ sku: "CAFE-1", name: "House blend" }),
    product({ sku: "CAFÉ-1", name: "French press" }),
    product({ sku: "GIN-A", name: "Dry gin", barcodes: ["5012345678900"] }),
    product({ sku: "GIN-B", name: "Old gin", barcodes: ["5012345678900", "4006381333931"] }),
    product({ sku: "4006381333931", name: "Numbered" }),
    product({ sku: "M2-1", name: "Emm two" }),
    product({ sku: "M²-1", name: "Floor" }),
    product({ sku: "OLD", name: "Gone", archived: true }),
    product({ sku: "HAM-9", name: "Ham" }),
    product({ sku: "BOX", name: "Box", barcodes: ["ham-9"] }),
  ]);
  const found = (text: string) => findExact(alike, text).map(({ sku }) => sku);

  test("two SKUs that differ by an accent stay two, also in another case", () => {
    expect(found("CAFE-1")).toEqual(["CAFE-1"]);
    expect(found("CAFÉ-1")).toEqual(["CAFÉ-1"]);
    expect(found(" café-1 ")).toEqual(["CAFÉ-1"]);
    expect(found("ham-9")).toEqual(["BOX"]);
    expect(found("HAM-9")).toEqual(["HAM-9"]);
    expect(found("m2-1")).toEqual(["M2-1"]);
    expect(found("M²-1")).toEqual(["M²-1"]);
    expect(searchProducts(alike, "café-1", 5)[0]?.sku).toBe("CAFÉ-1");
    expect(searchProducts(alike, "CAFE-1", 5)[0]?.sku).toBe("CAFE-1");
  });
  test("a code that two products share finds both, also where it is the SKU of one", () => {
    expect(found("5012345678900")).toEqual(["GIN-A", "GIN-B"]);
    expect(found("4006381333931")).toEqual(["GIN-B", "4006381333931"]);
    expect(searchProducts(alike, "5012345678900", 5).map(({ sku }) => sku)).toEqual(["GIN-A", "GIN-B"]);
  });
  test("the product of a line is found by its SKU in any case, never one with another accent", () => {
    expect(findBySku(alike, "café-1")?.name).toBe("French press");
    expect(findBySku(alike, "CAFE-1")?.name).toBe("House blend");
    expect(findBySku(alike, "CAFÈ-1")).toBeUndefined();
  });
  test("a barcode is one article with 12, 13 or 14 figures, and with a scanner's mark before it", () => {
    const lengths = makeProductIndex([
      product({ sku: "SOUP", name: "Soup", barcodes: ["036000291452"] }),
      product({ sku: "OLIVE", name: "Olives", barcodes: ["0012345678905"] }),
      product({ sku: "TEA", name: "Tea", barcodes: ["4006381333931"] }),
      product({ sku: "TEA-CASE", name: "Case of tea", barcodes: ["14006381333938"] }),
      product({ sku: "TWIN-A", name: "Twin", barcodes: ["5012345678900"] }),
      product({ sku: "TWIN-B", name: "Twin", barcodes: ["05012345678900"] }),
    ]);
    const skus = (text: string) => findExact(lengths, text).map(({ sku }) => sku);
    for (const code of ["036000291452", "0036000291452", "00036000291452", "]E00036000291452"]) {
      expect(skus(code)).toEqual(["SOUP"]);
      expect(searchProducts(lengths, code, 5).map(({ sku }) => sku)).toEqual(["SOUP"]);
    }
    expect(skus("012345678905")).toEqual(["OLIVE"]);
    expect(["04006381333931", "]E04006381333931", "]C1010400638133393110AB"].map(skus)).toEqual([
      ["TEA"],
      ["TEA"],
      ["TEA"],
    ]);
    expect(skus("14006381333938")).toEqual(["TEA-CASE"]);
    expect(skus("5012345678900")).toEqual(["TWIN-A", "TWIN-B"]);
    expect(skus("36000291452")).toEqual([]);
  });
  test("a part of a code, an archived product or nothing at all is not found", () => {
    expect(["CAFE", "501234567890", "OLD", "", "  "].flatMap(found)).toEqual([]);
  });
});
