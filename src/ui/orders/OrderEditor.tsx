import { createEffect, createSignal, on, onMount, Show } from "solid-js";
import { Button } from "../design/Button.tsx";
import { Filters } from "../design/Filters.tsx";
import { IconCheck } from "../design/icons.tsx";
import { OpenQuestions } from "../design/Questions.tsx";
import { ScanNotesList } from "../scan/ScanNotesList.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { type CustomerHandle, CustomerPicker } from "./CustomerPicker.tsx";
import { EntryBox, type EntryHandle } from "./EntryBox.tsx";
import { LineList } from "./LineList.tsx";
import { DetailsSummary } from "./OrderDetails.tsx";
import { OrderMenu } from "./OrderMenu.tsx";
import { OrderTotals } from "./OrderTotals.tsx";
import { useOrder } from "./order-context.tsx";
import { orderListWords } from "./order-list-words.ts";
import { orderWords as words } from "./order-words.ts";
import { ProductTiles } from "./ProductTiles.tsx";
import { useAdding } from "./use-adding.ts";
import { useOrderScans } from "./use-order-scans.ts";
import { usePlaceShortcut } from "./use-place-shortcut.ts";
import { usePlacing } from "./use-placing.ts";

type Pane = "products" | "order";

/** Writing an order: one entry line to type or scan into, products to tap, and the order so far. */
export function OrderEditor() {
  const { view, notesPlace, questions, editable, changing } = useOrder();
  const workspace = useWorkspace();
  const [pane, setPane] = createSignal<Pane>((view()?.order.lines.length ?? 0) > 0 ? "order" : "products");
  const [fresh, setFresh] = createSignal<string>();
  const lineCount = () => view()?.order.lines.length ?? 0;
  let entry: EntryHandle | undefined;
  const [customer, setCustomer] = createSignal<CustomerHandle>();
  const adding = useAdding(setFresh);
  const [placing, setPlacing] = createSignal(false);
  const scans = useOrderScans({
    adding,
    entry: () => entry,
    chooseCustomer: () => customer()?.choose,
    isClosed: () => placing() || !editable(),
  });
  const { place, endChanging } = usePlacing({ entry: () => entry, customer, scans, setPlacing });
  usePlaceShortcut(place);
  onMount(() => {
    // On a touch screen a focused line would open the keyboard over the tiles.
    if (!matchMedia("(pointer: fine)").matches) return;
    const known = view()?.order.customer !== undefined && view()?.order.customer !== null;
    queueMicrotask(() => (known || lineCount() > 0 ? entry : customer())?.focus());
  });
  // With its last line taken off, nothing of the list is left to go on with: the line to type in is next.
  createEffect(
    on(lineCount, (count, before) => {
      if (count > 0 || (before ?? 0) === 0 || document.activeElement !== document.body) return;
      if (matchMedia("(pointer: fine)").matches) entry?.focus();
    }),
  );
  const total = () => {
    const shown = view();
    return shown === undefined ? "" : workspace.format().money(shown.totals.totalMinor, shown.order.currency);
  };
  return (
    <div class="editor" data-pane={pane()}>
      <div class="editor-entry stack">
        <EntryBox
          adding={adding}
          onCode={scans.takeCode}
          handle={(handle) => {
            entry = handle;
          }}
        />
        <ScanNotesList place={notesPlace()} />
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
        <ProductTiles adding={adding} />
      </div>
      <div class="editor-docket docket-cast">
        <section class="docket" aria-label={words.pane.order}>
          <CustomerPicker onDone={() => entry?.focus()} handle={setCustomer} />
          <LineList fresh={fresh()} adding={adding} />
          <DetailsSummary>
            <OrderMenu />
          </DetailsSummary>
          <OrderTotals />
          <Show
            when={changing()}
            fallback={
              <Button variant="primary" size="large" icon={IconCheck} wide onClick={place}>
                {words.place}
                <kbd class="shortcut">{words.shortcut}</kbd>
              </Button>
            }
          >
            <Button variant="primary" size="large" icon={IconCheck} wide onClick={endChanging}>
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
      <OpenQuestions questions={questions} />
    </div>
  );
}
