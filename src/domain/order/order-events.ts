import type { Address } from "../address.ts";
import type { EventOf } from "../event.ts";
import type { Change, Changes } from "../field-changes.ts";
import type { BasisPoints, Minor } from "../money.ts";
import type { TaxMode, Totals } from "../totals.ts";
import type { OrderLine } from "./order-line.ts";

/** Who an order is for, as captured: the name stays on the order when the customer's record changes. */
export interface OrderCustomer {
  readonly id: string;
  readonly code: string;
  readonly name: string;
}

/** The parts of an order that are edited as fields, each merging on its own. Dates are `YYYY-MM-DD`. */
export interface OrderDetails {
  readonly customer: OrderCustomer | null;
  readonly shipTo: Address | null;
  readonly discountBps: BasisPoints;
  readonly freightMinor: Minor;
  /** The customer's own reference, such as a purchase order number. */
  readonly reference: string;
  readonly note: string;
  readonly orderedOn: string;
  readonly wantedOn: string | null;
}

/** The names of the fields above. */
export const orderDetailFields = [
  "customer",
  "shipTo",
  "discountBps",
  "freightMinor",
  "reference",
  "note",
  "orderedOn",
  "wantedOn",
] as const satisfies readonly (keyof OrderDetails)[];

/** What every order has from its first moment. `currency` is ISO 4217. */
export interface OrderHeader extends OrderDetails {
  readonly currency: string;
  readonly taxMode: TaxMode;
}

export type OrderDrafted = EventOf<"order-drafted", 1, OrderHeader & { readonly number: string }>;
export type LineAdded = EventOf<"line-added", 2, OrderLine>;
export type LineQuantityChanged = EventOf<"line-quantity-changed", 1, Change<number> & LineRef>;
export type LineDiscountChanged = EventOf<"line-discount-changed", 1, Change<BasisPoints> & LineRef>;
export type LineNoteChanged = EventOf<"line-note-changed", 1, Change<string> & LineRef>;
export type LineRemoved = EventOf<"line-removed", 1, LineRef>;
/** The customer waits for `quantity` of a line that is short: the order stays as it is, and nobody is asked again. */
export type LineBackOrdered = EventOf<"line-back-ordered", 1, LineRef & { readonly quantity: number }>;
export type OrderDetailsChanged = EventOf<
  "order-details-changed",
  1,
  { readonly changes: Changes<OrderDetails> }
>;

/** Carries the whole order (event-carried state transfer): a reader needs no other event to act on it. */
export type OrderPlaced = EventOf<"order-placed", 3, WholeOrder>;

export type OrderShipped = EventOf<"order-shipped", 1, { readonly shippedOn: string }>;
/** `note` is what somebody wrote about why; a `reason` is a code everywhere else, and this is none. */
export type OrderCancelled = EventOf<"order-cancelled", 2, { readonly note: string }>;
/**
 * The number turned out to be taken by another order; the printed one can still be searched for. Where the order was
 * begun under the new number already, since no server could take the printed one, this notes it.
 */
export type OrderRenumbered = EventOf<"order-renumbered", 1, Change<string>>;

/**
 * An order that was taken elsewhere, whole, as history. `externalRef` is its number there. A later import of the
 * same order replaces it while nobody has touched it here.
 */
export type OrderImported = EventOf<"order-imported", 2, ImportedOrder>;

/** The whole order at its placing. `totals` are those told to the customer. */
export interface WholeOrder extends OrderHeader {
  readonly number: string;
  readonly lines: readonly OrderLine[];
  readonly totals: Totals;
}

/** A historical order. `shippedOn` is null while it is still open. */
export interface ImportedOrder extends OrderHeader {
  readonly externalRef: string;
  readonly lines: readonly OrderLine[];
  readonly totals: Totals;
  readonly shippedOn: string | null;
}

interface LineRef {
  readonly lineId: string;
}

/** Every event of an order in its newest shape: what `decide` yields and `evolve` reads. */
export type OrderEvent =
  | OrderDrafted
  | LineAdded
  | LineQuantityChanged
  | LineDiscountChanged
  | LineNoteChanged
  | LineRemoved
  | LineBackOrdered
  | OrderDetailsChanged
  | OrderPlaced
  | OrderShipped
  | OrderCancelled
  | OrderRenumbered
  | OrderImported;
