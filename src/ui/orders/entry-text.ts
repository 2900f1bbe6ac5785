/** What somebody typed or scanned into the entry box. */
export type Entry =
  | { readonly kind: "nothing" }
  /** A product, and how many when that was said: `12*chai`. */
  | { readonly kind: "product"; readonly text: string; readonly quantity?: number }
  /** More or fewer of the line touched last: `+3`, `-1`. */
  | { readonly kind: "adjust"; readonly by: number };

/**
 * Reads the entry box. A quantity stands before `*` or `×` (or `x` and a space); a bare number is never a quantity,
 * since it may be a SKU or a barcode.
 */
export function parseEntry(typed: string): Entry {
  const text = typed.trim();
  if (text === "") return { kind: "nothing" };
  const adjust = /^([+-])\s*(\d{1,7})$/.exec(text);
  if (adjust !== null) return { kind: "adjust", by: Number(`${adjust[1]}${adjust[2]}`) };
  const counted = /^(\d{1,7})\s*(?:[*×]|x(?=\s))\s*(.*)$/iu.exec(text);
  if (counted === null) return { kind: "product", text };
  return { kind: "product", text: (counted[2] ?? "").trim(), quantity: Number(counted[1]) };
}

/** Whether a text is a code of figures, as barcodes are: nobody looks for a product by so many figures. */
export function isCodeOfFigures(text: string): boolean {
  return /^\d{8,}$/.test(text.trim());
}
