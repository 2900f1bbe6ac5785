import { foldSpelt, foldText } from "./fold-text.ts";
import { readQuery } from "./read-query.ts";

/** A piece of a text, and whether a search meant it. All pieces together are the text. */
export interface MarkedPart {
  readonly text: string;
  readonly marked: boolean;
}

/**
 * A text in pieces, those marked that a search found: the starts of words where a typed word begins them, else its
 * first position within. What is folded to more or fewer letters ("ß" for "ss") is marked whole.
 */
export function markedParts(text: string, typed: string): readonly MarkedPart[] {
  const ways = readQuery(typed).chunks.map((chunk) => chunk.map((way) => way.map((word) => word.text)));
  const isMarked = Array.from(text, () => false);
  const spellings = [spell(text, foldText), spell(text, foldSpelt)];
  for (const chunk of ways) {
    const letters = chunk
      .flatMap((words) =>
        spellings.map((spelling) => words.flatMap((word) => lettersOf(spelling, word) ?? [])),
      )
      .find((found) => found.length > 0);
    for (const letter of letters ?? []) isMarked[letter] = true;
  }
  const parts: { text: string; marked: boolean }[] = [];
  for (const [at, letter] of Array.from(text).entries()) {
    const marked = isMarked[at] === true;
    const last = parts.at(-1);
    if (last?.marked === marked) last.text += letter;
    else parts.push({ text: letter, marked });
  }
  return parts;
}

/** A text folded letter by letter: where each folded letter comes from, and whether it begins a word. */
interface Spelling {
  readonly folded: string;
  readonly from: readonly number[];
  readonly begins: readonly boolean[];
}

function spell(text: string, fold: (text: string) => string): Spelling {
  let folded = "";
  const from: number[] = [];
  const begins: boolean[] = [];
  let isBetween = true;
  for (const [at, letter] of Array.from(text).entries()) {
    for (const unit of fold(letter)
      .replaceAll(/[^\p{L}\p{N}\p{M}]/gu, "")
      .split("")) {
      folded += unit;
      from.push(at);
      begins.push(isBetween);
      isBetween = false;
    }
    // An accent of its own folds to nothing and is no end of a word.
    if (/[^\p{L}\p{N}\p{M}]/u.test(letter)) isBetween = true;
  }
  return { folded, from, begins };
}

/** The letters of the text that a word stands for: at the starts of words, else at its first occurrence. */
function lettersOf({ folded, from, begins }: Spelling, word: string): readonly number[] | undefined {
  const starts: number[] = [];
  let within: number | undefined;
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
    if (begins[at] === true) starts.push(at);
    within ??= at;
  }
  const letters = starts.length > 0 ? starts : within === undefined ? [] : [within];
  if (letters.length === 0) return undefined;
  return letters.flatMap((at) => {
    const first = from[at] ?? 0;
    const last = from[at + word.length - 1] ?? first;
    return Array.from({ length: last - first + 1 }, (_, nth) => first + nth);
  });
}
