import type { CustomerView } from "../../device/views/queries.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { scanWords as words } from "../scan/scan-words.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { valueOr } from "../workspace/create-live.ts";
import { findCustomersByCode } from "../workspace/customer-search.ts";
import { findExact } from "../workspace/product-search.ts";
import { useFormat } from "../workspace/workspace-context.tsx";

/** What a code that was scanned for an order may mean. */
export type ScanChoice =
  | { readonly kind: "product"; readonly product: KnownProduct }
  | { readonly kind: "customer"; readonly customer: CustomerView };

interface ScanChoices {
  /** All that a code means exactly; none while the products are not read. Customers only where one may be chosen. */
  readonly of: (code: string) => readonly ScanChoice[];
  /** How a choice is told apart from others of the same code. */
  readonly labelOf: (choice: ScanChoice) => { readonly label: string; readonly detail: string };
}

/** Looks scanned codes up among the products, and among the customers while `mayChooseCustomer`. */
export function useScanChoices(mayChooseCustomer: () => boolean): ScanChoices {
  const format = useFormat();
  const catalogue = useCatalogue();
  const products = catalogue.products();
  const customers = catalogue.customers();
  return {
    of: (code) => {
      const index = valueOr(products(), undefined);
      const found = index === undefined ? [] : findExact(index, code);
      const known = mayChooseCustomer() ? valueOr(customers(), undefined) : undefined;
      const cards = known === undefined ? [] : findCustomersByCode(known, code);
      return [
        ...found.map((product) => ({ kind: "product", product }) as const),
        ...cards.map((customer) => ({ kind: "customer", customer }) as const),
      ];
    },
    labelOf: (choice) => {
      if (choice.kind === "customer") {
        const { company, code } = choice.customer.customer;
        return { label: company, detail: words.asCustomer(code) };
      }
      const { name, sku, priceMinor } = choice.product;
      return { label: name, detail: words.asProduct(sku, format().money(priceMinor)) };
    },
  };
}
