import { findGtin } from "../../domain/product/gtin.ts";

/** Where a burst fell: into a line of text, into a field for figures alone, or where nothing can be typed. */
export type FellInto = "text" | "figure" | "elsewhere";

/** What a burst is: a scan of a code, behind what a person had typed just before it; or typed, all of it. */
export type Judged =
  | { readonly is: "scan"; readonly code: string; readonly typed: string }
  | { readonly is: "typed" };

/** A scan, as it was judged. */
export type Scanned = Extract<Judged, { readonly is: "scan" }>;

/**
 * What a burst is. Speed alone cannot tell: short words typed by practised hands come as fast, and nobody may lose what
 * they typed. So, in this order:
 * 1. A code that is known is a scan, wherever it fell. A quantity before it (`12*`) was typed.
 * 2. In a field, a known barcode of 8, 12, 13 or 14 figures (its check digit is right) behind other characters was
 *    scanned while somebody was typing: what is before it was typed. A whole barcode is never cut up.
 * 3. In a line of text, what no scanner reads stays as typed: it holds a space, or no figure at all, or it is
 *    a sign and a number (`+12`). Only there: nobody types words into a button or a quantity.
 * 4. Everything else is the scan of a code that is not known, told as such: kept on the screen, to be copied.
 */
export function judgeBurst(text: string, into: FellInto, isKnown: (code: string) => boolean): Judged {
  if (isKnown(text)) return { is: "scan", code: text, typed: "" };
  const before = quantityBefore.exec(text)?.[0] ?? "";
  const code = text.slice(before.length);
  const scan: Judged = { is: "scan", code, typed: before };
  if (isKnown(code)) return scan;
  if (into !== "elsewhere" && !isBarcode(code)) {
    const barcode = barcodeLengths
      .map((length) => code.slice(-length))
      .find((end) => end.length < code.length && isBarcode(end) && isKnown(end));
    if (barcode !== undefined) {
      return { is: "scan", code: barcode, typed: text.slice(0, text.length - barcode.length) };
    }
  }
  const noCode = /\s/.test(code) || !/\d/.test(code) || /^[+-]\d+$/.test(code);
  return into === "text" && noCode ? { is: "typed" } : scan;
}

/**
 * What a whole scan is whose beginning was taken already, since its last keys came late. Undefined where that was the
 * same article, so there is nothing more to do; else the whole is a scan of its own.
 */
export function judgeLate(
  taken: string,
  text: string,
  isKnown: (code: string) => boolean,
): Scanned | undefined {
  const [part, whole] = [taken, text].map((one) => judgeBurst(one, "elsewhere", isKnown));
  if (part?.is !== "scan" || whole?.is !== "scan") return undefined;
  const article = findGtin(whole.code);
  return article !== undefined && article === findGtin(part.code) ? undefined : whole;
}

/** A quantity that is before a code in the same line: `12*`. */
export const quantityBefore = /^\d{1,7}\s*[*×]/u;
const barcodeLengths = [14, 13, 12, 8] as const;

/** Whether this is a whole barcode of figures: GTIN-8, -12, -13 or -14 with the right check digit (GS1). */
export function isBarcode(text: string): boolean {
  return /^\d+$/.test(text) && findGtin(text) !== undefined;
}
