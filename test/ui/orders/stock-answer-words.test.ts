import { describe, expect, test } from "vitest";
import type { LineAnswer } from "../../../src/device/views/stock-answer.ts";
import {
  aheadParts,
  delayWords,
  lineAnswerWords,
  stagesOf,
} from "../../../src/ui/orders/stock-answer-words.ts";
import { uuid } from "../../domain/builders.ts";
import { british } from "../builders.ts";

const line = (more: Partial<LineAnswer>): LineAnswer => ({
  lineId: uuid(1),
  wanted: 5,
  reserved: 5,
  short: 0,
  ahead: [],
  waited: false,
  ...more,
});
const ahead = (...numbers: readonly string[]) =>
  numbers.map((number, at) => ({ order: uuid(10 + at), number, quantity: 1 }));
const sentence = (...numbers: readonly string[]) =>
  aheadParts(ahead(...numbers), british)
    .map(({ text }) => text)
    .join("");

describe("what inventory says to a line, in words", () => {
  test("how much is reserved, and how much is missing", () => {
    expect(lineAnswerWords(line({}), british)).toBe("Reserved 5");
    expect(lineAnswerWords(line({ reserved: 2, short: 3 }), british)).toBe("2 of 5 reserved, short by 3");
    expect(lineAnswerWords(line({ reserved: 0, short: 5 }), british)).toBe("None reserved, short by 5");
    expect(lineAnswerWords(line({ reserved: 2, short: 3, waited: true }), british)).toBe(
      "2 of 5 reserved, waiting for 3",
    );
  });

  test("which orders came first; many are counted", () => {
    expect(sentence()).toBe("");
    expect(sentence("K7-41")).toBe(": K7-41 came first");
    expect(sentence("K7-41", "M2-9")).toBe(": K7-41 and M2-9 came first");
    expect(sentence("A-1", "A-2", "A-3", "A-4")).toBe(": A-1, A-2, A-3 and A-4 came first");
    expect(sentence("A-1", "A-2", "A-3", "A-4", "A-5")).toBe(": A-1, A-2, A-3 and 2 more came first");
  });

  test("each order that is named leads to it; an order without a number is named anyway", () => {
    const parts = aheadParts(ahead("K7-41", ""), british).filter(({ order }) => order !== undefined);
    expect(parts).toEqual([
      { text: "K7-41", order: uuid(10) },
      { text: "an earlier order", order: uuid(11) },
    ]);
  });
});

describe("how far an order is", () => {
  const done = (...[stage, answer]: Parameters<typeof stagesOf>) =>
    stagesOf(stage, answer).map((step) => [step.name, step.done]);
  const answered = { status: "answered", updating: false, answeredAt: "", lines: [] } as const;

  test("saved here, sent, accepted, answered: one after the other", () => {
    expect(done("saved", { status: "awaited" })).toEqual([
      ["Saved here", true],
      ["Sent", false],
      ["Accepted", false],
      ["Stock answered", false],
    ]);
    expect(done("sent", { status: "awaited" }).at(1)).toEqual(["Sent", true]);
    expect(done("accepted", answered).map(([, is]) => is)).toEqual([true, true, true, true]);
  });

  test("an answer to what the order no longer asks for is none yet", () => {
    expect(done("saved", { ...answered, updating: true }).at(-1)).toEqual(["Stock answered", false]);
  });

  test("nothing is said of stock where nobody counts what it asks for", () => {
    expect(done("accepted", { status: "silent" }).map(([name]) => name)).not.toContain("Stock answered");
  });
});

test("why an answer is not here yet is told in words, where it is known", () => {
  const consumers = [{ name: "inventory", position: 1, reached: false, setAside: 0 }];
  const consistency = { at: 1_201, head: 1_300, reached: false, consumers };
  expect(delayWords({ outcome: "late", consistency }, british)).toBe(
    "Inventory has 1,200 changes to read before it answers this order",
  );
  expect(delayWords({ outcome: "aside", consistency }, british)).toMatch(/could not read some changes/);
  expect(delayWords({ outcome: "reached", consistency }, british)).toBeUndefined();
  expect(delayWords({ outcome: "unanswered" }, british)).toBeUndefined();
});
