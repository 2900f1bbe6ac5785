import { type Address, addressLine } from "../../domain/address.ts";
import type { CustomerFields } from "../../domain/customer/customer.ts";
import type { ExistingOrder } from "../../domain/order/order-state.ts";
import type { ProductFields } from "../../domain/product/product.ts";
import type { SearchFields } from "./search-entry.ts";

/** What a product is found by. */
export function productSearchFields(product: ProductFields & { readonly sku: string }): SearchFields {
  const { sku, name, category, unit, barcodes } = product;
  return { name, codes: [sku], barcodes, others: [category, unit] };
}

/** What a customer is found by. */
export function customerSearchFields(customer: CustomerFields): SearchFields {
  const { code, company, contactName, contactTitle, email, phone, address, shipTo } = customer;
  return {
    name: company,
    codes: [code],
    others: [contactName, contactTitle, email, line(address), line(shipTo)],
    phones: [phone],
  };
}

/** What an order is found by: its numbers, whom it is for, what was noted, and what is on it. */
export function orderSearchFields(order: ExistingOrder): SearchFields {
  const { number, formerNumbers, externalRef, customer, reference, note, shipTo, lines } = order;
  return {
    name: customer?.name ?? "",
    codes: [number ?? "", ...formerNumbers, externalRef ?? ""],
    others: [
      ...[customer?.code ?? "", reference, note, line(shipTo)],
      ...lines.flatMap(({ sku, name }) => [sku, name]),
    ],
  };
}

function line(address: Address | null): string {
  return address === null ? "" : addressLine(address);
}
