import { foldCase } from "../../device/list-keys.ts";
import type { CustomerView } from "../../device/queries.ts";
import { type Address, emptyAddress } from "../../domain/address.ts";
import type { KnownCustomer } from "../../domain/customer/customer.ts";
import { sameData } from "../../domain/same-data.ts";

/** The customers that a text may mean, those whose code or name begins with it first. Archived ones are left out. */
export function searchCustomers(
  customers: readonly CustomerView[],
  text: string,
  limit: number,
): readonly CustomerView[] {
  const needle = foldCase(text.trim());
  const open = customers.filter(({ customer }) => !customer.archived);
  if (needle === "") return open.slice(0, limit);
  const folded = open.map((view) => ({ view, text: foldCase(textOf(view.customer)) }));
  const begins = folded.filter(({ view, text: own }) => {
    return own.startsWith(needle) || foldCase(view.customer.company).startsWith(needle);
  });
  const within = folded.filter((entry) => !begins.includes(entry) && entry.text.includes(needle));
  return [...begins, ...within].slice(0, limit).map(({ view }) => view);
}

/** Where a new order for a customer goes: their shipping address, else their own; null when neither is known. */
export function shippingAddress(customer: KnownCustomer): Address | null {
  if (customer.shipTo !== null) return customer.shipTo;
  return sameData(customer.address, emptyAddress) ? null : customer.address;
}

function textOf({ code, company, contactName, contactTitle, address }: KnownCustomer): string {
  return `${code} ${company} ${contactName} ${contactTitle} ${address.city}`;
}
