/** What parts the fields of a GS1 code (FNC1). */
export const groupSeparator = "\u001d";

/** The figures of a GTIN when all are written: shorter ones are the same with zeros before them (GS1). */
const gtinLength = 14;

/**
 * The article's number in a code, as 14 figures: of a barcode of 8, 12, 13 or 14 figures with the right check digit,
 * with or without the mark of its kind that some scanners send before it (`]E0`), and of what GS1 puts around it:
 * `(01)` with batch and dates behind it, or a link. Undefined where there is none. Two codes of one number are one
 * article.
 */
export function findGtin(code: string): string | undefined {
  const plain = code
    .trim()
    .replace(symbology, "")
    .replace(new RegExp(`^${groupSeparator}`), "");
  const figures =
    /^(\d{8}|\d{12,14})$/.exec(plain)?.[1] ??
    /^(?:01|\(01\))(\d{14})/.exec(plain)?.[1] ??
    linked.exec(plain)?.[1];
  return figures !== undefined && hasCheckDigit(figures) ? figures.padStart(gtinLength, "0") : undefined;
}

/** AIM's mark of a code's kind: a bracket, a letter and one more character. */
const symbology = /^\][A-Za-z][\dA-Za-z]/;
/** GS1's Digital Link, as QR codes on packages have it. */
const linked = /^https?:\/\/\S+?\/01\/(\d{8}|\d{12,14})(?=[/?#]|$)/;

/** Whether the last figure is the sum of the others, weighted 3 and 1 from the right. */
function hasCheckDigit(figures: string): boolean {
  const sum = [...figures]
    .reverse()
    .reduce((all, figure, at) => all + Number(figure) * (at % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
