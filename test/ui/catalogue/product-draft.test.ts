import { describe, expect, test } from "vitest";
import type { ProductView } from "../../../src/device/views/queries.ts";
import { blankDraft, draftOf, readDraft, withScanned } from "../../../src/ui/catalogue/product-draft.ts";
import { estimateStock } from "../../../src/ui/catalogue/stock-estimate.ts";
import { aProduct } from "../../domain/builders.ts";

const view = (more: Parameters<typeof aProduct>[0]): ProductView => {
  const product = aProduct(more);
  return { skuId: product.sku, product: { ...product, status: "known" }, mark: "confirmed" };
};

describe("the form of a product", () => {
  test("what is missing is told by field", () => {
    expect(readDraft(blankDraft(1900), [], true).faults).toEqual({
      sku: "missing",
      name: "missing",
      priceMinor: "missing",
    });
  });

  test("a SKU that is taken is told, however it is typed; one's own is not", () => {
    const draft = { ...draftOf(aProduct()), sku: " tea-1 " };
    expect(readDraft(draft, [view({ name: "Old tea" })], true).faults).toEqual({
      sku: { takenBy: "Old tea" },
    });
    expect(readDraft(draftOf(aProduct()), [view({})], false).faults).toBeUndefined();
  });

  test("a scanned barcode stands behind those that are there, once, on a line of its own", () => {
    const draft = { ...blankDraft(0), barcodes: "111 222" };
    const scanned = withScanned(draft, "4006381333931", []);
    expect(scanned).toEqual({
      outcome: "added",
      barcode: "4006381333931",
      draft: { ...draft, barcodes: "111\n222\n4006381333931\n" },
    });
    expect(withScanned({ ...draft, barcodes: "036000291452" }, "0036000291452", [])).toEqual({
      outcome: "there",
      barcode: "0036000291452",
    });
    expect(withScanned(draft, "(01)04006381333931(10)LOT 7", [])).toMatchObject({
      barcode: "04006381333931",
    });
  });

  test("a scanned barcode of another product, and a code that is no barcode, are not taken", () => {
    const other = view({ sku: "OLD", name: "Old", barcodes: ["222"] });
    expect(withScanned(blankDraft(0), "222", [other])).toEqual({
      outcome: "taken",
      barcode: "222",
      takenBy: "Old",
    });
    expect(withScanned(blankDraft(0), "LOT 7", [])).toBeUndefined();
  });

  test("a barcode that another product has is told, also with another zero before it; one of an archived product is free", () => {
    const draft = { ...draftOf(aProduct({ sku: "NEW" })), barcodes: "111\n222" };
    expect(readDraft(draft, [view({ sku: "OLD", name: "Old", barcodes: ["222"] })], true).faults).toEqual({
      barcodes: { barcode: "222", takenBy: "Old" },
    });
    expect(
      readDraft(draft, [view({ sku: "OLD", barcodes: ["222"], archived: true })], true).faults,
    ).toBeUndefined();
    const longer = { ...draft, barcodes: "0036000291452" };
    expect(
      readDraft(longer, [view({ sku: "OLD", name: "Old", barcodes: ["036000291452"] })], true).faults,
    ).toEqual({ barcodes: { barcode: "0036000291452", takenBy: "Old" } });
    const many = { ...draft, barcodes: Array.from({ length: 21 }, (_, index) => index).join(" ") };
    expect(readDraft(many, [], true).faults).toEqual({ barcodes: "too-many" });
    const lost = { ...draft, sku: "4,00638E+12", barcodes: "4006381333931\n4.00638E+12" };
    expect(readDraft(lost, [], true).faults).toEqual({ sku: "lost-figures", barcodes: "lost-figures" });
  });

  test("a product reads back as it was, and texts are trimmed", () => {
    const product = aProduct({ barcodes: ["111", "222"], reorderLevel: 4 });
    const answer = readDraft({ ...draftOf(product), name: " Tea 1 ", unit: " box " }, [], false);
    expect(answer.faults).toBeUndefined();
    expect("fields" in answer && answer.fields).toEqual(product);
  });
});

describe("the estimate of stock", () => {
  const stock = (onHand: number, promised: number) => ({
    onHand,
    promised,
    asOf: "2026-01-05T09:00:00.000Z",
  });
  test("open orders take from what was counted; low at the reorder level, short below zero", () => {
    expect(estimateStock(stock(10, 3), 5)).toEqual({ left: 7, state: "enough" });
    expect(estimateStock(stock(10, 5), 5)).toEqual({ left: 5, state: "low" });
    expect(estimateStock(stock(10, 12), 5)).toEqual({ left: -2, state: "short" });
    expect(estimateStock(stock(0, 0), 0)).toEqual({ left: 0, state: "enough" });
  });
});
