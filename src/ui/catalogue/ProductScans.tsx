import type { SearchIndex } from "../../device/search/search-index.ts";
import type { ProductView } from "../../device/views/queries.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { CodeScans } from "./CodeScans.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { newProductPathFor } from "./product-paths.ts";

const words = catalogueWords.products;

/** Opens the product whose barcode or SKU is scanned; offers to add one, where nobody has it. Last on a screen. */
export function ProductScans(props: { readonly index: SearchIndex<ProductView> | undefined }) {
  const workspace = useWorkspace();
  return (
    <CodeScans
      index={props.index}
      hrefOf={({ skuId }) => `/products/${skuId}`}
      labelOf={({ product: { name, sku, archived } }) => ({
        label: name,
        detail: archived ? `${sku} · ${catalogueWords.archived}` : sku,
      })}
      nobodyHas={words.nobodyHas}
      addNew={workspace.may("product-added") ? { label: words.add, hrefOf: newProductPathFor } : undefined}
    />
  );
}
