import { type AllocationState, shortOf } from "../../domain/allocation/allocation.ts";
import type { KnownState, States } from "../../domain/kinds.ts";
import { stateAs } from "../../domain/state-as.ts";
import { idOf, kindOf } from "../../domain/stream-key.ts";

/** Increases by one when the sort keys change: they are made again for every stream. */
export const listVersion = 2;

/** The group of what inventory says to orders that it has neither released nor booked out. */
export const openAllocationPrefix = "a/";
/** Those of them that are short. */
export const shortAllocationPrefix = "a/short/";

/** Where a stream is in the lists; nothing for one that is in none. */
export interface ListKeys {
  readonly sort?: string;
  readonly group?: string;
}

/**
 * The sort keys of a stream in its lists, as text that sorts correctly as it is: orders by the day they were ordered
 * on, then by when they were begun; customers and products by name; what inventory says to orders by whether they are
 * short.
 */
export function listKeys(stream: string, state: KnownState): ListKeys {
  if (state.status === "none") return {};
  const id = idOf(stream);
  switch (kindOf(stream)) {
    case "order":
      return orderKeys(id, stateAs("order", stream, state));
    case "customer":
      return customerKeys(id, stateAs("customer", stream, state));
    case "product":
      return productKeys(id, stateAs("product", stream, state));
    case "allocation":
      return allocationKeys(id, stateAs("allocation", stream, state));
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

function customerKeys(id: string, customer: States["customer"]): ListKeys {
  return customer.status === "known" ? { sort: `c/${foldCase(customer.company)}/${id}` } : {};
}

function productKeys(id: string, product: States["product"]): ListKeys {
  return product.status === "known" ? { sort: `p/${foldCase(product.name)}/${id}` } : {};
}

function orderKeys(id: string, order: States["order"]): ListKeys {
  if (order.status === "none") return {};
  const key = `${order.orderedOn}/${order.startedAt}/${id}`;
  const sort = `o/${key}`;
  return order.status === "shipped" ? { sort } : { sort, group: `o/${order.status}/${key}` };
}

function allocationKeys(id: string, allocation: AllocationState): ListKeys {
  if (allocation.status !== "answered") return {};
  const isShort = allocation.lines.some((line) => shortOf(line) > 0);
  return { group: `${isShort ? shortAllocationPrefix : `${openAllocationPrefix}whole/`}${id}` };
}
