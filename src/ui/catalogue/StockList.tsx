import { A } from "@solidjs/router";
import { createMemo, createSignal, Show } from "solid-js";
import { productSearchFields } from "../../device/search/search-fields.ts";
import type { SearchIndex } from "../../device/search/search-index.ts";
import { listProducts, type ProductView } from "../../device/views/queries.ts";
import { listStock, type StockView } from "../../device/views/stock-figures.ts";
import { Button } from "../design/Button.tsx";
import { Filters } from "../design/Filters.tsx";
import { IconStock } from "../design/icons.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import "./catalogue.css";
import { catalogueWords } from "./catalogue-words.ts";
import { createIndex } from "./create-index.ts";
import { FoundList, ListScreen } from "./ListScreen.tsx";
import { ProductScans } from "./ProductScans.tsx";
import { StockChip } from "./StockChip.tsx";
import { StockDialog, type StockTask } from "./StockDialog.tsx";
import { estimateStock } from "./stock-estimate.ts";

const words = catalogueWords.stock;

/**
 * The stock of every product in use: what is left by estimate, and counting and receiving for people who may. A scan
 * opens its product.
 */
export function StockList() {
  const workspace = useWorkspace();
  const loaded = createLive(
    () => workspace.device,
    (device) => listProducts(device.db),
  );
  const active = createMemo(() => valueOr(loaded(), []).filter(({ product }) => !product.archived));
  const index = createIndex(
    () => valueOr(loaded(), undefined),
    ({ product }) => productSearchFields(product),
  );
  return (
    <ListScreen
      title={words.title}
      subtitle={<span class="small">{words.intro}</span>}
      add={workspace.may("stock-counted") ? { label: words.enter, href: "/stock/entry" } : undefined}
      status={loaded().status}
      isEmpty={active().length === 0}
      empty={<EmptyState icon={IconStock} title={words.empty.title} text={words.empty.text} />}
      scans={<ProductScans index={index()} />}
    >
      <Stocked products={active()} index={index()} />
    </ListScreen>
  );
}

function Stocked(props: {
  readonly products: readonly ProductView[];
  readonly index: SearchIndex<ProductView> | undefined;
}) {
  const workspace = useWorkspace();
  const [which, setWhich] = createSignal<"all" | "low" | "short">("all");
  const [task, setTask] = createSignal<StockTask>();
  const loaded = createLive(
    () => workspace.device,
    (device) => listStock(device.db),
  );
  const stocks = () => valueOr(loaded(), undefined);
  const low = createMemo(() =>
    props.products.filter(({ skuId, product }) => {
      const known = stocks()?.get(skuId);
      return known !== undefined && estimateStock(known, product.reorderLevel).state !== "enough";
    }),
  );
  const short = createMemo(() =>
    low().filter(({ skuId, product }) => {
      const known = stocks()?.get(skuId);
      return known !== undefined && estimateStock(known, product.reorderLevel).state === "short";
    }),
  );
  const chosen = createMemo(
    () => ({ all: undefined, low: new Set(low()), short: new Set(short()) })[which()],
  );
  const number = (count: number) => workspace.format().number(count);
  const counted = (count: number) => (stocks() === undefined ? {} : { count: number(count) });
  return (
    <>
      <FoundList
        words={{ ...words, noneFound: catalogueWords.products.noneFound }}
        index={props.index}
        among={(view) => chosen()?.has(view) ?? !view.product.archived}
        by={({ skuId }) => skuId}
        filters={
          <Filters
            label={words.filter}
            value={which()}
            onChange={setWhich}
            options={[
              { value: "all", label: words.all, count: number(props.products.length) },
              { value: "low", label: words.onlyLow, ...counted(low().length) },
              { value: "short", label: words.onlyShort, ...counted(short().length) },
            ]}
          />
        }
      >
        {(view) => <StockRow view={view()} stocks={stocks()} onTask={setTask} />}
      </FoundList>
      <StockDialog task={task()} onClose={() => setTask(undefined)} />
    </>
  );
}

function StockRow(props: {
  readonly view: ProductView;
  readonly stocks: ReadonlyMap<string, StockView> | undefined;
  readonly onTask: (task: StockTask) => void;
}) {
  const workspace = useWorkspace();
  const product = () => props.view.product;
  const number = (count: number) => workspace.format().number(count);
  const stock = () => props.stocks?.get(props.view.skuId);
  const start = (kind: StockTask["kind"]) => props.onTask({ kind, sku: product().sku, name: product().name });
  return (
    <li class="stock-row">
      <A class="stock-row-name" href={`/products/${props.view.skuId}`}>
        <span class="list-row-title">{product().name}</span>
        <span class="list-row-sub">{[product().sku, product().unit].filter(Boolean).join(" · ")}</span>
        <Show when={stock()}>
          {(known) => (
            <span class="list-row-sub">
              {words.figures(number(known().onHand), number(known().promised))} ·{" "}
              {words.asOf(workspace.format().ago(known().asOf, workspace.device.now()))}
            </span>
          )}
        </Show>
      </A>
      <StockChip stocks={props.stocks} skuId={props.view.skuId} reorderLevel={product().reorderLevel} />
      <Show when={workspace.may("stock-counted")}>
        <span class="stock-row-actions">
          <Button aria-label={words.countTitle(product().name)} onClick={() => start("count")}>
            {words.count}
          </Button>
          <Button aria-label={words.receiveTitle(product().name)} onClick={() => start("receive")}>
            {words.receive}
          </Button>
        </span>
      </Show>
    </li>
  );
}
