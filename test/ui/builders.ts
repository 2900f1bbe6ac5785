import type { CustomerView, ProductView } from "../../src/device/views/queries.ts";
import { blankCustomer } from "../../src/domain/customer/customer.ts";
import { blankProduct } from "../../src/domain/product/product.ts";
import { makeFormat } from "../../src/ui/words/format.ts";

/** A British business's figures, in Berlin's days. */
export const british = makeFormat({ locale: "en-GB", currency: "GBP", timeZone: "Europe/Berlin" });

/** A product as the device lists it; a test names only what it turns on. */
export function product(
  fields: Partial<ProductView["product"]> & { readonly sku: string; readonly name: string },
): ProductView {
  const known = {
    ...blankProduct({ name: fields.name, priceMinor: 100 }),
    ...fields,
    status: "known",
  } as const;
  return { skuId: fields.sku, product: known, mark: "confirmed" };
}

/** A customer as the device lists it, with the code for an id. */
export function customer(key: Parameters<typeof blankCustomer>[0]): CustomerView {
  return { id: key.code, customer: { ...blankCustomer(key), status: "known" }, mark: "confirmed" };
}
