import { createSignal, onCleanup, onMount, Show } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import { Button } from "../design/Button.tsx";
import { Filters } from "../design/Filters.tsx";
import { IconCheck } from "../design/icons.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { orderListWords, orderWords as words } from "../words/order-words.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { CustomerPicker } from "./CustomerPicker.tsx";
import { EntryBox } from "./EntryBox.tsx";
import { LineList } from "./LineList.tsx";
import { DetailsSummary } from "./OrderDetails.tsx";
import { OrderMenu } from "./OrderMenu.tsx";
import { OrderTotals } from "./OrderTotals.tsx";
import { useOrder } from "./order-context.tsx";
import { ProductTiles } from "./ProductTiles.tsx";

type Pane = "products" | "order";

/** Writing an order: one line to type or scan into, products to tap, and the docket with everything so far. */
export function OrderEditor() {
  const { view, actions, changing, setChanging } = useOrder();
  const workspace = useWorkspace();
  const toasts = useToasts();
  const [pane, setPane] = createSignal<Pane>((view()?.order.lines.length ?? 0) > 0 ? "order" : "products");
  const [fresh, setFresh] = createSignal<string>();
  const lineCount = () => view()?.order.lines.length ?? 0;
  const placeId = uuidv7();
  let focusEntry = () => {};
  let focusCustomer = () => {};
  const place = async () => {
    if (lineCount() === 0) {
      toasts.show({ text: words.placeEmpty });
      focusEntry();
      return;
    }
    const number = view()?.order.number ?? "";
    // One id for this screen's placing: a double tap is one command.
    const handled = await actions.send({ type: "place-order", data: {} }, placeId);
    if (isDone(handled)) toasts.show({ text: words.placed(number) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || changing()) return;
    event.preventDefault();
    act(place());
  };
  onMount(() => {
    addEventListener("keydown", onKeyDown);
    // On a touch screen a focused line would open the keyboard over the tiles.
    if (matchMedia("(pointer: fine)").matches) {
      const known = view()?.order.customer !== undefined && view()?.order.customer !== null;
      queueMicrotask(() => (known || lineCount() > 0 ? focusEntry() : focusCustomer()));
    }
  });
  onCleanup(() => removeEventListener("keydown", onKeyDown));
  const total = () => {
    const shown = view();
    return shown === undefined ? "" : workspace.format().money(shown.totals.totalMinor, shown.order.currency);
  };
  return (
    <div class="editor" data-pane={pane()}>
      <div class="editor-entry stack">
        <EntryBox
          onAdded={setFresh}
          focusRef={(focus) => {
            focusEntry = focus;
          }}
        />
        <div class="editor-switch">
          <Filters
            segmented
            label={words.pane.label}
            value={pane()}
            options={[
              { value: "products", label: words.pane.products },
              { value: "order", label: words.pane.order, count: workspace.format().number(lineCount()) },
            ]}
            onChange={setPane}
          />
        </div>
      </div>
      <div class="editor-products">
        <ProductTiles onAdded={setFresh} />
      </div>
      <div class="editor-docket docket-cast">
        <section class="docket" aria-label={words.pane.order}>
          <CustomerPicker
            onDone={() => focusEntry()}
            focusRef={(focus) => {
              focusCustomer = focus;
            }}
          />
          <LineList fresh={fresh()} />
          <DetailsSummary>
            <OrderMenu />
          </DetailsSummary>
          <OrderTotals />
          <Show
            when={changing()}
            fallback={
              <Button variant="primary" size="large" icon={IconCheck} wide onClick={() => act(place())}>
                {words.place}
                <kbd class="shortcut">{words.shortcut}</kbd>
              </Button>
            }
          >
            <Button variant="primary" size="large" icon={IconCheck} wide onClick={() => setChanging(false)}>
              {words.doneChanging}
            </Button>
          </Show>
        </section>
      </div>
      <Show when={lineCount() > 0}>
        <button class="editor-review" type="button" onClick={() => setPane("order")}>
          <span>{words.review(orderListWords.lines(lineCount(), workspace.format()), total())}</span>
          <span class="strong">{words.pane.order}</span>
        </button>
      </Show>
    </div>
  );
}
