import type { OrderHeader } from "./order-events.ts";
import type { StandingLine } from "./order-line.ts";

/** This order has no events yet. */
export interface NoOrder {
  readonly status: "none";
}

/** What every existing order has. `number` is null for an imported one, which goes by `externalRef`. */
export interface OrderContent extends OrderHeader {
  readonly number: string | null;
  /** Numbers that it had before and that may be on paper. */
  readonly formerNumbers: readonly string[];
  readonly externalRef: string | null;
  /** Imported history: ignored by stock and other services. */
  readonly historical: boolean;
  /** Imported, and nothing has happened to it here since: another import may replace it. */
  readonly asImported: boolean;
  readonly lines: readonly StandingLine[];
  readonly removedLineIds: readonly string[];
  /** When it was begun and last touched; ISO 8601 UTC, corrected by the devices' clock offsets. */
  readonly startedAt: string;
  readonly changedAt: string;
}

export interface DraftOrder extends OrderContent {
  readonly status: "draft";
}
export interface PlacedOrder extends OrderContent {
  readonly status: "placed";
  readonly placedAt: string;
}
export interface ShippedOrder extends OrderContent {
  readonly status: "shipped";
  readonly placedAt: string;
  readonly shippedOn: string;
}
export interface CancelledOrder extends OrderContent {
  readonly status: "cancelled";
  readonly cancelledAt: string;
  readonly cancelNote: string;
}

export type ExistingOrder = DraftOrder | PlacedOrder | ShippedOrder | CancelledOrder;
export type OrderState = NoOrder | ExistingOrder;
export type OrderStatus = OrderState["status"];

/** An order before its first event. */
export const noOrder: NoOrder = { status: "none" };

/** Whether lines and details may still change: until it ships or is cancelled. */
export function isOpen(order: OrderState): order is DraftOrder | PlacedOrder {
  return order.status === "draft" || order.status === "placed";
}
