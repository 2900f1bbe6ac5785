import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { multiplyDivide, sum } from "../../src/domain/money.ts";

const max = Number.MAX_SAFE_INTEGER;

/** `a * b / divisor` rounded half up, by whole numbers without bound; divisor > 0. */
function exactly(a: number, b: number, divisor: number): bigint {
  const [twice, double] = [2n * BigInt(a) * BigInt(b) + BigInt(divisor), 2n * BigInt(divisor)];
  const rest = ((twice % double) + double) % double;
  return (twice - rest) / double;
}

describe("amounts", () => {
  test("half a cent is rounded up", () => {
    expect(multiplyDivide(1, 5000, 10_000)).toBe(1);
    expect(multiplyDivide(1, 4999, 10_000)).toBe(0);
    expect(multiplyDivide(-1, 1, 2)).toBe(0);
    expect(multiplyDivide(-3, 1, 2)).toBe(-1);
  });

  test("every product and quotient is the exact one, or it throws", () => {
    const factor = fc.oneof(
      fc.integer({ min: -20_000, max: 20_000 }),
      fc.integer({ min: -max, max }),
      fc.constantFrom(0, 1, -1, max, -max, 2 ** 26, 2 ** 26 + 1, 2 ** 52 - 1, 94906266),
    );
    const divisor = fc.oneof(
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 1, max }),
      fc.constantFrom(1, 2, 10_000, max),
    );
    let computed = 0;
    fc.assert(
      fc.property(factor, factor, divisor, (a, b, d) => {
        const expected = exactly(a, b, d);
        const fits = expected <= BigInt(max) && expected >= -BigInt(max);
        if (!fits) {
          expect(() => multiplyDivide(a, b, d)).toThrow(RangeError);
          return;
        }
        computed += 1;
        expect(BigInt(multiplyDivide(a, b, d))).toBe(expected);
      }),
      { seed: 20260105, numRuns: 20_000 },
    );
    expect(computed).toBeGreaterThan(5000);
  });

  test("an amount is never silently wrong", () => {
    expect(() => multiplyDivide(0.5, 1, 1)).toThrow(RangeError);
    expect(() => multiplyDivide(1, Number.NaN, 1)).toThrow(RangeError);
    expect(() => multiplyDivide(1, 1, 0)).toThrow(RangeError);
    expect(() => multiplyDivide(2 ** 53, 1, 1)).toThrow(RangeError);
    expect(() => sum([max, 1])).toThrow(RangeError);
    expect(sum([])).toBe(0);
    expect(sum([max, -1, 1])).toBe(max);
  });
});
