import { foldText } from "./fold-text.ts";
import { type Chunk, formsOf, phraseOf, type Query, type QueryWord } from "./read-query.ts";

/** What a thing may be found by. */
export interface SearchFields {
  readonly name: string;
  /** What it is known by: a SKU, a customer's code, an order's numbers. A part of one finds it too. */
  readonly codes: readonly string[];
  /** Barcodes: of these a part says little. */
  readonly barcodes?: readonly string[];
  /** Everything else: category, contact, city, e-mail. */
  readonly others?: readonly string[];
  readonly phones?: readonly string[];
}

/** One thing, folded. In its texts a space is before and after each word. */
export interface SearchEntry {
  /** The words of the name as they follow one another. */
  readonly phrase: string;
  /** The name as one word. */
  readonly together: string;
  /** Every form of the first word of the name. */
  readonly head: string;
  /** Every form of the words of name and codes. */
  readonly own: string;
  readonly others: string;
  /** The digits of its phone numbers. */
  readonly phones: string;
}

/** Folds a thing's fields. */
export function makeEntry({ name, codes, barcodes, others, phones }: SearchFields): SearchEntry {
  const rest = [...(barcodes ?? []), ...(others ?? []), ...(phones ?? [])];
  const phrase = phraseOf(foldText(name));
  return {
    phrase,
    together: phrase.replaceAll(" ", ""),
    head: formsOf(/^\s*\S+/u.exec(name)?.[0] ?? ""),
    own: formsOf(`${name} ${codes.join(" ")}`),
    others: formsOf(rest.join(" ")),
    phones: (phones ?? []).map(digitsOf).join(""),
  };
}

/**
 * How well a thing fits a query, 0 the best; undefined where a word is not found. What begins as the name does comes
 * before what has the same words elsewhere. With `ownOnly` just name and codes count.
 */
export function rankOf(entry: SearchEntry, query: Query, ownOnly = false): number | undefined {
  let worst = 0;
  for (const chunk of query.chunks) {
    const rank = chunkRank(entry, chunk, ownOnly);
    if (rank > worst) worst = rank;
    if (worst === nowhere) break;
  }
  if (worst === nowhere) {
    const { number } = query;
    if (ownOnly || number === undefined || !isInPhones(entry, number)) return undefined;
    worst = withinOthers;
  }
  if (entry.phrase === query.phrase && worst === 0) return 0;
  return 2 * worst + (entry.phrase.startsWith(query.phrase) ? 1 : 2);
}

/** Whether a word is found anywhere. */
export function isFound(entry: SearchEntry, chunk: Chunk): boolean {
  return chunkRank(entry, chunk, false) < nowhere;
}

/** The ranks where a word may be found, the best first. */
const wholeWord = 0;
const startOfName = 1;
const startOfWord = 2;
const wholeWordOfOthers = 3;
const startOfOthers = 4;
const within = 5;
const withinOthers = 6;
const nowhere = 7;

function chunkRank(entry: SearchEntry, chunk: Chunk, ownOnly: boolean): number {
  let best = nowhere;
  for (const way of chunk) {
    let worst = 0;
    for (const word of way) worst = Math.max(worst, wordRank(entry, word, ownOnly));
    if (worst < best) best = worst;
  }
  return best;
}

function wordRank(entry: SearchEntry, word: QueryWord, ownOnly: boolean): number {
  let rank = nowhere;
  if (entry.own.includes(word.text)) {
    if (entry.own.includes(word.whole)) return wholeWord;
    if (entry.head.includes(word.start)) return startOfName;
    if (entry.own.includes(word.start)) return startOfWord;
    rank = within;
  }
  if (ownOnly) return rank;
  if (entry.others.includes(word.text)) {
    if (entry.others.includes(word.whole)) return wholeWordOfOthers;
    if (entry.others.includes(word.start)) return startOfOthers;
    return Math.min(rank, withinOthers);
  }
  return rank === nowhere && isInPhones(entry, word) ? withinOthers : rank;
}

function isInPhones(entry: SearchEntry, word: QueryWord): boolean {
  return entry.phones !== "" && word.phone.some((digits) => entry.phones.includes(digits));
}

/** "+44 (0)20 7946 0018" is dialled without the zero in brackets. */
function digitsOf(phone: string): string {
  return ` ${foldText(phone).replaceAll("(0)", "").replaceAll(/\D/g, "")} `;
}
