import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideQuantity, type QuantityFacts } from "../../../src/ui/orders/decide-quantity.ts";

const facts = (given: Partial<QuantityFacts> = {}): QuantityFacts => ({
  product: { minQuantity: 1, stepQuantity: 1 },
  current: 0,
  ordered: [],
  onHand: undefined,
  ...given,
});
const sixes = { product: { minQuantity: 6, stepQuantity: 6 } };
const decided = (wished: number, given: Partial<QuantityFacts> = {}) => {
  const said = decideQuantity(wished, facts(given));
  return said.is === "allowed" ? said.quantity : said.is;
};
const far = (wished: number, given: Partial<QuantityFacts> = {}) => {
  const said = decideQuantity(wished, facts(given));
  return said.is === "allowed" ? said.far?.from : said.is;
};

describe("[D1] a quantity, whichever way it came", () => {
  test("is one in which the product is sold, never less than was wished, and says when it was raised", () => {
    expect(decideQuantity(9, facts(sixes))).toMatchObject({ quantity: 12, raised: true });
    expect(decideQuantity(12, facts(sixes))).toMatchObject({ quantity: 12, raised: false });
    expect(decideQuantity(1, facts(sixes))).toMatchObject({ quantity: 6, raised: true });
    expect(decided(11, { ...sixes, current: 12 })).toBe(12);
  });
  test("none, less than none, a part or more than a line holds is refused, not made into something else", () => {
    for (const wished of [0, -3, 1.5, 1_000_001, Number.NaN]) expect(decided(wished)).toBe("out-of-range");
    expect(decided(0, sixes)).toBe("out-of-range");
    expect(decided(1_000_000, { product: { minQuantity: 7, stepQuantity: 7 } })).toBe("out-of-range");
  });
  test("of a product that left the catalogue goes in ones", () => {
    expect(decided(7, { product: undefined })).toBe(7);
  });
  test("is always sold so, and nothing else comes out, for any product and wish", () => {
    const steps = fc.record({
      minQuantity: fc.integer({ min: 1, max: 500 }),
      stepQuantity: fc.integer({ min: 1, max: 500 }),
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 900_000 }), (product, wished) => {
        const said = decideQuantity(wished, facts({ product }));
        if (said.is !== "allowed") throw new Error(`expected ${wished} to be allowed`);
        const over = said.quantity - product.minQuantity;
        expect(over).toBeGreaterThanOrEqual(0);
        expect(over % product.stepQuantity).toBe(0);
        expect(said.quantity).toBeGreaterThanOrEqual(wished);
        expect(said.quantity).toBeLessThan(Math.max(wished + product.stepQuantity, product.minQuantity + 1));
      }),
    );
  });
});

describe("[D1] a quantity far from the usual is asked about", () => {
  test("above ten times what is usual: of the product's steps, of this order's lines, of this line", () => {
    expect(far(100)).toBeUndefined();
    expect(far(101)).toBe("usual");
    expect(far(40_063)).toBe("usual");
    expect(far(240, { product: { minQuantity: 24, stepQuantity: 24 } })).toBeUndefined();
    expect(far(600, { ordered: [12, 60] })).toBeUndefined();
    expect(far(601, { ordered: [12, 60] })).toBe("usual");
  });
  test("above five times the stock, where there is some", () => {
    expect(far(40, { onHand: 8 })).toBeUndefined();
    expect(far(41, { onHand: 8 })).toBe("stock");
    expect(far(41, { onHand: 0 })).toBeUndefined();
    expect(far(41)).toBeUndefined();
    expect(far(24, { onHand: 2, product: { minQuantity: 24, stepQuantity: 24 } })).toBeUndefined();
  });
  test("once: what was agreed to is usual for that line, and less is never asked", () => {
    expect(far(500, { current: 450, ordered: [450] })).toBeUndefined();
    expect(far(46, { current: 45, onHand: 8 })).toBeUndefined();
    expect(far(300, { current: 400 })).toBeUndefined();
  });
  test("always with seven figures", () => {
    expect(far(1_000_000, { ordered: [900_000] })).toBe("usual");
  });
});
