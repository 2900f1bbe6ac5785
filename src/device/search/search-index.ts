import { findGtin } from "../../domain/product/gtin.ts";
import { normalizeSku } from "../../domain/stream-key.ts";
import { foldText } from "./fold-text.ts";
import { correct, misspeltRank, wordsOf } from "./misspelt.ts";
import { readQuery } from "./read-query.ts";
import { makeEntry, rankOf, type SearchEntry, type SearchFields } from "./search-entry.ts";

/** Things made ready to be searched as one types: folded and sorted once, so that a key only compares. */
export interface SearchIndex<Item> {
  readonly entries: readonly IndexedItem<Item>[];
  /** By code as it is kept: usually one, several where they share it. */
  readonly byCode: ReadonlyMap<string, readonly Item[]>;
  /** By the number of an article, whatever the length and the marks of the code that it is in. */
  readonly byGtin: ReadonlyMap<string, readonly Item[]>;
  /** By code in capitals, of those that are kept otherwise. */
  readonly byAlike: ReadonlyMap<string, readonly Item[]>;
  /** The words that a mistyped one may be meant for, collected when they are first asked for. */
  readonly words: () => ReadonlySet<string>;
}

interface IndexedItem<Item> extends Folded {
  readonly item: Item;
}

/** What is made of a thing's fields alone. */
interface Folded {
  /** The fields that it was made of, as one text. */
  readonly of: string;
  readonly entry: SearchEntry;
  readonly codes: readonly string[];
  readonly gtins: readonly string[];
  readonly alike: readonly string[];
  readonly sortKey: string;
}

interface SearchOptions<Item> {
  readonly limit?: number;
  /** Only among these. */
  readonly among?: (item: Item) => boolean;
  /** To choose one: a long figure is a code that is known or is not, and finds nothing by a part of a barcode. */
  readonly toChoose?: boolean;
}

/** Where fewer are found, what is one typing mistake away is offered behind them. */
export const fewFound = 3;

/** Makes the index. What an index of before has of the same fields is taken from there: of 10,000 few have changed. */
export function makeSearchIndex<Item>(
  items: readonly Item[],
  fieldsOf: (item: Item) => SearchFields,
  before?: SearchIndex<Item>,
): SearchIndex<Item> {
  const known = new Map(before?.entries.map((one) => [one.of, one]));
  const all = items.map((item): IndexedItem<Item> => {
    const fields = fieldsOf(item);
    const of = textOf(fields);
    const { entry, codes, gtins, alike, sortKey } = known.get(of) ?? fold(fields, of);
    return { item, of, entry, codes, gtins, alike, sortKey };
  });
  let words: ReadonlySet<string> | undefined;
  return {
    entries: all.toSorted((a, b) => (a.sortKey < b.sortKey ? -1 : Number(a.sortKey > b.sortKey))),
    words: () => {
      words ??= wordsOf(all.map(({ entry }) => entry));
      return words;
    },
    byCode: byKeys(all, ({ codes }) => codes),
    byGtin: byKeys(all, ({ gtins }) => gtins),
    byAlike: byKeys(all, ({ alike }) => alike),
  };
}

function fold(fields: SearchFields, of: string): Folded {
  const codes = [...fields.codes, ...(fields.barcodes ?? [])].map(codeKey);
  return {
    ...{ of, codes, entry: makeEntry(fields), sortKey: sortKeyOf(fields) },
    gtins: codes.flatMap((code) => findGtin(code) ?? []),
    alike: codes.filter((code) => normalizeSku(code) !== code).map(normalizeSku),
  };
}

/** All fields as one text: two things of the same text are found alike. */
function textOf({ name, codes, barcodes = [], others = [], phones = [] }: SearchFields): string {
  return JSON.stringify([name, codes, barcodes, others, phones]);
}

/**
 * The things that have exactly this code: none where it is unknown, several where they share it, so that a person
 * chooses. A code as it was typed beats one that differs by case; another accent is another code. A barcode with more
 * or fewer zeros before it, or with a scanner's mark of its kind, is the same article's.
 */
export function findByCode<Item>(index: SearchIndex<Item>, text: string): readonly Item[] {
  const exact = index.byCode.get(codeKey(text)) ?? [];
  const gtin = findGtin(text);
  const same = (gtin === undefined ? undefined : index.byGtin.get(gtin)) ?? [];
  if (exact.length > 0 || same.length > 0) return [...new Set([...exact, ...same])];
  const capitals = normalizeSku(text);
  return [...(index.byCode.get(capitals) ?? []), ...(index.byAlike.get(capitals) ?? [])];
}

/**
 * What a text may mean, the likeliest first: its code exactly; the whole name; a word; how the name or a word begins;
 * the same of everything else; a part of a word; one typing mistake away, where little else was found. Every word
 * counts, in any order. Of two that fit alike the one comes first whose name does, figures in it by their size. A text
 * without a letter or digit finds everything.
 */
export function search<Item>(
  index: SearchIndex<Item>,
  text: string,
  options: SearchOptions<Item> = {},
): readonly Item[] {
  const { limit = Number.POSITIVE_INFINITY, among = () => true, toChoose = false } = options;
  const query = readQuery(text);
  const exact = findByCode(index, text).filter(among);
  const taken = new Set(exact);
  const ownOnly = toChoose && (query.number?.text.length ?? 0) >= 8;
  const isLeft = (item: Item) => !taken.has(item) && among(item);
  const found = [...exact, ...ranked(index, isLeft, (entry) => rankOf(entry, query, ownOnly))];
  if (ownOnly || found.length >= Math.min(fewFound, limit)) return found.slice(0, limit);
  const corrected = correct(query, index.words());
  for (const item of found) taken.add(item);
  return [...found, ...ranked(index, isLeft, (entry) => misspeltRank(entry, corrected))].slice(0, limit);
}

/** The things that have a rank, the best first. */
function ranked<Item>(
  index: SearchIndex<Item>,
  isLeft: (item: Item) => boolean,
  rankOfEntry: (entry: SearchEntry) => number | undefined,
): readonly Item[] {
  const ranks: Item[][] = [];
  for (const { item, entry } of index.entries) {
    const rank = rankOfEntry(entry);
    if (rank === undefined || !isLeft(item)) continue;
    const same = ranks[rank];
    if (same === undefined) ranks[rank] = [item];
    else same.push(item);
  }
  return ranks.flat();
}

function byKeys<Item>(
  all: readonly IndexedItem<Item>[],
  keysOf: (one: IndexedItem<Item>) => readonly string[],
): ReadonlyMap<string, readonly Item[]> {
  const found = new Map<string, Item[]>();
  for (const one of all) {
    for (const key of keysOf(one)) {
      const sharing = found.get(key);
      if (sharing === undefined) found.set(key, [one.item]);
      else if (!sharing.includes(one.item)) sharing.push(one.item);
    }
  }
  found.delete("");
  return found;
}

/** A code as it is compared exactly. */
function codeKey(code: string): string {
  return code.normalize("NFC").trim();
}

/** Where a thing is among those that fit alike: by name, 7 before 10 before 28, then by code. */
function sortKeyOf({ name, codes }: SearchFields): string {
  return foldText([name, ...codes].join(" ")).replaceAll(/\d+/g, (digits) => digits.padStart(12, "0"));
}
