/**
 * Money is an integer number of minor units (cents) of the order's currency. Every amount that Docket computes
 * stays within 2^53 - 1, or computing throws: an amount is never silently wrong.
 */
export type Minor = number;

/** Basis points: hundredths of a percent, 0..10000, for discounts. 250 is 2.5 %. */
export type BasisPoints = number;

/** A whole in basis points. */
export const basisPointsWhole = 10_000;

/**
 * Parts per million: ten-thousandths of a percent, 0..10000000, for taxes. 190000 is 19 %, 88750 is the 8.875 % of New
 * York, which basis points cannot say.
 */
export type PartsPerMillion = number;

/** A whole in parts per million. */
export const partsPerMillionWhole = 1_000_000;

/**
 * `a * b / divisor`, exactly, rounded half up (towards positive infinity at .5; all our factors are >= 0, so this
 * is the commercial rounding of a price). The product may be beyond 2^53, the result may not.
 * @throws RangeError when a factor is no safe integer, or the result is beyond 2^53 - 1.
 */
export function multiplyDivide(a: number, b: number, divisor: number): number {
  if (
    !Number.isSafeInteger(a) ||
    !Number.isSafeInteger(b) ||
    !Number.isSafeInteger(divisor) ||
    divisor <= 0
  ) {
    throw new RangeError(`expected safe integers and a positive divisor, found ${a} * ${b} / ${divisor}`);
  }
  const product = a * b;
  if (Number.isSafeInteger(2 * product + divisor)) return Math.floor((2 * product + divisor) / (2 * divisor));
  const twice = 2n * BigInt(a) * BigInt(b) + BigInt(divisor);
  return mustBeSafe(Number(floorDivide(twice, 2n * BigInt(divisor))));
}

/**
 * The sum of amounts.
 * @throws RangeError when it is beyond 2^53 - 1.
 */
export function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => mustBeSafe(total + amount), 0);
}

function mustBeSafe(value: number): number {
  if (!Number.isSafeInteger(value))
    throw new RangeError(`expected an amount within 2^53 - 1, found ${value}`);
  return value;
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n ? quotient - 1n : quotient;
}
