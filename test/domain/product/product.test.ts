import { describe, expect, test } from "vitest";
import {
  acceptsProduct,
  blankProduct,
  decideProduct,
  evolveProduct,
  noProduct,
  type ProductEvent,
} from "../../../src/domain/product/product.ts";
import { aProduct } from "../builders.ts";
import { specify } from "../specification.ts";

const { given } = specify({
  initial: noProduct,
  decide: decideProduct,
  accepts: acceptsProduct,
  evolve: evolveProduct,
});
const added: ProductEvent = { type: "product-added", schemaVersion: 2, data: aProduct() };
const dearer: ProductEvent = {
  type: "product-changed",
  schemaVersion: 2,
  data: { changes: { priceMinor: { from: 350, to: 400 } } },
};

describe("products", () => {
  test("a product is added once", () => {
    given().when({ type: "add-product", data: aProduct() }).then(added);
    given(added).when({ type: "add-product", data: aProduct() }).thenRejected({ reason: "product-exists" });
  });

  test("a price changes from the one that was seen; two prices at once are a conflict (L10)", () => {
    given(added)
      .when({ type: "change-product", data: { changes: { priceMinor: { from: 350, to: 400 } } } })
      .then(dearer);
    given(added, dearer)
      .when({ type: "change-product", data: { changes: { priceMinor: { from: 350, to: 380 } } } })
      .thenRejected({
        reason: "product-changed-meanwhile",
        conflicts: [{ field: "priceMinor", before: 350, yours: 380, theirs: 400 }],
      });
    given(added, dearer)
      .whenRecorded(dearer)
      .thenRejected({
        reason: "product-changed-meanwhile",
        conflicts: [{ field: "priceMinor", before: 350, yours: 400, theirs: 400 }],
      });
    given(added, dearer)
      .when({ type: "change-product", data: { changes: { priceMinor: { from: 1, to: 400 } } } })
      .thenAlready();
  });

  test("nobody changes a product that is not there", () => {
    given()
      .when({ type: "change-product", data: { changes: {} } })
      .thenRejected({ reason: "product-not-found" });
    given().whenRecorded(dearer).thenRejected({ reason: "product-not-found" });
  });

  test("an import adds, brings up to date what the list names, and settles what agrees", () => {
    const fields = { name: "Tea 1", priceMinor: 350 };
    const data = { ...blankProduct(fields), sku: "TEA-1" };
    given()
      .when({ type: "import-product", data: { sku: "TEA-1", fields } })
      .then({ type: "product-added", schemaVersion: 2, data });
    given(added)
      .when({ type: "import-product", data: { sku: "TEA-1", fields } })
      .thenAlready();
    given(added)
      .when({ type: "import-product", data: { sku: "TEA-1", fields: { ...fields, priceMinor: 400 } } })
      .then(dearer);
  });

  test("barcodes are compared by what they hold", () => {
    const known = { ...added, data: aProduct({ barcodes: ["4006381333931"] }) } as const;
    given(known)
      .when({
        type: "import-product",
        data: { sku: "TEA-1", fields: { name: "Tea 1", priceMinor: 350, barcodes: ["4006381333931"] } },
      })
      .thenAlready();
  });

  test("an event that does not fit changes nothing", () => {
    expect(given(dearer).state).toEqual({ status: "none" });
    expect(given(added, { ...added, data: aProduct({ name: "Other" }) }).state).toMatchObject({
      name: "Tea 1",
    });
  });
});
