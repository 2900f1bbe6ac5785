import { hasWords } from "../../device/search/read-query.ts";
import { customerSearchFields } from "../../device/search/search-fields.ts";
import { findByCode, makeSearchIndex, type SearchIndex, search } from "../../device/search/search-index.ts";
import type { CustomerView } from "../../device/views/queries.ts";

/** Customers made ready to be chosen from; archived ones are left out. */
export interface CustomerIndex {
  readonly customers: readonly CustomerView[];
  readonly search: SearchIndex<CustomerView>;
}

/** Makes the index. What `before` has folded is not folded again. */
export function makeCustomerIndex(views: readonly CustomerView[], before?: CustomerIndex): CustomerIndex {
  const customers = views.filter(({ customer }) => !customer.archived);
  const fieldsOf = ({ customer }: CustomerView) => customerSearchFields(customer);
  return { customers, search: makeSearchIndex(customers, fieldsOf, before?.search) };
}

/**
 * The customers that a text may mean, the likeliest first; the first of all where nothing is typed. A text without a
 * letter or figure means none.
 */
export function searchCustomers(index: CustomerIndex, text: string, limit: number): readonly CustomerView[] {
  if (text.trim() !== "" && !hasWords(text)) return findCustomersByCode(index, text).slice(0, limit);
  return search(index.search, text, { limit });
}

/** The customers who have exactly this code (a scanned card): as it was typed, else in another case. */
export function findCustomersByCode(index: CustomerIndex, text: string): readonly CustomerView[] {
  return findByCode(index.search, text);
}
