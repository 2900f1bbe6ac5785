import fc from "fast-check";
import { expect, test } from "vitest";
import { markedParts } from "../../../src/device/search/marked-parts.ts";

/** The text with the marked letters in brackets. */
const marked = (text: string, typed: string) =>
  markedParts(text, typed)
    .map((part) => (part.marked ? `[${part.text}]` : part.text))
    .join("");

test.each([
  ["Sea Salt, saltmarsh", "salt", "Sea [Salt], [salt]marsh"],
  ["Basalt salt", "salt", "Basalt [salt]"],
  ["Basalt Grill", "salt", "Ba[salt] Grill"],
  ["Weißbier", "weissb", "[Weißb]ier"],
  ["Straße", "stras", "[Straß]e"],
  ["Œufs frais", "oeu fr", "[Œu]fs [fr]ais"],
  ["Mu\u0308ller", "mul", "[Mu\u0308l]ler"],
  ["Müller", "muell", "[Müll]er"],
  ["Coca-Cola", "cocac", "[Coca-C]ola"],
  ["Coca-Cola", "cola coca", "[Coca]-[Cola]"],
  ["O’Neill’s", "oneill", "[O’Neill]’s"],
  ["O’Neill’s", "o neill", "[O]’[Neill]’s"],
  ["Café Crème", "CREME", "Café [Crème]"],
  ["🍋 Zest", "zest", "🍋 [Zest]"],
  ["Tea", "", "Tea"],
  ["Tea", "*", "Tea"],
  ["Tea", "xyz", "Tea"],
])("%s, found by %j", (text, typed, expected) => {
  expect(marked(text, typed)).toBe(expected);
});

test("all pieces together are the text, whatever was typed", () => {
  const any = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(any, any, (text, typed) => {
      expect(
        markedParts(text, typed)
          .map((part) => part.text)
          .join(""),
      ).toBe(text);
      const itself = markedParts(text, text).filter((part) => part.marked);
      if (/[\p{L}\p{N}]/u.test(text.normalize("NFKD"))) expect(itself.length).toBeGreaterThan(0);
    }),
  );
});
