import type { BasisPoints, PartsPerMillion } from "./money.ts";
import type { Totals } from "./totals.ts";

/** What said its tax in basis points, as it was first written: a line, a product, a tax's share of an order. */
export interface TaxInBps {
  readonly taxBps: BasisPoints;
}

/** The same in parts per million. All else that it has, known here or not, is kept. */
type InPpm<Thing extends TaxInBps> = Omit<Thing, "taxBps"> & { readonly taxPpm: PartsPerMillion };

/** The totals of an order whose rates are in basis points. */
export type TotalsInBps = Omit<Totals, "taxes"> & {
  readonly taxes: readonly (Omit<Totals["taxes"][number], "taxPpm"> & TaxInBps)[];
};

/** A rate that was written in basis points. Nothing is rounded: a hundred parts per million are one basis point. */
export function ppmOfBps(bps: BasisPoints): PartsPerMillion {
  return bps * 100;
}

/** The thing with its rate in parts per million. */
export function liftTax<Thing extends TaxInBps>({ taxBps, ...rest }: Thing): InPpm<Thing> {
  return { ...rest, taxPpm: ppmOfBps(taxBps) };
}
