import { createMemo, createSignal, Show } from "solid-js";
import { productSearchFields } from "../../device/search/search-fields.ts";
import type { SearchIndex } from "../../device/search/search-index.ts";
import { listProducts, type ProductView } from "../../device/views/queries.ts";
import { listStock, type StockView } from "../../device/views/stock-figures.ts";
import { Filters } from "../design/Filters.tsx";
import { IconProducts } from "../design/icons.tsx";
import { ListRow } from "../design/List.tsx";
import { SyncMark } from "../design/StatusChip.tsx";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { createIndex } from "./create-index.ts";
import { FoundList, ListScreen, NothingYet } from "./ListScreen.tsx";
import { ProductScans } from "./ProductScans.tsx";
import { newProductPath } from "./product-paths.ts";
import { SampleRemoval } from "./SampleOffer.tsx";
import { StockChip } from "./StockChip.tsx";
import { samplePrefix } from "./sample-catalogue.ts";

const words = catalogueWords.products;
const all = "all";
const archivedOnes = "archived";

/** All products, by name, with a search and a filter by category; a scan opens its product. */
export function ProductList() {
  const workspace = useWorkspace();
  const loaded = createLive(
    () => workspace.device,
    (device) => listProducts(device.db),
  );
  const products = () => valueOr(loaded(), []);
  const index = createIndex(
    () => valueOr(loaded(), undefined),
    ({ product }) => productSearchFields(product),
  );
  return (
    <ListScreen
      title={words.title}
      add={workspace.may("product-added") ? { label: words.add, href: newProductPath } : undefined}
      status={loaded().status}
      isEmpty={products().every(({ product }) => product.archived)}
      empty={
        <>
          <NoProducts />
          <Show when={products().length > 0}>
            <Found products={products()} index={index()} />
          </Show>
        </>
      }
      scans={<ProductScans index={index()} />}
    >
      <Found products={products()} index={index()} />
    </ListScreen>
  );
}

function NoProducts() {
  const workspace = useWorkspace();
  const text = () => (workspace.may("product-added") ? words.empty.text : words.empty.textOthers);
  return <NothingYet icon={IconProducts} title={words.empty.title} text={text()} />;
}

function Found(props: {
  readonly products: readonly ProductView[];
  readonly index: SearchIndex<ProductView> | undefined;
}) {
  const workspace = useWorkspace();
  const [chosen, setChosen] = createSignal<string>(all);
  const stock = createLive(
    () => workspace.device,
    (device) => listStock(device.db),
  );
  const number = (count: number) => workspace.format().number(count);
  const active = createMemo(() => props.products.filter(({ product }) => !product.archived));
  const archived = createMemo(() => props.products.filter(({ product }) => product.archived));
  const options = createMemo(() => filterOptions(active(), archived(), number));
  // The category may be gone after a change: then all are shown.
  const which = createMemo(() =>
    options().some(({ value }) => value === chosen()) ? chosen() : (options()[0]?.value ?? all),
  );
  const among = ({ product: { archived: isArchived, category } }: ProductView) =>
    isArchived ? which() === archivedOnes : which() === all || categoryValue(category) === which();
  const stocks = () => valueOr(stock(), undefined);
  return (
    <>
      <FoundList
        words={words}
        index={props.index}
        among={among}
        by={({ skuId }) => skuId}
        filters={
          <Show when={options().length > 1}>
            <Filters label={words.fields.category} value={which()} onChange={setChosen} options={options()} />
          </Show>
        }
      >
        {(view) => <ProductRow view={view()} stocks={stocks()} />}
      </FoundList>
      <Show when={active().some(({ product }) => product.sku.startsWith(samplePrefix))}>
        <SampleRemoval />
      </Show>
    </>
  );
}

function ProductRow(props: {
  readonly view: ProductView;
  readonly stocks: ReadonlyMap<string, StockView> | undefined;
}) {
  const workspace = useWorkspace();
  const product = () => props.view.product;
  return (
    <ListRow
      href={`/products/${props.view.skuId}`}
      title={product().name}
      sub={[product().sku, product().unit].filter((part) => part !== "").join(" · ")}
      side={
        <>
          <span class="strong">{workspace.format().money(product().priceMinor)}</span>
          <Show
            when={props.view.mark === "confirmed" || props.stocks?.has(props.view.skuId)}
            fallback={<SyncMark mark={props.view.mark} joined={workspace.joined()} />}
          >
            <StockChip stocks={props.stocks} skuId={props.view.skuId} reorderLevel={product().reorderLevel} />
          </Show>
        </>
      }
    />
  );
}

/** A category as the value of a filter, apart from the filter's own two. */
function categoryValue(category: string): string {
  return `category ${category}`;
}

function filterOptions(
  active: readonly ProductView[],
  archived: readonly ProductView[],
  number: (count: number) => string,
) {
  const counts = new Map<string, number>();
  for (const { product } of active) counts.set(product.category, (counts.get(product.category) ?? 0) + 1);
  const categories = [...counts].sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }));
  return [
    ...(active.length > 0 ? [{ value: all, label: words.allCategories, count: number(active.length) }] : []),
    ...(categories.length < 2
      ? []
      : categories.map(([category, count]) => ({
          value: categoryValue(category),
          label: category === "" ? words.noCategory : category,
          count: number(count),
        }))),
    ...(archived.length > 0
      ? [{ value: archivedOnes, label: catalogueWords.showArchived, count: number(archived.length) }]
      : []),
  ];
}
