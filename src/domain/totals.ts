import {
  type BasisPoints,
  basisPointsWhole,
  type Minor,
  multiplyDivide,
  type PartsPerMillion,
  partsPerMillionWhole,
  sum,
} from "./money.ts";

/** Whether prices contain their tax (`inclusive`), are without it (`exclusive`), or no tax is charged (`none`). */
export type TaxMode = "inclusive" | "exclusive" | "none";

/** What `totals` needs of a line. `quantity` is a whole number of the line's unit. */
export interface PricedLine {
  readonly quantity: number;
  readonly unitPriceMinor: Minor;
  readonly discountBps: BasisPoints;
  readonly taxPpm: PartsPerMillion;
}

/** What `totals` needs of an order. */
export interface PricedOrder {
  readonly lines: readonly PricedLine[];
  readonly taxMode: TaxMode;
  readonly discountBps: BasisPoints;
  readonly freightMinor: Minor;
}

/** One tax rate's share: `baseMinor` is without the tax, also where prices contain it. */
export interface TaxTotal {
  readonly taxPpm: PartsPerMillion;
  readonly baseMinor: Minor;
  readonly taxMinor: Minor;
}

/**
 * All amounts of an order, in minor units of its currency. `version` names the calculator, so that an amount once
 * told to a customer can always be explained. `totalMinor` is what the customer pays.
 */
export interface Totals {
  readonly version: 1;
  readonly linesMinor: Minor;
  readonly discountMinor: Minor;
  readonly taxes: readonly TaxTotal[];
  readonly taxMinor: Minor;
  readonly freightMinor: Minor;
  readonly totalMinor: Minor;
}

/** The version of the calculator below. */
const totalsVersion = 1;

/**
 * The only calculator of amounts, used by device, server and print. Rounding is half up to the minor unit, in
 * this order and nowhere else: each line after its discount; the order's discount, once per tax rate, on the sum
 * of that rate's lines; the tax, once per rate. Freight is added as entered: it bears no tax of its own.
 * @throws RangeError when an amount is beyond 2^53 - 1.
 */
export function totals(order: PricedOrder): Totals {
  const lineAmounts = order.lines.map((line) => ({ taxPpm: taxOf(order, line), minor: lineTotal(line) }));
  const rates = [...new Set(lineAmounts.map((line) => line.taxPpm))].sort((a, b) => a - b);
  const shares = rates.map((taxPpm) => {
    const gross = sum(lineAmounts.filter((line) => line.taxPpm === taxPpm).map((line) => line.minor));
    const discountMinor = multiplyDivide(gross, order.discountBps, basisPointsWhole);
    return { discountMinor, ...taxed(order.taxMode, taxPpm, gross - discountMinor) };
  });
  const linesMinor = sum(lineAmounts.map((line) => line.minor));
  const discountMinor = sum(shares.map((share) => share.discountMinor));
  const taxMinor = sum(shares.map((share) => share.taxMinor));
  const addedTax = order.taxMode === "exclusive" ? taxMinor : 0;
  return {
    version: totalsVersion,
    linesMinor,
    discountMinor,
    taxes: shares
      .filter((share) => share.taxPpm > 0)
      .map(({ taxPpm, baseMinor, taxMinor }) => ({ taxPpm, baseMinor, taxMinor })),
    taxMinor,
    freightMinor: order.freightMinor,
    totalMinor: sum([linesMinor, -discountMinor, addedTax, order.freightMinor]),
  };
}

/** One line's amount after its discount, rounded half up to the minor unit. */
export function lineTotal(line: PricedLine): Minor {
  const grossMinor = multiplyDivide(line.quantity, line.unitPriceMinor, 1);
  return multiplyDivide(grossMinor, basisPointsWhole - line.discountBps, basisPointsWhole);
}

function taxOf(order: PricedOrder, line: PricedLine): PartsPerMillion {
  return order.taxMode === "none" ? 0 : line.taxPpm;
}

function taxed(mode: TaxMode, taxPpm: PartsPerMillion, amount: Minor): TaxTotal {
  if (mode === "inclusive") {
    const taxMinor = multiplyDivide(amount, taxPpm, partsPerMillionWhole + taxPpm);
    return { taxPpm, baseMinor: amount - taxMinor, taxMinor };
  }
  return { taxPpm, baseMinor: amount, taxMinor: multiplyDivide(amount, taxPpm, partsPerMillionWhole) };
}
