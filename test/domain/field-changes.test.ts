import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyChanges,
  changeConflicts,
  changesBetween,
  openChanges,
  seenAfter,
} from "../../src/domain/field-changes.ts";
import { sameData } from "../../src/domain/same-data.ts";

interface Card {
  readonly name: string;
  readonly tags: readonly string[];
  readonly note: string | null;
}
const names = ["name", "tags", "note"] as const;
const card = fc.record({
  name: fc.constantFrom("a", "b"),
  tags: fc.array(fc.constantFrom("x", "y"), { maxLength: 2 }),
  note: fc.constantFrom(null, "n"),
});
const runs = { seed: 20260105, numRuns: 1000 };

describe("changes of fields", () => {
  test("the changes between two states lead from the one to the other, and are settled there", () => {
    fc.assert(
      fc.property(card, card, (before, after) => {
        const changes = changesBetween<Card>(before, after);
        expect(applyChanges<Card, Card>(before, changes, names)).toEqual(after);
        expect(changeConflicts<Card>(before, changes)).toEqual([]);
        expect(openChanges<Card>(after, changes)).toBeUndefined();
      }),
      runs,
    );
  });

  test("[L10] edits of different fields are both kept, edits of one field are a conflict or the same", () => {
    fc.assert(
      fc.property(card, card, card, (base, mine, theirs) => {
        const open = openChanges<Card>(theirs, changesBetween<Card>(base, mine)) ?? {};
        const clashing = names.filter(
          (name) =>
            !sameData(mine[name], base[name]) &&
            !sameData(theirs[name], base[name]) &&
            !sameData(mine[name], theirs[name]),
        );
        expect(changeConflicts<Card>(theirs, open).map(({ field }) => field)).toEqual(clashing);
        if (clashing.length > 0) return;
        const merged = applyChanges<Card, Card>(theirs, open, names);
        for (const name of names)
          expect(merged[name]).toEqual(sameData(mine[name], base[name]) ? theirs[name] : mine[name]);
      }),
      runs,
    );
  });

  test("a field whose change is undefined counts as unchanged", () => {
    const wished = { name: undefined } as unknown as Parameters<typeof openChanges<Card>>[1];
    expect(openChanges<Card>({ name: "a", tags: [], note: null }, wished)).toBeUndefined();
  });
});

describe("equal data", () => {
  test("the order of members does not matter, and undefined counts as absent", () => {
    expect(sameData({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1, d: undefined })).toBe(true);
  });

  test.each([
    [
      [1, 2],
      [2, 1],
    ],
    [[1], { 0: 1 }],
    [null, {}],
    [{ a: 1 }, { a: 1, b: null }],
    [{ a: undefined }, { b: 1 }],
    ["1", 1],
  ])("%j differs from %j", (a, b) => {
    expect(sameData(a, b)).toBe(false);
    expect(sameData(b, a)).toBe(false);
  });

  test("data equals its copy through JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sameData(value, JSON.parse(JSON.stringify(value)))).toBe(true);
      }),
      runs,
    );
  });

  test("who was told of a conflict can save their own value, and overwrites nothing that was not told", () => {
    fc.assert(
      fc.property(card, card, card, (base, mine, theirs) => {
        const conflicts = changeConflicts<Card>(theirs, changesBetween<Card>(base, mine));
        const changes = changesBetween<Card>(seenAfter<Card>(base, conflicts), mine);
        expect(changeConflicts<Card>(theirs, changes)).toEqual([]);
        for (const name of names) {
          const wished = sameData(base[name], mine[name]) ? theirs : mine;
          expect(applyChanges<Card, Card>(theirs, changes, names)[name]).toEqual(wished[name]);
        }
      }),
      runs,
    );
  });
});
