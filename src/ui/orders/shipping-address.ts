import { type Address, emptyAddress } from "../../domain/address.ts";
import type { KnownCustomer } from "../../domain/customer/customer.ts";
import { sameData } from "../../domain/same-data.ts";

/** Where a new order for a customer goes: their shipping address, else their own; null when neither is known. */
export function shippingAddress(customer: KnownCustomer): Address | null {
  if (customer.shipTo !== null) return customer.shipTo;
  return sameData(customer.address, emptyAddress) ? null : customer.address;
}
