import { plainDigits } from "../../device/search/fold-text.ts";

/** What somebody typed or scanned into the entry box. */
export type Entry =
  | { readonly kind: "nothing" }
  /** A product, and how many when that was said: `12*chai`. */
  | { readonly kind: "product"; readonly text: string; readonly quantity?: number }
  /** More or fewer of the line touched last: `+3`, `-1`. */
  | { readonly kind: "adjust"; readonly by: number }
  /** Meant as a quantity, but not valid: `+1.5`, `-`, `1.5*chai`. It is no product's name either. */
  | { readonly kind: "no-quantity" };

/**
 * Reads the entry box. A quantity is before `*` or `×` (or `x` and a space); a bare number is never a quantity, since
 * it may be a SKU or a barcode. Signs and figures may be those of any keyboard.
 */
export function parseEntry(typed: string): Entry {
  const text = typed.trim();
  if (text === "") return { kind: "nothing" };
  const plain = plainDigits(text)
    .replace(/^[\u2212\u2013\uff0d]/u, "-")
    .replace(/^\uff0b/u, "+");
  const adjust = /^([+-])\s*(\d{1,7})$/.exec(plain);
  if (adjust !== null) return { kind: "adjust", by: Number(`${adjust[1]}${adjust[2]}`) };
  const counted = /^(\d{1,7})\s*(?:[*×＊]|x(?=\s))\s*(.*)$/iu.exec(plain);
  if (counted !== null) {
    const product = text.slice(text.length - (counted[2] ?? "").length).trim();
    return { kind: "product", text: product, quantity: Number(counted[1]) };
  }
  return noQuantity.test(plain) ? { kind: "no-quantity" } : { kind: "product", text };
}

/** A sign with nothing but figures and their marks behind it, or figures with a mark or a sign before `*`. */
const noQuantity = /^[+-][\s\d.,']*$|^(?=[^*×＊]*[+.,'-])[+-]?[\s\d.,']*\d[\s\d.,']*[*×＊]/u;

/** Whether a text is a code of figures, as barcodes are: nobody looks for a product by so many figures. */
export function isCodeOfFigures(text: string): boolean {
  return /^\d{8,}$/.test(text.trim());
}
