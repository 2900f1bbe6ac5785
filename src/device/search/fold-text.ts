/**
 * Text as a search compares it, so that every keyboard finds every name: without case and accents, letters without an
 * accent to take off spelt as people without them type them (ł l, ß ss, æ ae), wide forms and the digits of all scripts
 * as plain ones. Sorting does not use it: the sort keys of lists are stored, and `foldCase` makes them.
 */
export function foldText(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replace(marks, "")
    .toLowerCase()
    .replace(notAscii, (letter) => letters[letter] ?? plainDigit(letter));
}

/** The same, with umlauts and their like as two letters: "Müller" is "mueller". */
export function foldSpelt(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  const lower = text.normalize("NFKC").toLowerCase();
  const spelt = lower.replace(/[äöüåø]/gu, (letter) => digraphs[letter] ?? letter);
  return foldText(spelt === lower ? text : spelt);
}

/**
 * Accents of Latin, Greek and Cyrillic, the points of Hebrew and Arabic, and what cannot be seen. Marks of other
 * scripts are letters to their readers: they stay.
 */
const marks = new RegExp(
  `[${[
    "\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f",
    "\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7",
    "\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed",
    "\\p{Cf}\\ufe00-\\ufe0f",
  ].join("")}]`,
  "gu",
);

const notAscii = /\P{ASCII}/gu;

/** Lower-case letters that no normal form takes apart, as they are typed without them. */
const letters: Readonly<Record<string, string>> = {
  ...{ æ: "ae", œ: "oe", ß: "ss", þ: "th", ð: "d", đ: "d", ø: "o", ł: "l", ħ: "h", ŧ: "t", ı: "i" },
  ...{ ŋ: "n", ĸ: "k", ȷ: "j", ə: "e", ƒ: "f", ƀ: "b", ȼ: "c", ɇ: "e", ǥ: "g", ɉ: "j", ƚ: "l", ɍ: "r" },
  ...{ ʉ: "u", ɏ: "y", ƶ: "z", ⱥ: "a", ⱦ: "t", ɨ: "i", ɓ: "b", ƈ: "c", ɖ: "d", ɗ: "d", ɛ: "e", ɠ: "g" },
  ...{ ƙ: "k", ɲ: "n", ɔ: "o", ƥ: "p", ƭ: "t", ʋ: "v", ƴ: "y", ꜳ: "aa", ꜵ: "ao" },
  ...{ "’": "'", "‘": "'", ʼ: "'", ʻ: "'", "′": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-" },
  // The Greek sigma at a word's end; the Arabic letters that Persian and Urdu keyboards write otherwise.
  ...{ ς: "σ", ی: "ي", ى: "ي", ک: "ك", ہ: "ه", ة: "ه" },
};

const digraphs: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", å: "aa", ø: "oe" };

/** A text with the digits of all scripts, wide ones too, as 0 to 9. */
export function plainDigits(text: string): string {
  return isAscii(text) ? text : text.replace(notAscii, plainDigit);
}

/** The ASCII digit of a decimal digit of any script: each has its ten in a row. */
function plainDigit(letter: string): string {
  let before = 0;
  let point = letter.codePointAt(0) ?? 0;
  if (!isDigit(point)) return letter;
  while (isDigit(point - 1)) {
    point -= 1;
    before += 1;
  }
  return String(before % 10);
}

function isDigit(point: number): boolean {
  return /\p{Nd}/u.test(String.fromCodePoint(point));
}

/** Whether there is nothing to fold but case. */
export function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}
