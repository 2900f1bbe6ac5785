import { type AllocationState, shortOf } from "../../domain/allocation/allocation.ts";
import type { KnownState } from "../../domain/kinds.ts";
import type { ExistingOrder } from "../../domain/order/order-state.ts";
import { idOf, kindOf } from "../../domain/stream-key.ts";

/** Counts up when the places in lists change: they are made again for every stream. */
export const listVersion = 2;

/** The group of what inventory says to orders that it has neither released nor booked out. */
export const openAllocationPrefix = "a/";
/** Those of them that are short. */
export const shortAllocationPrefix = "a/short/";

/** Where a stream stands in the lists; nothing for one that is in none. */
export interface ListKeys {
  readonly sort?: string;
  readonly group?: string;
}

/**
 * The places of a stream in its lists, as text that sorts by itself: orders by the day they were ordered on, then
 * by when they were begun; customers and products by name; what inventory says to orders by whether they are short.
 */
export function listKeys(stream: string, state: KnownState): ListKeys {
  if (state.status === "none") return {};
  const id = idOf(stream);
  switch (kindOf(stream)) {
    case "order":
      return orderKeys(id, state as ExistingOrder);
    case "customer":
      return "company" in state ? { sort: `c/${foldCase(state.company)}/${id}` } : {};
    case "product":
      return "category" in state ? { sort: `p/${foldCase(state.name)}/${id}` } : {};
    case "allocation":
      return allocationKeys(id, state as AllocationState);
    default:
      return {};
  }
}

/** Text as lists and searches compare it: without case and without accents. */
function foldCase(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}

function orderKeys(id: string, order: ExistingOrder): ListKeys {
  const place = `${order.orderedOn}/${order.startedAt}/${id}`;
  const sort = `o/${place}`;
  return order.status === "shipped" ? { sort } : { sort, group: `o/${order.status}/${place}` };
}

function allocationKeys(id: string, allocation: AllocationState): ListKeys {
  if (allocation.status !== "answered") return {};
  const isShort = allocation.lines.some((line) => shortOf(line) > 0);
  return { group: `${isShort ? shortAllocationPrefix : `${openAllocationPrefix}whole/`}${id}` };
}
