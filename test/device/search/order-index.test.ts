import fc from "fast-check";
import { expect, test } from "vitest";
import { makeOrderIndex, type OrdersOf } from "../../../src/device/search/order-index.ts";
import { makeVocabulary } from "../../../src/device/search/vocabulary.ts";
import type { ExistingOrder } from "../../../src/domain/order/order-state.ts";
import { aHeader, aLine, uuid } from "../../domain/builders.ts";
import { type ListedOrder, searchAll } from "../support/search-all.ts";

const names = ["Müller’s Café", "Harbour Cafe", "O'Neill", "Łosoś", "café 12", ""];
const numbers = ["KK-1", "KK-10", "KK-11", "kk 1", "12"];
const queries = [
  ...["", "kk-1", "KK1", "1", "12", "mueller", "mullre", "harbuor", "cafe tea", "oneill", "o neill losos"],
  ...["tea 2", "ring twice", "--", "zzz", "kk-1 -", "harb", "CAFÉ"],
];

const someOrder: fc.Arbitrary<ExistingOrder> = fc
  .record({
    name: fc.constantFrom(...names),
    code: fc.constantFrom("HARB", "ONE", "12"),
    customer: fc.constantFrom(uuid(1), uuid(2)),
    number: fc.constantFrom(null, ...numbers),
    formerNumbers: fc.uniqueArray(fc.constantFrom(...numbers), { maxLength: 2 }),
    note: fc.constantFrom("", "Ring twice", "Tea\nKK-1"),
    lines: fc.array(fc.constantFrom(1, 2, 12), { maxLength: 3 }),
    isNobodys: fc.boolean(),
    isPlaced: fc.boolean(),
  })
  .map(({ name, code, customer, number, formerNumbers, note, lines, isNobodys, isPlaced }) => ({
    ...aHeader({ note, customer: isNobodys ? null : { id: customer, code, name } }),
    ...{ number, formerNumbers, externalRef: null, historical: false, asImported: false },
    ...{ lines: lines.map((n) => aLine(n)), removedLineIds: [], startedAt: "", changedAt: "" },
    ...(isPlaced ? { status: "placed", placedAt: "" } : { status: "draft" }),
  }));

const ordersOf = (orders: readonly ListedOrder[], { customerId, limit }: OrdersOf) =>
  orders
    .filter(({ order }) => order.customer?.id === customerId)
    .toSorted((a, b) => (a.sort < b.sort ? 1 : -1))
    .slice(0, limit)
    .map(({ key }) => key);

const someChange = fc.record({ at: fc.nat(11), day: fc.nat(3), order: fc.option(someOrder) });

test("[D4] what it finds after any changes is what a look at every order finds, in the same order", () => {
  fc.assert(
    fc.property(
      fc.array(someChange, { maxLength: 30 }),
      fc.constantFrom(...queries),
      fc.constantFrom(undefined, "draft" as const, "placed" as const),
      fc.integer({ min: 1, max: 6 }),
      (changes, text, status, limit) => {
        const index = makeOrderIndex();
        const orders = new Map<string, ListedOrder>();
        const wanted = { text, limit, ...(status === undefined ? {} : { status }) };
        for (const { at, day, order } of changes) {
          const key = `order/${at}`;
          if (order === null) {
            index.drop(key);
            orders.delete(key);
          } else {
            const listed = { key, sort: `o/${day}/${at}`, order };
            index.put(key, listed.sort, order);
            orders.set(key, listed);
          }
          // Between any two changes, as somebody types while others work.
          expect(index.find(wanted).keys).toEqual(searchAll([...orders.values()], wanted));
          const own = { customerId: uuid(2), limit };
          expect(index.find(own).keys).toEqual(ordersOf([...orders.values()], own));
        }
        for (const { key, sort, order } of orders.values()) expect(index.put(key, sort, order)).toBe("same");
        expect(index.size().orders).toBe(orders.size);
        for (const key of orders.keys()) index.drop(key);
        expect(index.size()).toEqual({ orders: 0, texts: 0 });
      },
    ),
    { numRuns: 300 },
  );
});

test("a text stays as long as somebody uses it, is made ready once, and then its place is another's", () => {
  const made: string[] = [];
  const texts = makeVocabulary((text) => {
    made.push(text);
    return text.toUpperCase();
  });
  const tea = texts.take("tea");
  expect([texts.take("tea"), texts.textOf(tea), texts.made[tea]]).toEqual([tea, "tea", "TEA"]);
  texts.giveBack(tea);
  expect(texts.size()).toBe(1);
  texts.giveBack(tea);
  expect([texts.size(), texts.made[tea]]).toEqual([0, undefined]);
  expect([texts.take("soap"), texts.size(), made]).toEqual([tea, 1, ["tea", "soap"]]);
  expect(() => texts.giveBack(tea + 1)).toThrow("expected a text in use");
});
