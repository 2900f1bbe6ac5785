import { A } from "@solidjs/router";
import { createMemo, createSignal, Match, Show, Switch } from "solid-js";
import { productSearchFields } from "../../device/search/search-fields.ts";
import { type SearchIndex, search } from "../../device/search/search-index.ts";
import { listProducts, type ProductView } from "../../device/views/queries.ts";
import { listStock, type StockView } from "../../device/views/stock-figures.ts";
import { Button, ButtonLink } from "../design/Button.tsx";
import { Filters } from "../design/Filters.tsx";
import { IconPlus, IconSearch, IconStock } from "../design/icons.tsx";
import { Keyed, List } from "../design/List.tsx";
import { EmptyState, Notice } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import "./catalogue.css";
import { catalogueWords } from "./catalogue-words.ts";
import { createIndex } from "./create-index.ts";
import { ProductScans } from "./ProductScans.tsx";
import { SearchField } from "./SearchField.tsx";
import { pageRows, ShowMore } from "./ShowMore.tsx";
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
  const products = createLive(
    () => workspace.device,
    (device) => listProducts(device.db),
  );
  const all = () => valueOr(products(), undefined);
  const active = createMemo(() => all()?.filter(({ product }) => !product.archived));
  const index = createIndex(all, ({ product }) => productSearchFields(product));
  return (
    <Page
      title={words.title}
      subtitle={<span class="small">{words.intro}</span>}
      actions={
        <Show when={workspace.may("stock-counted")}>
          <ButtonLink variant="primary" icon={IconPlus} href="/stock/entry">
            {words.enter}
          </ButtonLink>
        </Show>
      }
    >
      <Switch fallback={<Loading />}>
        <Match when={products().status === "failed"}>
          <Notice tone="bad" title={catalogueWords.failed.title} urgent>
            <p>{catalogueWords.failed.text}</p>
          </Notice>
        </Match>
        <Match when={active()?.length === 0}>
          <EmptyState icon={IconStock} title={words.empty.title} text={words.empty.text} />
        </Match>
        <Match when={active()}>{(found) => <Stocked products={found()} index={index()} />}</Match>
      </Switch>
      <ProductScans index={index()} />
    </Page>
  );
}

function Stocked(props: {
  readonly products: readonly ProductView[];
  readonly index: SearchIndex<ProductView> | undefined;
}) {
  const workspace = useWorkspace();
  const [typed, setTyped] = createSignal("");
  const [which, setWhich] = createSignal<"all" | "low" | "short">("all");
  const [rows, setRows] = createSignal(pageRows);
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
  const found = createMemo(() => {
    const chosen = { all: undefined, low: new Set(low()), short: new Set(short()) }[which()];
    const among = (view: ProductView) => chosen?.has(view) ?? !view.product.archived;
    return props.index === undefined ? [] : search(props.index, typed(), { among });
  });
  const number = (count: number) => workspace.format().number(count);
  const counted = (count: number) => (stocks() === undefined ? {} : { count: number(count) });
  return (
    <>
      <SearchField
        label={words.search}
        value={typed()}
        onInput={(value) => {
          setTyped(value);
          setRows(pageRows);
        }}
        found={catalogueWords.found(number(found().length))}
      />
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
      <Show
        when={found().length > 0}
        fallback={
          <EmptyState
            icon={IconSearch}
            title={catalogueWords.products.noneFound.title}
            text={catalogueWords.products.noneFound.text}
          />
        }
      >
        <List label={words.list}>
          <Keyed each={found().slice(0, rows())} by={({ skuId }) => skuId}>
            {(view) => <StockRow view={view()} stocks={stocks()} onTask={setTask} />}
          </Keyed>
        </List>
        <ShowMore shown={rows()} total={found().length} onMore={() => setRows(rows() + pageRows)} />
      </Show>
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
