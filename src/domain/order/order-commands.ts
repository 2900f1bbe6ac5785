import type { CommandOf } from "../event.ts";
import type { Change, Changes } from "../field-changes.ts";
import type { BasisPoints } from "../money.ts";
import type { ImportedOrder, OrderDetails, OrderHeader } from "./order-events.ts";
import type { OrderLine } from "./order-line.ts";

/**
 * Begins an order; its number is taken in the same transaction, and stays unless another order turns out to have it.
 */
export type StartOrder = CommandOf<"start-order", OrderHeader & { readonly number: string }>;
export type AddLine = CommandOf<"add-line", OrderLine>;
/** Adds to a line's quantity (`by` may be negative): two people's additions are both kept. */
export type AddQuantity = CommandOf<"add-quantity", { readonly lineId: string; readonly by: number }>;
/** Sets a line's quantity from the one that the person saw. */
export type SetQuantity = CommandOf<"set-quantity", { readonly lineId: string } & Change<number>>;
export type SetLineDiscount = CommandOf<
  "set-line-discount",
  { readonly lineId: string } & Change<BasisPoints>
>;
export type SetLineNote = CommandOf<"set-line-note", { readonly lineId: string } & Change<string>>;
export type RemoveLine = CommandOf<"remove-line", { readonly lineId: string }>;
/** Replaces a line by one of another product: the line goes and `line` comes, both or neither. */
export type SubstituteLine = CommandOf<
  "substitute-line",
  { readonly lineId: string; readonly line: OrderLine }
>;
/** Keeps waiting for `quantity` of a line that is short. */
export type BackOrderLine = CommandOf<
  "back-order-line",
  { readonly lineId: string; readonly quantity: number }
>;
export type ChangeOrderDetails = CommandOf<
  "change-order-details",
  { readonly changes: Changes<OrderDetails> }
>;
export type PlaceOrder = CommandOf<"place-order", Readonly<Record<never, never>>>;
export type ShipOrder = CommandOf<"ship-order", { readonly shippedOn: string }>;
export type CancelOrder = CommandOf<"cancel-order", { readonly note: string }>;
export type RenumberOrder = CommandOf<"renumber-order", Change<string>>;
export type ImportOrder = CommandOf<"import-order", Omit<ImportedOrder, "totals">>;

/** What people can want of an order. */
export type OrderCommand =
  | StartOrder
  | AddLine
  | AddQuantity
  | SetQuantity
  | SetLineDiscount
  | SetLineNote
  | RemoveLine
  | SubstituteLine
  | BackOrderLine
  | ChangeOrderDetails
  | PlaceOrder
  | ShipOrder
  | CancelOrder
  | RenumberOrder
  | ImportOrder;
