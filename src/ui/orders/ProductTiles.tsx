import { createMemo, createSignal, For, Match, Show, Switch } from "solid-js";
import type { KnownProduct } from "../../domain/product/product.ts";
import { Button, ButtonLink } from "../design/Button.tsx";
import { Filters } from "../design/Filters.tsx";
import { IconProducts } from "../design/icons.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading } from "../design/Page.tsx";
import { act } from "../faults/act.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { valueOr } from "../workspace/create-live.ts";
import { Unreadable } from "../workspace/Unreadable.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useOrder } from "./order-context.tsx";
import { orderWords as words } from "./order-words.ts";
import { StockEstimate } from "./StockEstimate.tsx";
import type { Adding } from "./use-adding.ts";

const tilesPerStep = 48;
/** No category has this name: names are trimmed. */
const everything = " ";

/** Products to tap, by category: each tap adds one step of it. */
export function ProductTiles(props: { readonly adding: Adding }) {
  const products = useCatalogue().products();
  const [category, setCategory] = createSignal(everything);
  const [limit, setLimit] = createSignal(tilesPerStep);
  const index = () => valueOr(products(), undefined);
  const shown = createMemo(() => {
    const all = index()?.products ?? [];
    return category() === everything ? all : all.filter((product) => product.category === category());
  });
  const options = createMemo(() => [
    { value: everything, label: words.allCategories },
    ...(index()?.categories ?? []).map((value) => ({ value, label: value })),
  ]);
  const { view } = useOrder();
  const quantities = createMemo(() => {
    const bySku = new Map<string, number>();
    for (const { sku, quantity } of view()?.order.lines ?? [])
      bySku.set(sku, (bySku.get(sku) ?? 0) + quantity);
    return bySku;
  });
  const choose = (value: string) => {
    setCategory(value);
    setLimit(tilesPerStep);
  };
  return (
    <Switch>
      <Match when={products().status === "loading"}>
        <Loading rows={3} />
      </Match>
      <Match when={products().status === "failed"}>
        <Unreadable />
      </Match>
      <Match when={index()?.products.length === 0}>
        <EmptyState icon={IconProducts} title={words.noProducts.title} text={words.noProducts.text}>
          <ButtonLink variant="primary" href="/products">
            {words.noProducts.action}
          </ButtonLink>
        </EmptyState>
      </Match>
      <Match when={true}>
        <div class="stack">
          <Show when={options().length > 2}>
            <Filters label={words.categories} value={category()} options={options()} onChange={choose} />
          </Show>
          <ul class="tiles">
            <For each={shown().slice(0, limit())}>
              {(product) => <Tile product={product} quantities={quantities()} adding={props.adding} />}
            </For>
          </ul>
          <Show when={shown().length > limit()}>
            <Button wide onClick={() => setLimit((count) => count + tilesPerStep)}>
              {words.moreProducts}
            </Button>
          </Show>
        </div>
      </Match>
    </Switch>
  );
}

function Tile(props: {
  readonly product: KnownProduct;
  /** By SKU, what is on the order. */
  readonly quantities: ReadonlyMap<string, number>;
  readonly adding: Adding;
}) {
  const workspace = useWorkspace();
  const inOrder = createMemo(() => props.quantities.get(props.product.sku) ?? 0);
  return (
    <li>
      <button class="tile" type="button" onClick={() => act(props.adding.add(props.product))}>
        <span class="tile-name">{props.product.name}</span>
        <span class="tile-stock">
          <StockEstimate sku={props.product.sku} />
        </span>
        <span class="tile-price">
          <span class="strong">{workspace.format().money(props.product.priceMinor)}</span>{" "}
          <span class="soft small">{props.product.unit}</span>
        </span>
        <Show when={inOrder() > 0}>
          <span class="tile-count">
            <span aria-hidden="true">{workspace.format().number(inOrder())}</span>
            <span class="visually-hidden">{words.inOrder(workspace.format().number(inOrder()))}</span>
          </span>
        </Show>
      </button>
    </li>
  );
}
