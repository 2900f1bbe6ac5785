import { quantityMax } from "../../domain/order/order-limits.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { allowedQuantity } from "./allowed-quantity.ts";

/** What a quantity is compared with. */
export interface QuantityFacts {
  /** How the product is sold; undefined where it is no longer in the catalogue: then in ones, from one. */
  readonly product: Pick<KnownProduct, "minQuantity" | "stepQuantity"> | undefined;
  /** What the line has now; 0 before there is one. */
  readonly current: number;
  /** The quantities of all lines of the order. */
  readonly ordered: readonly number[];
  /** What is there of it; undefined where nobody has counted. */
  readonly onHand: number | undefined;
}

/** Why a quantity is asked about once. */
export type FarFrom =
  | { readonly from: "usual"; readonly usual: number }
  | { readonly from: "stock"; readonly onHand: number };

/** What becomes of the quantity that was asked for. */
export type QuantityDecision =
  | {
      readonly is: "allowed";
      readonly quantity: number;
      /** More than was asked for, since the product is sold from a minimum in steps: to be told. */
      readonly raised: boolean;
      /** Far from what is usual: asked once, before it is saved. */
      readonly far: FarFrom | undefined;
    }
  | { readonly is: "out-of-range" };

/** How many of a product are usual where nothing says more. */
const usualMin = 10;
const usualTimesMax = 10;
const stockTimesMax = 5;
/** A number of seven figures is a barcode or a slip far more often than a quantity. */
const figuresMin = 1_000_000;

/**
 * Decides on a quantity, whichever way it came: typed, tapped, scanned, stepped or repeated. The product's minimum and
 * steps hold in all of them. What was agreed to is on the line then and counts as usual: nobody is asked twice.
 */
export function decideQuantity(wished: number, facts: QuantityFacts): QuantityDecision {
  if (!Number.isSafeInteger(wished) || wished < 1) return { is: "out-of-range" };
  const quantity = facts.product === undefined ? wished : allowedQuantity(facts.product, wished);
  if (quantity > quantityMax) return { is: "out-of-range" };
  return { is: "allowed", quantity, raised: quantity !== wished, far: farFrom(quantity, facts) };
}

function farFrom(
  quantity: number,
  { product, current, ordered, onHand }: QuantityFacts,
): FarFrom | undefined {
  const sold = [product?.minQuantity ?? 1, product?.stepQuantity ?? 1];
  const usual = Math.max(usualMin, current, ...sold, ...ordered);
  if (quantity > usual * usualTimesMax || quantity >= figuresMin) return { from: "usual", usual };
  // What is out of stock is ordered all the time: none on hand says nothing about how many are meant. One step is
  // never far, nor what follows after somebody has agreed to more than there is.
  const counts = onHand !== undefined && onHand > 0 && quantity > Math.max(...sold);
  const passes = counts && quantity > onHand * stockTimesMax && current <= onHand * stockTimesMax;
  return passes ? { from: "stock", onHand } : undefined;
}
