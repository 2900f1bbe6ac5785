import { createMemo, createSignal, Show } from "solid-js";
import { productSearchFields } from "../../device/search/search-fields.ts";
import { findProduct, listProducts, type ProductView } from "../../device/views/queries.ts";
import { listStock } from "../../device/views/stock-figures.ts";
import { Button, ButtonLink } from "../design/Button.tsx";
import { IconEdit, IconProducts } from "../design/icons.tsx";
import { Page } from "../design/Page.tsx";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import "./catalogue.css";
import { ArchiveButton } from "./ArchiveButton.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { createIndex } from "./create-index.ts";
import { ProductScans } from "./ProductScans.tsx";
import { Facts, RecordMarks, RecordPage } from "./RecordPage.tsx";
import { StockDialog, type StockTask } from "./StockDialog.tsx";
import { estimateStock } from "./stock-estimate.ts";

const words = catalogueWords.products;
const stockWords = catalogueWords.stock;
const back = { href: "/products", label: catalogueWords.back.products };

/** One product: what is known, its stock as an estimate, and what can be done. The next scan opens the next product. */
export function ProductPage() {
  const workspace = useWorkspace();
  const all = createLive(
    () => workspace.device,
    (device) => listProducts(device.db),
  );
  const index = createIndex(
    () => valueOr(all(), undefined),
    ({ product }) => productSearchFields(product),
  );
  return (
    <>
      <RecordPage title={words.title} back={back} icon={IconProducts} find={findProduct}>
        {(view) => <Product view={view()} />}
      </RecordPage>
      <ProductScans index={index()} />
    </>
  );
}

function Product(props: { readonly view: ProductView }) {
  const workspace = useWorkspace();
  const product = () => props.view.product;
  return (
    <Page
      title={product().name}
      back={back}
      subtitle={<RecordMarks code={product().sku} archived={product().archived} mark={props.view.mark} />}
      actions={
        <Show when={workspace.may("product-changed")}>
          <ButtonLink href={`/products/${props.view.skuId}/edit`} icon={IconEdit}>
            {catalogueWords.edit}
          </ButtonLink>
          <ArchiveButton
            stream={`product/${props.view.skuId}`}
            change="change-product"
            name={product().name}
            archived={product().archived}
          />
        </Show>
      }
    >
      <section class="card">
        <p class="price">{words.per(workspace.format().money(product().priceMinor), product().unit)}</p>
        <Known view={props.view} />
      </section>
      <Stock view={props.view} />
    </Page>
  );
}

function Known(props: { readonly view: ProductView }) {
  const workspace = useWorkspace();
  const facts = createMemo(() => {
    const { category, taxPpm, barcodes, minQuantity, stepQuantity, reorderLevel } = props.view.product;
    const format = workspace.format();
    const taxed = workspace.settings()?.taxMode !== "none";
    const stepped = minQuantity > 1 || stepQuantity > 1;
    return [
      { name: words.facts.category, value: category },
      { name: words.facts.tax, value: taxed ? format.taxPercent(taxPpm) : "" },
      { name: words.facts.barcodes, value: barcodes.join(", ") },
      {
        name: words.facts.quantities,
        value: stepped ? words.orderedFrom(format.number(minQuantity), format.number(stepQuantity)) : "",
      },
      { name: words.facts.reorder, value: reorderLevel > 0 ? format.number(reorderLevel) : "" },
    ].filter(({ value }) => value !== "");
  });
  return (
    <Show when={facts().length > 0}>
      <Facts facts={facts()} />
    </Show>
  );
}

function Stock(props: { readonly view: ProductView }) {
  const workspace = useWorkspace();
  const [task, setTask] = createSignal<StockTask>();
  const loaded = createLive(
    () => workspace.device,
    (device) => listStock(device.db),
  );
  const stocks = () => valueOr(loaded(), undefined);
  const number = (count: number) => workspace.format().number(count);
  const open = (kind: StockTask["kind"]) => {
    const { sku, name } = props.view.product;
    setTask({ kind, sku, name });
  };
  return (
    <section class="card">
      <h2>{stockWords.title}</h2>
      <Show
        when={stocks()?.get(props.view.skuId)}
        fallback={
          <Show when={stocks()}>
            <p class="soft">{stockWords.unknown}</p>
          </Show>
        }
      >
        {(known) => {
          const estimate = () => estimateStock(known(), props.view.product.reorderLevel);
          const tone = () => (({ enough: undefined, low: "wait", short: "bad" }) as const)[estimate().state];
          return (
            <>
              <dl class="figures">
                <div>
                  <dt>{stockWords.left2}</dt>
                  <dd data-tone={tone()}>{number(estimate().left)}</dd>
                </div>
                <div>
                  <dt>
                    {stockWords.onHand},{" "}
                    {stockWords.asOf(workspace.format().ago(known().asOf, workspace.device.now()))}
                  </dt>
                  <dd>{number(known().onHand)}</dd>
                </div>
                <div>
                  <dt>{stockWords.promised}</dt>
                  <dd>{number(known().promised)}</dd>
                </div>
              </dl>
              <p class="small soft">{stockWords.intro}</p>
            </>
          );
        }}
      </Show>
      <Show when={workspace.may("stock-counted")}>
        <div class="row">
          <Button onClick={() => open("count")}>{stockWords.count}</Button>
          <Button onClick={() => open("receive")}>{stockWords.receive}</Button>
        </div>
      </Show>
      <StockDialog task={task()} onClose={() => setTask(undefined)} />
    </section>
  );
}
