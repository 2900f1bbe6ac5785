import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { type DeviceDatabase, openDatabase } from "../../../src/device/storage/database.ts";
import { addSums, readSums } from "../../../src/device/streams/sum-rows.ts";
import { addTo, ordersPrefix, promisedPrefix, salesPrefix } from "../../../src/device/streams/sums.ts";
import { freshStorage } from "../support/a-device.ts";

const opened: DeviceDatabase[] = [];
afterEach(() => {
  for (const db of opened.splice(0)) db.close();
});

function aDatabase(): DeviceDatabase {
  const db = openDatabase("docket-sums", freshStorage());
  opened.push(db);
  return db;
}

const sku = fc.constantFrom("TEA-1", "__proto__", "constructor", "10", "9", "%C3%A9", ...skus(40));
const anySum = fc.oneof(
  sku.map((id) => promisedPrefix + id),
  fc
    .tuple(
      fc.constantFrom("2025-12-31", "2026-01-01", "2026-01-05", "2026-02-01"),
      fc.constantFrom("EUR", "USD"),
    )
    .map(([day, currency]) => `${salesPrefix}${day} ${currency}`),
  fc.constantFrom("draft", "placed", "shipped", "cancelled").map((status) => ordersPrefix + status),
);
const amount = fc.integer({ min: -3, max: 3 });
const deltas = fc
  .array(fc.tuple(anySum, amount, amount), { maxLength: 30 })
  .map(
    (some) => new Map(some.map(([key, one, two]) => [key, key.startsWith(salesPrefix) ? [one, two] : [one]])),
  );

function skus(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `SKU-${index}`);
}

describe("[L9] sums in rows that they share", () => {
  test("come to the same whatever the steps in which they were moved, row for row", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deltas, { maxLength: 6 }), async (steps) => {
        const [moved, atOnce] = [aDatabase(), aDatabase()];
        const all = new Map<string, number[]>();
        for (const step of steps) {
          await addSums(moved, 1, step);
          addTo(all, step, 1);
        }
        await addSums(atOnce, 1, all);
        expect(await moved.sums.toArray()).toEqual(await atOnce.sums.toArray());
        const found = new Map<string, readonly number[]>();
        for (const prefix of [promisedPrefix, salesPrefix, ordersPrefix])
          for (const [id, amounts] of await readSums(moved, 1, prefix)) found.set(prefix + id, amounts);
        expect(found).toEqual(new Map([...all].filter(([, amounts]) => amounts.some((one) => one !== 0))));
        await addSums(moved, 1, new Map([...all].map(([key, amounts]) => [key, amounts.map((one) => -one)])));
        expect(await moved.sums.count()).toBe(0);
      }),
      { seed: 20260105, numRuns: 60 },
    );
  });

  test("lie in rows that are pinned: what is on disk is found by them", async () => {
    const db = aDatabase();
    const sums = [`${promisedPrefix}TEA-1`, `${promisedPrefix}%C3%A9`, `${salesPrefix}2026-01-05 EUR`];
    await addSums(db, 3, new Map([...sums, `${ordersPrefix}draft`].map((key) => [key, [2]])));
    expect(await db.sums.toArray()).toEqual([
      { key: "3/orders/", sums: [["draft", 2]] },
      { key: "3/promised/27", sums: [["%C3%A9", 2]] },
      { key: "3/promised/39", sums: [["TEA-1", 2]] },
      { key: "3/sales/2026-01", sums: [["2026-01-05 EUR", 2]] },
    ]);
  });

  test("of a few months are read without the others", async () => {
    const db = aDatabase();
    const days = ["2025-12-31", "2026-01-01", "2026-02-28", "2026-03-01"];
    await addSums(db, 1, new Map(days.map((day) => [`${salesPrefix}${day} EUR`, [1, 5]])));
    const some = await readSums(db, 1, salesPrefix, { from: "2026-01-15", to: "2026-02-02" });
    expect([...some.keys()]).toEqual(["2026-01-01 EUR", "2026-02-28 EUR"]);
  });

  test("of another generation are neither moved nor read", async () => {
    const db = aDatabase();
    const key = `${promisedPrefix}TEA-1`;
    await addSums(db, 1, new Map([[key, [1]]]));
    await addSums(db, 11, new Map([[key, [5]]]));
    expect((await readSums(db, 1, promisedPrefix)).get("TEA-1")).toEqual([1]);
    expect((await readSums(db, 11, promisedPrefix)).get("TEA-1")).toEqual([5]);
  });
});
