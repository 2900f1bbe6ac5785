import { createEffect, createSelector, createSignal, Show } from "solid-js";
import type { OrderLine } from "../../domain/order/order-line.ts";
import { lineTotal } from "../../domain/totals.ts";
import { IconButton } from "../design/Button.tsx";
import { IconMinus, IconPlus } from "../design/icons.tsx";
import { Keyed } from "../design/List.tsx";
import { act } from "../faults/act.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { valueOr } from "../workspace/create-live.ts";
import { findBySku } from "../workspace/product-search.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { createSteps } from "./create-steps.ts";
import { LineDialog } from "./LineDialog.tsx";
import { LineStock } from "./LineStock.tsx";
import { useOrder } from "./order-context.tsx";
import { orderWords as words } from "./order-words.ts";
import type { Adding } from "./use-adding.ts";

/** The lines of an order; where it may be changed, each with its steps and a dialog for the rest. */
export function LineList(props: {
  readonly fresh?: string | undefined;
  /** Needed only where lines may be changed. */
  readonly adding?: Adding;
}) {
  const { view, editable } = useOrder();
  const format = useWorkspace().format;
  const [edited, setEdited] = createSignal<OrderLine>();
  const lines = () => view()?.order.lines ?? [];
  const isFresh = createSelector(() => props.fresh);
  const count = createSteps(() => lines().length);
  let list: HTMLUListElement | undefined;
  // Where the lines scroll on their own, the one that was just touched is brought into view; the page stays put.
  createEffect(() => {
    const known = lines()
      .slice(0, count())
      .some(({ lineId }) => lineId === props.fresh);
    if (known) requestAnimationFrame(() => bringIntoView(list));
  });
  return (
    <>
      <Show when={lines().length > 0} fallback={<p class="soft no-lines">{words.noLines}</p>}>
        <ul
          class="lines"
          aria-label={words.lines}
          ref={(element) => {
            list = element;
          }}
        >
          <Keyed each={lines().slice(0, count())} by={(line) => line.lineId}>
            {(line) => (
              <li
                class="line"
                data-reading={editable() ? undefined : ""}
                data-fresh={isFresh(line().lineId) ? "" : undefined}
              >
                <Show when={!editable()}>
                  <span class="figure strong">{format().number(line().quantity)} ×</span>
                </Show>
                <LineText line={line()} />
                <Show when={editable()} fallback={<LineAmount line={line()} />}>
                  <LineSteps line={line()} adding={props.adding} onEdit={() => setEdited(line())} />
                </Show>
                <LineStock line={line()} />
              </li>
            )}
          </Keyed>
        </ul>
      </Show>
      <Show when={edited()} keyed>
        {(line) => <LineDialog line={line} onClose={() => setEdited(undefined)} />}
      </Show>
    </>
  );
}

function bringIntoView(list: HTMLUListElement | undefined): void {
  const line = list?.querySelector<HTMLElement>("[data-fresh]");
  if (list === undefined || line === null || line === undefined) return;
  const [frame, box] = [list.getBoundingClientRect(), line.getBoundingClientRect()];
  if (box.bottom > frame.bottom) list.scrollTop += box.bottom - frame.bottom;
  if (box.top < frame.top) list.scrollTop -= frame.top - box.top;
}

function LineText(props: { readonly line: OrderLine }) {
  const { currency } = useOrder();
  const format = useWorkspace().format;
  const price = () => format().money(props.line.unitPriceMinor, currency());
  return (
    <span class="line-text">
      <span class="strong">{props.line.name}</span>
      <span class="soft small">
        {props.line.sku} · {words.each(price(), props.line.unit)}
        <Show when={props.line.discountBps > 0}>
          {" "}
          · {words.lessPercent(format().percent(props.line.discountBps))}
        </Show>
      </span>
      <Show when={props.line.note !== ""}>
        <span class="small line-note">{props.line.note}</span>
      </Show>
    </span>
  );
}

function LineAmount(props: { readonly line: OrderLine }) {
  const { currency } = useOrder();
  const format = useWorkspace().format;
  return <span class="strong figure">{format().money(lineTotal(props.line), currency())}</span>;
}

function LineSteps(props: {
  readonly line: OrderLine;
  readonly adding: Adding | undefined;
  readonly onEdit: () => void;
}) {
  const { currency } = useOrder();
  const format = useWorkspace().format;
  const products = useCatalogue().products();
  const product = () => findBySku(valueOr(products(), undefined), props.line.sku);
  const step = () => product()?.stepQuantity ?? 1;
  const least = () => product()?.minQuantity ?? 1;
  const by = (change: number) => {
    if (props.adding !== undefined) act(props.adding.addQuantity(props.line.lineId, change));
  };
  return (
    <span class="line-steps">
      <IconButton
        label={words.fewer(props.line.name)}
        icon={IconMinus}
        disabled={props.line.quantity - step() < least()}
        onClick={() => by(-step())}
      />
      <button
        class="line-quantity"
        type="button"
        aria-label={`${format().number(props.line.quantity)} ${words.editLine(props.line.name)}`}
        onClick={() => props.onEdit()}
      >
        {format().number(props.line.quantity)}
      </button>
      <IconButton label={words.more(props.line.name)} icon={IconPlus} onClick={() => by(step())} />
      <span class="strong figure line-sum">{format().money(lineTotal(props.line), currency())}</span>
    </span>
  );
}
