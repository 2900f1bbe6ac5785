import { expect, test } from "vitest";
import { addedWords } from "../../../src/ui/orders/added-words.ts";
import { makeFormat } from "../../../src/ui/words/format.ts";

const british = makeFormat({ locale: "en-GB", currency: "GBP", timeZone: "Europe/London" });
const added = { lineId: "line", name: "Tea", by: 1, quantity: 2, isNew: false, raised: false };

test("[D1] what was added to a line is told apart from what the line has now", () => {
  const told = [
    addedWords({ ...added, by: 2, isNew: true }, british),
    addedWords(added, british),
    addedWords({ ...added, by: 1_200, quantity: 1_201 }, british),
    addedWords({ ...added, by: -1, quantity: 1 }, british),
  ];
  expect(told).toEqual([
    "Added 2 × Tea",
    "Added 1 × Tea: 2 now",
    "Added 1,200 × Tea: 1,201 now",
    "Took off 1 × Tea: 1 now",
  ]);
});

test("[D1] where a product is sold in steps, what really came onto the line is told", () => {
  const told = [
    addedWords({ ...added, by: 6, quantity: 6, isNew: true, raised: true }, british),
    addedWords({ ...added, by: 6, quantity: 12, raised: true }, british),
    addedWords({ ...added, by: 0, quantity: 6, raised: true }, british),
  ];
  expect(told).toEqual([
    "Added 6 × Tea, as it is sold in steps",
    "Added 6 × Tea: 12 now, as it is sold in steps",
    "Tea: still 6, as it is sold in steps",
  ]);
});
