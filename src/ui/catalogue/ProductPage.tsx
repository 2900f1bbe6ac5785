import { useParams } from "@solidjs/router";
import { createMemo, createSignal, For, Match, Show, Switch } from "solid-js";
import { findProduct, type ProductView } from "../../device/views/queries.ts";
import { listStock } from "../../device/views/stock-figures.ts";
import { Button, ButtonLink } from "../design/Button.tsx";
import { IconEdit, IconProducts } from "../design/icons.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { Chip, SyncMark } from "../design/StatusChip.tsx";
import { act } from "../faults/act.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import "./catalogue.css";
import { catalogueWords } from "./catalogue-words.ts";
import { StockDialog, type StockTask } from "./StockDialog.tsx";
import { estimateStock } from "./stock-estimate.ts";
import { useSave } from "./use-save.ts";

const words = catalogueWords.products;
const stockWords = catalogueWords.stock;
const back = { href: "/products", label: catalogueWords.back.products };

/** One product: what is known, its stock as an estimate, and what can be done. */
export function ProductPage() {
  const params = useParams<{ id: string }>();
  const workspace = useWorkspace();
  const loaded = createLive(
    () => params.id,
    (skuId) => findProduct(workspace.device.db, skuId),
  );
  return (
    <Switch
      fallback={
        <Page title={words.title} back={back}>
          <EmptyState
            icon={IconProducts}
            title={catalogueWords.notHere.title}
            text={catalogueWords.notHere.text}
          />
        </Page>
      }
    >
      <Match when={loaded().status === "loading"}>
        <Page title={words.title} back={back}>
          <Loading rows={3} />
        </Page>
      </Match>
      <Match when={valueOr(loaded(), undefined)}>{(view) => <Product view={view()} />}</Match>
    </Switch>
  );
}

function Product(props: { readonly view: ProductView }) {
  const workspace = useWorkspace();
  const product = () => props.view.product;
  return (
    <Page
      title={product().name}
      back={back}
      subtitle={
        <>
          <span>{product().sku}</span>
          <Show when={product().archived}>
            <Chip>{catalogueWords.archived}</Chip>
          </Show>
          <SyncMark mark={props.view.mark} joined={workspace.joined()} />
        </>
      }
      actions={
        <Show when={workspace.may("product-changed")}>
          <ButtonLink href={`/products/${props.view.skuId}/edit`} icon={IconEdit}>
            {catalogueWords.edit}
          </ButtonLink>
          <ArchiveButton view={props.view} />
        </Show>
      }
    >
      <section class="card">
        <p class="price">{words.per(workspace.format().money(product().priceMinor), product().unit)}</p>
        <Facts view={props.view} />
      </section>
      <Stock view={props.view} />
    </Page>
  );
}

function Facts(props: { readonly view: ProductView }) {
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
      <dl class="facts" data-kind="words">
        <For each={facts()}>
          {(fact) => (
            <>
              <dt>{fact.name}</dt>
              <dd>{fact.value}</dd>
            </>
          )}
        </For>
      </dl>
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

function ArchiveButton(props: { readonly view: ProductView }) {
  const save = useSave();
  const toggle = () => {
    const { archived, name } = props.view.product;
    const stream = `product/${props.view.skuId}` as const;
    const command = (to: boolean) =>
      ({ type: "change-product", data: { changes: { archived: { from: !to, to } } } }) as const;
    const said = { true: catalogueWords.archivedNow(name), false: catalogueWords.restoredNow(name) };
    act(
      save({ stream, command: command(!archived) }, said[`${!archived}`], {
        label: catalogueWords.undo,
        input: { stream, command: command(archived) },
        said: said[`${archived}`],
      }),
    );
  };
  return (
    <Button variant="quiet" onClick={toggle}>
      {props.view.product.archived ? catalogueWords.restore : catalogueWords.archive}
    </Button>
  );
}
