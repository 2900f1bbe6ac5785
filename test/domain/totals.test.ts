import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { liftTax } from "../../src/domain/tax-in-bps.ts";
import { lineTotal, type PricedOrder, type TaxMode, totals } from "../../src/domain/totals.ts";

/** A rational number of minor units: the calculator below rounds only where the rule says so. */
const halfUp = (numerator: bigint, denominator: bigint): bigint =>
  (2n * numerator + denominator) / (2n * denominator);

/** The same rule, written a second time, on whole numbers without bound: nothing is shared with `totals`. */
function independently(order: PricedOrder, whole = 1_000_000n) {
  const bigs = order.lines.map((line) => ({
    tax: order.taxMode === "none" ? 0n : BigInt(line.taxPpm),
    amount: halfUp(
      BigInt(line.quantity) * BigInt(line.unitPriceMinor) * (10_000n - BigInt(line.discountBps)),
      10_000n,
    ),
  }));
  let [discount, taxes, total] = [0n, 0n, BigInt(order.freightMinor)];
  for (const tax of new Set(bigs.map((line) => line.tax))) {
    const amount = bigs.filter((line) => line.tax === tax).reduce((all, line) => all + line.amount, 0n);
    const off = halfUp(amount * BigInt(order.discountBps), 10_000n);
    const net = amount - off;
    const charged = order.taxMode === "inclusive" ? halfUp(net * tax, whole + tax) : halfUp(net * tax, whole);
    discount += off;
    taxes += charged;
    total += net + (order.taxMode === "exclusive" ? charged : 0n);
  }
  return { discountMinor: discount, taxMinor: taxes, totalMinor: total };
}

const order = (more: Partial<PricedOrder>): PricedOrder => ({
  lines: [],
  taxMode: "none",
  discountBps: 0,
  freightMinor: 0,
  ...more,
});
const line = (quantity: number, unitPriceMinor: number, discountBps = 0, taxPpm = 0) => ({
  quantity,
  unitPriceMinor,
  discountBps,
  taxPpm,
});

const anyOrder: fc.Arbitrary<PricedOrder> = fc.record({
  lines: fc.array(
    fc.record({
      quantity: fc.integer({ min: 1, max: 1_000_000 }),
      unitPriceMinor: fc.oneof(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 1_000_000 })),
      discountBps: fc.oneof(fc.constantFrom(0, 500, 1500, 10_000), fc.integer({ min: 0, max: 10_000 })),
      taxPpm: fc.oneof(
        fc.constantFrom(0, 70_000, 88_750, 190_000, 10_000_000),
        fc.integer({ min: 0, max: 10_000_000 }),
      ),
    }),
    { maxLength: 12 },
  ),
  taxMode: fc.constantFrom<TaxMode>("inclusive", "exclusive", "none"),
  discountBps: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000 })),
  freightMinor: fc.integer({ min: 0, max: 100_000 }),
});

