import { findGtin } from "../../domain/product/gtin.ts";

/** Where a new product is written. Two segments below `products`, since any single one may be a product's SKU. */
export const newProductPath = "/products/new/form";

/**
 * Where a new product with this barcode is written. Of a code with more in it than the article's number (a batch, a day,
 * a scanner's mark) only that number, which the next batch has too.
 */
export function newProductPathFor(code: string): string {
  const barcode = /^\d+$/.test(code) ? code : (findGtin(code) ?? code);
  return `${newProductPath}?barcode=${encodeURIComponent(barcode)}`;
}
