import { expect, test } from "vitest";
import type { ListPlan } from "../../../src/ui/import/import-plan.ts";
import { importWords, planWords } from "../../../src/ui/import/import-words.ts";
import type { ListName } from "../../../src/ui/import/list-columns.ts";
import { british } from "../builders.ts";

/** A list of which so many rows have each status; what is new or changed has a command. */
function list(name: ListName, counts: Partial<ListPlan["counts"]>): ListPlan {
  const all = { new: 0, changed: 0, same: 0, wrong: 0, ...counts };
  const command = { type: "receive-stock", data: { sku: "TEA-1", quantity: 1 } } as const;
  const commands = Array.from({ length: all.new + all.changed }, () => ({
    stream: "stock/TEA-1" as const,
    command,
  }));
  return { list: name, file: "list.csv", rows: [], counts: all, faults: [], unused: [], commands };
}
const told = (...lists: readonly ListPlan[]) =>
  planWords({ lists, commands: lists.flatMap(({ commands }) => commands) }, british);

test("a list that is imported again is told as here already, and that nothing counts twice", () => {
  expect(told(list("stockReceipts", { same: 1_200 }))).toEqual({
    goes: "nowhere",
    tone: "good",
    title: "These rows are here already",
    lines: [
      "All 1,200 were imported before, or are already the same here. There is nothing to import, and nothing counts twice.",
    ],
  });
  expect(told(list("customers", { same: 1 })).title).toBe("This row is here already");
});

test("rows that are here already are told also beside wrong ones: the file is not called unusable for one of them", () => {
  expect(told(list("stockReceipts", { same: 1, wrong: 1 }))).toEqual({
    goes: "nowhere",
    tone: "wait",
    title: "Nothing new in these files",
    lines: [
      "1 row is here already and stays as it is.",
      "1 row is wrong: see below what to do. Nothing was changed.",
    ],
  });
  expect(told(list("stockReceipts", { wrong: 2 })).title).toBe("None of these files can be imported");
  expect(told().title).toBe("None of these files can be imported");
});

test("what goes in is told list by list, one as one, with what is here already and what is left out", () => {
  const words = told(list("stockReceipts", { new: 1, same: 3 }), list("products", { changed: 2, wrong: 1 }));
  expect(words).toEqual({
    goes: "in",
    tone: "info",
    title: "This is what will happen",
    lines: [
      "1 stock receipt, 2 products. Nothing is saved yet.",
      "3 rows are here already and stay as they are.",
      "One row is wrong and will be left out; the rest goes in. Correct it and import again at any time.",
    ],
  });
});

test("how an import ended tells one as one", () => {
  const { result } = importWords;
  expect([result.saved(1, "1"), result.sent(1), result.already(1, "1"), result.leftOut(1, "1")]).toEqual([
    "1 change saved on this device.",
    "It is sent to the server as soon as there is a network, and appears on every other device.",
    "1 row was here already and did not go in twice.",
    "1 row was left out, as shown before.",
  ]);
  expect(result.already(2, "2")).toBe("2 rows were here already and did not go in twice.");
});
