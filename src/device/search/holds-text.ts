import { foldSpelt, foldText, isAscii } from "./fold-text.ts";

/**
 * Whether a text holds every word of what was typed, anywhere in it: for texts that are looked at once, where an index
 * would cost more. What is between words does not count, so that an id is found with its dashes and without; a word
 * ends at the end of a line.
 */
export function holdsText(typed: string): (text: string) => boolean {
  const words = wordsToHold(typed);
  return (text) => {
    if (words.length === 0) return true;
    const held = spellings(text);
    return words.every((word) => isHeld(word, held));
  };
}

/** The words of what was typed, each in its spellings: letters and digits only. */
export function wordsToHold(typed: string): readonly (readonly string[])[] {
  return typed
    .split(/\s+/u)
    .map((word) => spellings(word))
    .filter(([word]) => word !== "");
}

/** A text as words are looked for in it: letters and digits only, folded; two ways where umlauts are spelt in two. */
export function spellings(text: string): readonly string[] {
  const folded = foldText(text);
  const spelt = foldSpelt(text);
  return folded === spelt ? [lettersOf(folded)] : [lettersOf(folded), lettersOf(spelt)];
}

/** Whether one spelling of a word is within one spelling of a text. */
export function isHeld(word: readonly string[], held: readonly string[]): boolean {
  return word.some((form) => held.some((one) => one.includes(form)));
}

function lettersOf(folded: string): string {
  const between = isAscii(folded) ? /[^a-z\d\n]+/g : /[^\p{L}\p{N}\p{M}\n]+/gu;
  return folded.replaceAll(between, "");
}
