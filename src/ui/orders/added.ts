import type { FarFrom } from "./decide-quantity.ts";

/** What an addition or a change came to: the line, how many came onto it, and its quantity now. */
export interface Added {
  readonly lineId: string;
  readonly name: string;
  /** Negative where some were taken off. */
  readonly by: number;
  readonly quantity: number;
  /** A line of its own; else one that was there has another quantity now. */
  readonly isNew: boolean;
  /** More than was asked, because of the product's steps. */
  readonly raised: boolean;
}

/**
 * Why nothing was added: no such line, a quantity that no line may have, a person who said that they did not mean it,
 * or a command that was not saved, which was told already.
 */
export type NotAdded = "no-line" | "out-of-range" | "not-meant" | "not-saved";

/** A quantity far from what is usual, before it is saved. */
export interface FarQuantity {
  readonly name: string;
  readonly quantity: number;
  readonly far: FarFrom;
}
