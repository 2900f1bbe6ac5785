import { foldSpelt, foldText } from "./fold-text.ts";

/**
 * Whether a long text holds every word of what was typed, anywhere in it: for texts that are looked at once. What is
 * between words does not count, so that an id is found with its dashes and without.
 */
export function holdsText(typed: string): (text: string) => boolean {
  const words = typed
    .split(/\s+/u)
    .map((word) => [...new Set([lettersOf(foldText(word)), lettersOf(foldSpelt(word))])])
    .filter(([word]) => word !== "");
  return (text) => {
    if (words.length === 0) return true;
    const held = new Set([lettersOf(foldText(text)), lettersOf(foldSpelt(text))]);
    return words.every((forms) => forms.some((form) => [...held].some((one) => one.includes(form))));
  };
}

function lettersOf(folded: string): string {
  return folded.replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, "");
}
