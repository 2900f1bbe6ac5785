import { describe, expect, test } from "vitest";
import { problemCodes } from "../../../src/protocol/problem.ts";
import { joiningWords } from "../../../src/ui/words/joining-words.ts";
import { refusedWords } from "../../../src/ui/words/refused-words.ts";
import { troubleWords } from "../../../src/ui/words/sync-words.ts";

describe("words for what the server says", () => {
  test.each([...problemCodes, ...Object.keys(troubleWords)])(
    "%s says what is wrong and what to do",
    (code) => {
      for (const { title, text } of [refusedWords(code), joiningWords(code)]) {
        expect(title.length).toBeGreaterThan(8);
        expect(text).toMatch(/^[A-Z].{15,}[.]$/s);
      }
    },
  );
  test("a code of a newer server is named instead of hidden", () => {
    expect(refusedWords("brand-new").text).toContain("brand-new");
  });
});
