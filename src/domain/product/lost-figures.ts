/**
 * Whether a text is a long number as spreadsheets shorten it: `4.00638E+12`, or `4,00638E+12` where the comma is the
 * decimal sign. The figures that it leaves out are gone: it names no article, and several have the same.
 */
export function hasLostFigures(text: string): boolean {
  return /^\d+(?:[.,]\d+)?E\+\d{1,3}$/i.test(text.trim());
}
