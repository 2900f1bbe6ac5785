import type { SearchIndex } from "../../device/search/search-index.ts";
import type { CustomerView } from "../../device/views/queries.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { CodeScans } from "./CodeScans.tsx";
import { catalogueWords } from "./catalogue-words.ts";

const words = catalogueWords.customers;

/** Opens the customer whose card is scanned; offers to add one, where nobody has its code. Last on a screen. */
export function CustomerScans(props: { readonly index: SearchIndex<CustomerView> | undefined }) {
  const workspace = useWorkspace();
  return (
    <CodeScans
      index={props.index}
      hrefOf={({ id }) => `/customers/${id}`}
      labelOf={({ customer: { company, code, archived } }) => ({
        label: company,
        detail: archived ? `${code} · ${catalogueWords.archived}` : code,
      })}
      nobodyHas={words.nobodyHas}
      addNew={workspace.may("customer-added") ? { label: words.add, hrefOf: newCustomerPathFor } : undefined}
    />
  );
}

/** Where a new customer with this code is written. */
function newCustomerPathFor(code: string): string {
  return `/customers/new?code=${encodeURIComponent(code)}`;
}
