import { scannedBarcode } from "./scanned-barcode.ts";

/** Where a new product is written. Two segments below `products`, since any single one may be a product's SKU. */
export const newProductPath = "/products/new/form";

/** Where a new product is written that has the barcode of this code. */
export function newProductPathFor(code: string): string {
  return `${newProductPath}?barcode=${encodeURIComponent(scannedBarcode(code))}`;
}
