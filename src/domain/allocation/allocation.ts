import type { Decision } from "../decision.ts";
import { already } from "../decision.ts";
import type { EventOf, Happened } from "../event.ts";

/**
 * What the warehouse's book says to one order, on `allocation/<order uuid>`. Written by inventory alone, which follows
 * the log: devices have no command for it.
 */
export interface AllocatedLine {
  readonly sku: string;
  /** What the order's lines of this SKU ask for together, in the product's unit. */
  readonly wanted: number;
  /** What is put aside for it: 0 <= reserved <= wanted; the rest is short. */
  readonly reserved: number;
  /** Where it is short: open orders that came first and have a part, the nearest before this one first. */
  readonly ahead: readonly OrderAhead[];
}

/** An order that came first. `quantity` is what it has of the SKU. */
export interface OrderAhead {
  readonly order: string;
  readonly number: string;
  readonly quantity: number;
}

/** What made inventory answer: the order itself, or what happened to the stock or to another order. */
export type AllocationCause = "placed" | "amended" | "received" | "counted" | "freed";

/** The whole answer as it is now. Products whose stock nobody counts are left out. */
export type StockAllocated = EventOf<
  "stock-allocated",
  1,
  { readonly cause: AllocationCause; readonly lines: readonly AllocatedLine[] }
>;
/** The order was cancelled: what was put aside is free again. */
export type StockReleased = EventOf<"stock-released", 1, { readonly lines: readonly StockMoved[] }>;
/** The order was shipped: what was put aside has left. */
export type StockIssued = EventOf<"stock-issued", 1, { readonly lines: readonly StockMoved[] }>;

export type AllocationEvent = StockAllocated | StockReleased | StockIssued;

/** A quantity of one SKU, in the product's unit. */
export interface StockMoved {
  readonly sku: string;
  readonly quantity: number;
}

/** Inventory has not answered this order yet. */
export interface NoAllocation {
  readonly status: "none";
}
/** `answeredAt` is when inventory said so. */
export interface AnsweredAllocation {
  readonly status: "answered";
  readonly cause: AllocationCause;
  readonly lines: readonly AllocatedLine[];
  readonly answeredAt: string;
}
export interface EndedAllocation {
  readonly status: "released" | "issued";
  readonly lines: readonly StockMoved[];
  readonly endedAt: string;
}
export type AllocationState = NoAllocation | AnsweredAllocation | EndedAllocation;

export type AllocationRejection =
  | { readonly reason: "allocation-ended"; readonly status: EndedAllocation["status"] }
  | { readonly reason: "reserved-too-much"; readonly sku: string };

/** An allocation before its first event. */
export const noAllocation: NoAllocation = { status: "none" };

/** There are no commands on an allocation: it follows from other streams. */
export function decideAllocation(
  _command: never,
  _allocation: AllocationState,
): Decision<AllocationEvent, AllocationRejection> {
  return already;
}

/** May this fact follow this state? */
export function acceptsAllocation(
  event: AllocationEvent,
  allocation: AllocationState,
): AllocationRejection | undefined {
  if (allocation.status === "released" || allocation.status === "issued")
    return { reason: "allocation-ended", status: allocation.status };
  if (event.type !== "stock-allocated") return undefined;
  const over = event.data.lines.find(({ wanted, reserved }) => reserved > wanted);
  return over === undefined ? undefined : { reason: "reserved-too-much", sku: over.sku };
}

/** The allocation after one more event. Never throws: an event that does not fit changes nothing. */
export function evolveAllocation(
  allocation: AllocationState,
  event: Happened<AllocationEvent>,
): AllocationState {
  if (allocation.status === "released" || allocation.status === "issued") return allocation;
  switch (event.type) {
    case "stock-allocated":
      return { status: "answered", ...event.data, answeredAt: event.at };
    case "stock-released":
      return { status: "released", lines: event.data.lines, endedAt: event.at };
    case "stock-issued":
      return { status: "issued", lines: event.data.lines, endedAt: event.at };
    default:
      return allocation;
  }
}

/** How much of an answered line is missing. */
export function shortOf({ wanted, reserved }: AllocatedLine): number {
  return wanted - reserved;
}
