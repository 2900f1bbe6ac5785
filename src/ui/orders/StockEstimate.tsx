import { Show } from "solid-js";
import { findSkuId } from "../../domain/stream-key.ts";
import { estimateStock } from "../catalogue/stock-estimate.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { stockWords } from "./order-words.ts";

/** What is probably left of a product: what is there, less what open orders promise. Never stops an order. */
export function StockEstimate(props: { readonly sku: string; readonly withAge?: boolean }) {
  const workspace = useWorkspace();
  const stock = useCatalogue().stock();
  const known = () => stock().get(findSkuId(props.sku) ?? "");
  return (
    <Show when={known()}>
      {(estimate) => {
        const left = () => estimateStock(estimate(), 0).left;
        const count = () => workspace.format().number(Math.max(0, left()));
        const age = () => stockWords.age(workspace.format().ago(estimate().asOf, workspace.device.now()));
        return (
          <span class="stock" data-low={left() <= 0 ? "" : undefined} title={age()}>
            {left() > 0 ? stockWords.about(count()) : stockWords.none}
            <Show when={props.withAge}>, {age()}</Show>
          </span>
        );
      }}
    </Show>
  );
}
