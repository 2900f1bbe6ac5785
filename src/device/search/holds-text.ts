import { foldSpelt, foldText, isAscii } from "./fold-text.ts";

/**
 * Whether a text holds every word of what was typed, anywhere in it: for texts that are looked at once, where an index
 * would cost more. What is between words does not count, so that an id is found with its dashes and without; a word
 * ends at the end of a line.
 */
export function holdsText(typed: string): (text: string) => boolean {
  const words = typed
    .split(/\s+/u)
    .map((word) => spellings(word))
    .filter(([word]) => word !== "");
  return (text) => {
    if (words.length === 0) return true;
    const held = spellings(text);
    return words.every((forms) => forms.some((form) => held.some((one) => one.includes(form))));
  };
}

function spellings(text: string): readonly string[] {
  const folded = foldText(text);
  const spelt = foldSpelt(text);
  return folded === spelt ? [lettersOf(folded)] : [lettersOf(folded), lettersOf(spelt)];
}

function lettersOf(folded: string): string {
  const between = isAscii(folded) ? /[^a-z\d\n]+/g : /[^\p{L}\p{N}\p{M}\n]+/gu;
  return folded.replaceAll(between, "");
}
