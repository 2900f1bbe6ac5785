import type { Chunk, Query } from "./read-query.ts";
import { isFound, type SearchEntry } from "./search-entry.ts";

/** A word of a query with the known words that it may be a mistake for; folded, a space before and after each. */
interface Corrected {
  readonly chunk: Chunk;
  readonly words: readonly string[];
  readonly starts: readonly string[];
}

/**
 * What the words of a query may be meant for, of the words that there are: those with one letter wrong, missing, too
 * many, or two of them swapped. Only words of at least four letters and no digit: another figure is another article.
 */
export function correct(query: Query, known: Iterable<string>): readonly Corrected[] {
  const typed = query.chunks.map((chunk) => ({
    chunk,
    texts: chunk
      .flatMap((way) => (way.length > 1 ? [] : way.map(({ text }) => text)))
      .filter((text) => text.length >= 4 && mayBeWrong(text)),
    words: [] as string[],
    starts: [] as string[],
  }));
  for (const word of known) {
    for (const { texts, words, starts } of typed) {
      for (const text of texts) {
        if (word.length + 1 < text.length) continue;
        const kind = oneEdit(text, word);
        if (kind === "word") words.push(` ${word} `);
        // At four letters too much begins alike.
        else if (kind === "start" && text.length > 4) starts.push(` ${word} `);
      }
    }
  }
  return typed;
}

/** The words of things that somebody may have meant. Codes are not among them. */
export function wordsOf(entries: Iterable<SearchEntry>): ReadonlySet<string> {
  const words = new Set<string>();
  for (const { phrase, others } of entries) {
    for (const word of `${phrase}${others}`.split(" ")) if (mayBeWrong(word)) words.add(word);
  }
  return words;
}

/**
 * How well a thing fits a query that it does not hold as typed: with words written together ("cocacola", "500g") or
 * corrected. 0 is the best; undefined where it does not fit.
 */
export function misspeltRank(entry: SearchEntry, corrected: readonly Corrected[]): number | undefined {
  let worst = 0;
  for (const one of corrected) {
    const rank = rankOfChunk(entry, one);
    if (rank === undefined) return undefined;
    if (rank > worst) worst = rank;
  }
  return worst;
}

function rankOfChunk(entry: SearchEntry, { chunk, words, starts }: Corrected): number | undefined {
  const name = `${entry.phrase} `;
  const isIn = (text: string) => (word: string) => text.includes(word);
  if (words.some(isIn(name)) || isTogether(entry, chunk)) return 0;
  if (starts.some(isIn(name))) return 1;
  if (words.some(isIn(entry.others))) return 2;
  if (starts.some(isIn(entry.others))) return 3;
  return isFound(entry, chunk) ? 0 : undefined;
}

/** Whether words of the name that follow one another begin like this when they are written as one. */
function isTogether({ phrase, together }: SearchEntry, chunk: Chunk): boolean {
  return chunk.some(([word, second]) => {
    if (word === undefined || second !== undefined) return false;
    if (word.text.length < 4 || !together.includes(word.text)) return false;
    const words = phrase.slice(1).split(" ");
    return words.some((_, at) => words.slice(at).join("").startsWith(word.text));
  });
}

/** Whether a typed text is one edit away from a word or from its beginning. Where they part first tells the edit. */
export function oneEdit(typed: string, word: string): "word" | "start" | undefined {
  let at = 0;
  while (at < typed.length && typed[at] === word[at]) at += 1;
  // Typed to its end without a fault: it is the word, its beginning, or lacks the last letter.
  if (at === typed.length) return word.length === at + 1 ? "word" : undefined;
  const goesOn = (from: number, to: number) => {
    if (!word.startsWith(typed.slice(from), to)) return 0;
    return to + typed.length - from === word.length ? 2 : 1;
  };
  const tooMany = goesOn(at + 1, at);
  if (at === word.length) return kinds[tooMany];
  const swapped = typed[at] === word[at + 1] && typed[at + 1] === word[at];
  const missing = goesOn(at, at + 1);
  const wrong = goesOn(at + 1, at + 1);
  return kinds[Math.max(tooMany, missing, wrong, swapped ? goesOn(at + 2, at + 2) : 0)];
}

const kinds = [undefined, "start", "word"] as const;

function mayBeWrong(word: string): boolean {
  return word.length >= 3 && !/[^\p{L}\p{M}]/u.test(word);
}
