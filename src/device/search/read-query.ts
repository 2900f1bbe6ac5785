import { foldSpelt, foldText, isAscii } from "./fold-text.ts";

/** A word to look for, in the forms that tell its start and its whole from a part: words are between spaces. */
export interface QueryWord {
  readonly text: string;
  readonly start: string;
  readonly whole: string;
  /** The digits of a phone number that it may be the end of; empty for what is none. */
  readonly phone: readonly string[];
}

/** One word as typed. It is found when all words of one of its ways are: "o'neill" is "oneill", or "o" and "neill". */
export type Chunk = readonly (readonly QueryWord[])[];

/** What was typed, ready to be compared. */
export interface Query {
  readonly chunks: readonly Chunk[];
  /** All of its words after one another, with a space before each. */
  readonly phrase: string;
  /** All of it as one number, where it is nothing but digits in groups: "091 555 0100". */
  readonly number: QueryWord | undefined;
}

/** Reads what somebody typed into a search. Without a letter or a digit in it there are no chunks. */
export function readQuery(text: string): Query {
  const chunks = text.split(/\s+/u).flatMap((typed) => {
    const ways = new Map<string, readonly QueryWord[]>();
    for (const folded of [foldText(typed), foldSpelt(typed)]) {
      const parts = partsOf(folded);
      for (const words of [[parts.join("")], parts]) ways.set(words.join(" "), words.map(queryWord));
    }
    ways.delete("");
    return ways.size === 0 ? [] : [[...ways.values()]];
  });
  const phrase = phraseOf(foldText(text));
  const joined = phrase.replaceAll(" ", "");
  const number = /^\d{5,}$/.test(joined) ? queryWord(joined) : undefined;
  return { chunks, phrase, number };
}

/** Whether there is a letter or a digit to look for. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** The words of a folded text after one another, with a space before each. */
export function phraseOf(folded: string): string {
  const parts = partsOf(folded);
  return parts.length === 0 ? "" : ` ${parts.join(" ")}`;
}

/**
 * Every form that the words of a text may be typed in, with spaces around each: "Coca-Cola" as one and as two, "Müller"
 * in both spellings.
 */
export function formsOf(text: string): string {
  const folded = foldText(text);
  const spelt = foldSpelt(text);
  const forms = new Set<string>();
  for (const one of folded === spelt ? [folded] : [folded, spelt]) {
    for (const chunk of one.split(/\s+/)) {
      if (isPlainWord(chunk)) {
        forms.add(chunk);
        continue;
      }
      const parts = partsOf(chunk);
      if (parts.length > 1) forms.add(parts.join(""));
      for (const part of parts) forms.add(part);
    }
  }
  return forms.size === 0 ? "" : ` ${[...forms].join(" ")} `;
}

/** The words of a folded text: whatever is no letter, digit or mark parts them. */
function partsOf(folded: string): readonly string[] {
  const between = isAscii(folded) ? /[^a-z\d]+/ : /[^\p{L}\p{N}\p{M}]+/u;
  return folded.split(between).filter((part) => part !== "");
}

function isPlainWord(folded: string): boolean {
  return /^[a-z\d]+$/.test(folded);
}

function queryWord(text: string): QueryWord {
  return { text, start: ` ${text}`, whole: ` ${text} `, phone: /^\d{4,}$/.test(text) ? phoneEnds(text) : [] };
}

/** With the country's code, with a zero before it, without either: only the end of a number is sure. */
function phoneEnds(digits: string): readonly string[] {
  const national = digits.replace(/^0+/, "");
  const ends = [digits];
  if (national.length >= 6) ends.push(national);
  if (national.length >= 10) ends.push(`${national.slice(-8)} `);
  return ends;
}
