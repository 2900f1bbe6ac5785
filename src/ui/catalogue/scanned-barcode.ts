import { findGtin } from "../../domain/product/gtin.ts";

/**
 * What a product whose code was scanned has as its barcode. Of a code with more in it than the article's number (a
 * batch, a day, a scanner's mark) only that number, which the next batch has too.
 */
export function scannedBarcode(code: string): string {
  return /^\d+$/.test(code) ? code : (findGtin(code) ?? code);
}
