import type { EventOf } from "../event.ts";
import type { Changes } from "../field-changes.ts";
import { liftTax, ppmOfBps, type TaxInBps } from "../tax-in-bps.ts";
import type { ProductAdded, ProductChanged, ProductFields } from "./product.ts";

/** A product whose tax is in basis points. */
export type ProductFieldsInBps = Omit<ProductFields, "taxPpm"> & TaxInBps;

/** As written until taxes were said in parts per million. */
export type ProductAddedV1 = EventOf<"product-added", 1, ProductFieldsInBps & { readonly sku: string }>;
export type ProductChangedV1 = EventOf<
  "product-changed",
  1,
  { readonly changes: Changes<ProductFieldsInBps> }
>;

/** A product's rate in parts per million. */
export function upcastProductAddedV1({ data }: ProductAddedV1): ProductAdded {
  return { type: "product-added", schemaVersion: 2, data: liftTax(data) };
}

/** A change of the rate, from and to in parts per million. */
export function upcastProductChangedV1({ data }: ProductChangedV1): ProductChanged {
  return {
    type: "product-changed",
    schemaVersion: 2,
    data: { ...data, changes: liftTaxChange(data.changes) },
  };
}

/**
 * The changes with that of the rate, where there is one, in parts per million: what was seen meets what is there now.
 */
export function liftTaxChange(changes: Changes<ProductFieldsInBps>): Changes<ProductFields> {
  const { taxBps: change, ...others } = changes;
  if (change === undefined) return others;
  return { ...others, taxPpm: { from: ppmOfBps(change.from), to: ppmOfBps(change.to) } };
}
