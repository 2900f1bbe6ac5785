import { For, Show } from "solid-js";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useOrder } from "./order-context.tsx";
import { orderWords as words } from "./order-words.ts";

/** The order's sums: lines, discount, taxes, freight, and the total large. */
export function OrderTotals() {
  const { view } = useOrder();
  const format = useWorkspace().format;
  const money = (minor: number) => format().money(minor, view()?.order.currency);
  return (
    <Show when={view()}>
      {(shown) => {
        const totals = () => shown().totals;
        const order = () => shown().order;
        const plain = () =>
          totals().discountMinor === 0 && totals().freightMinor === 0 && totals().taxes.length === 0;
        const taxLabel = (ppm: number) =>
          order().taxMode === "inclusive"
            ? words.taxIncluded(format().taxPercent(ppm))
            : words.tax(format().taxPercent(ppm));
        return (
          <div class="stack" data-gap="small">
            <Show when={!plain()}>
              <dl class="facts">
                <dt>{words.subtotal}</dt>
                <dd>{money(totals().linesMinor)}</dd>
                <Show when={totals().discountMinor !== 0}>
                  <dt>{words.orderDiscount(format().percent(order().discountBps))}</dt>
                  <dd>{money(-totals().discountMinor)}</dd>
                </Show>
                <For each={totals().taxes}>
                  {(tax) => (
                    <>
                      <dt>{taxLabel(tax.taxPpm)}</dt>
                      <dd>{money(tax.taxMinor)}</dd>
                    </>
                  )}
                </For>
                <Show when={totals().freightMinor !== 0}>
                  <dt>{words.freight}</dt>
                  <dd>{money(totals().freightMinor)}</dd>
                </Show>
              </dl>
            </Show>
            <p class="total">
              <span class="strong">{words.total}</span>
              <strong data-testid="order-total">{money(totals().totalMinor)}</strong>
            </p>
          </div>
        );
      }}
    </Show>
  );
}