describe("totals", () => {
  test("they equal those of an independent calculator, to the minor unit", () => {
    fc.assert(
      fc.property(anyOrder, (priced) => {
        const found = totals(priced);
        const { discountMinor, taxMinor, totalMinor } = found;
        expect({
          discountMinor: BigInt(discountMinor),
          taxMinor: BigInt(taxMinor),
          totalMinor: BigInt(totalMinor),
        }).toEqual(independently(priced));
      }),
      { seed: 20260105, numRuns: 3000 },
    );
  });

  test("their parts add up to what is paid, and each rate's base and tax to its share", () => {
    fc.assert(
      fc.property(anyOrder, (priced) => {
        const { linesMinor, discountMinor, taxes, taxMinor, freightMinor, totalMinor } = totals(priced);
        const added = priced.taxMode === "exclusive" ? taxMinor : 0;
        expect(linesMinor - discountMinor + added + freightMinor).toBe(totalMinor);
        expect(taxes.reduce((all, rate) => all + rate.taxMinor, 0)).toBe(taxMinor);
        expect(totalMinor).toBeGreaterThanOrEqual(freightMinor);
      }),
      { seed: 20260105, numRuns: 1000 },
    );
  });

  test("a line is rounded half up after its discount", () => {
    expect(lineTotal(line(1, 5, 5000))).toBe(3);
    expect(lineTotal(line(15, 210, 1500))).toBe(2678);
    expect(lineTotal(line(1, 999, 10_000))).toBe(0);
  });

  test("lines are rounded before they are summed", () => {
    expect(totals(order({ lines: [line(1, 5, 5000), line(1, 5, 5000)] })).totalMinor).toBe(6);
  });

  test("without tax no tax is told", () => {
    expect(totals(order({ lines: [line(2, 350, 0, 190_000)], freightMinor: 50 }))).toEqual({
      version: 1,
      linesMinor: 700,
      discountMinor: 0,
      taxes: [],
      taxMinor: 0,
      freightMinor: 50,
      totalMinor: 750,
    });
  });

  test("tax is charged once per rate, on top or contained", () => {
    const lines = [line(1, 5, 0, 100_000), line(1, 5, 0, 100_000), line(1, 100, 0, 70_000)];
    expect(totals(order({ lines, taxMode: "exclusive" }))).toMatchObject({
      taxes: [
        { taxPpm: 70_000, baseMinor: 100, taxMinor: 7 },
        { taxPpm: 100_000, baseMinor: 10, taxMinor: 1 },
      ],
      totalMinor: 118,
    });
    expect(totals(order({ lines: [line(1, 119, 0, 190_000)], taxMode: "inclusive" }))).toMatchObject({
      taxes: [{ taxPpm: 190_000, baseMinor: 100, taxMinor: 19 }],
      totalMinor: 119,
    });
  });

  test("an order that was taken when rates were in basis points comes to the same, to the minor unit", () => {
    const inBps = anyOrder.map((priced) => ({
      ...priced,
      lines: priced.lines.map((one) => ({ ...one, taxPpm: Math.floor(one.taxPpm / 100) })),
    }));
    fc.assert(
      fc.property(inBps, (old) => {
        const lines = old.lines.map(({ taxPpm: taxBps, ...one }) => liftTax({ ...one, taxBps }));
        const { discountMinor, taxMinor, totalMinor } = totals({ ...old, lines });
        expect({
          discountMinor: BigInt(discountMinor),
          taxMinor: BigInt(taxMinor),
          totalMinor: BigInt(totalMinor),
        }).toEqual(independently(old, 10_000n));
      }),
      { seed: 20260105, numRuns: 3000 },
    );
  });

  test("a rate that basis points cannot say is charged exactly, rounded half up once: 8.875 % of New York", () => {
    const ny = (unitPriceMinor: number, taxMode: TaxMode) =>
      totals(order({ lines: [line(1, unitPriceMinor, 0, 88_750)], taxMode })).taxMinor;
    // 8.875 on 100.00; 0.71 on 8.00 exactly; 0.35500 on 4.00 is half a cent, which is rounded up.
    expect([ny(10_000, "exclusive"), ny(800, "exclusive"), ny(400, "exclusive")]).toEqual([888, 71, 36]);
    expect(ny(10_888, "inclusive")).toBe(888);
  });

  test("the order's discount is taken once per rate, before its tax; freight bears none", () => {
    const priced = order({
      lines: [line(1, 105, 0, 100_000)],
      taxMode: "exclusive",
      discountBps: 1000,
      freightMinor: 30,
    });
    expect(totals(priced)).toMatchObject({ discountMinor: 11, taxMinor: 9, totalMinor: 105 - 11 + 9 + 30 });
  });

  test("[L16] an amount beyond 2^53 - 1 throws", () => {
    expect(() => totals(order({ lines: [line(1_000_000, 10_000_000_000_000)] }))).toThrow(RangeError);
    const dear = line(1, 9_000_000_000_000_000);
    expect(() => totals(order({ lines: [dear, dear] }))).toThrow(RangeError);
    expect(() => totals(order({ lines: [{ ...dear, taxPpm: 190_000 }], taxMode: "exclusive" }))).toThrow(
      RangeError,
    );
  });
});
