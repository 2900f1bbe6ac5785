import { createEffect, createSignal, on, onCleanup, onMount, Show } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import { Button } from "../design/Button.tsx";
import { openDialog } from "../design/Dialog.tsx";
import { Filters } from "../design/Filters.tsx";
import { IconCheck } from "../design/icons.tsx";
import { OpenQuestions } from "../design/Questions.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { ScanNotesList } from "../scan/ScanNotesList.tsx";
import { useScanNotes } from "../scan/scan-notes.tsx";
import { scanWords } from "../scan/scan-words.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { type CustomerHandle, CustomerPicker } from "./CustomerPicker.tsx";
import { EntryBox, type EntryHandle } from "./EntryBox.tsx";
import { LineList } from "./LineList.tsx";
import { DetailsSummary } from "./OrderDetails.tsx";
import { OrderMenu } from "./OrderMenu.tsx";
import { OrderTotals } from "./OrderTotals.tsx";
import { useOrder } from "./order-context.tsx";
import { orderListWords, orderWords as words } from "./order-words.ts";
import { ProductTiles } from "./ProductTiles.tsx";
import { useAdding } from "./use-adding.ts";
import { useOrderScans } from "./use-order-scans.ts";

type Pane = "products" | "order";

/** Writing an order: one entry line to type or scan into, products to tap, and the order so far. */
export function OrderEditor() {
  const { view, actions, notesPlace, questions, editable, changing, setChanging } = useOrder();
  const notes = useScanNotes();
  const workspace = useWorkspace();
  const toasts = useToasts();
  const [pane, setPane] = createSignal<Pane>((view()?.order.lines.length ?? 0) > 0 ? "order" : "products");
  const [fresh, setFresh] = createSignal<string>();
  const lineCount = () => view()?.order.lines.length ?? 0;
  const placeId = uuidv7();
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
  /** Whether the entry line is empty: a text that can mean only one thing is taken, any other stays and is reported. */
  const nothingTyped = async (): Promise<boolean> => {
    const picker = customer();
    if (picker !== undefined && !(await picker.settle())) {
      toasts.show({ text: words.stillTypedCustomer(picker.text().trim()) });
      picker.focus();
      return false;
    }
    const { settled, why } = (await entry?.settle()) ?? { settled: true };
    if (settled) return true;
    if (why !== undefined) toasts.show({ text: why });
    entry?.focus();
    return false;
  };
  /** Whether the entry line is empty, and everything scanned up to now is on the order. */
  const nothingLeft = async (): Promise<boolean> => {
    const isWhole = scans.watch();
    // What a scanner has just typed is not to be taken for typed by hand.
    await scans.settled();
    if (!(await nothingTyped())) return false;
    await scans.done();
    if (isWhole()) return true;
    toasts.show({ text: scanWords.notPlaced });
    return false;
  };
  /** Whether nothing was scanned without result, or somebody says that the order is complete without it. */
  const isWithoutNotes = async (): Promise<boolean> => {
    const codes = notes.of(notesPlace()).map(({ code }) => code);
    return codes.length === 0 || (await questions.ask(scanWords.placeWithout(codes))) === true;
  };
  const [busy, setBusy] = createSignal(false);
  /** One at a time: a second tap while what is typed is being added must not add it again. */
  const oneAtATime = async (work: () => Promise<void>) => {
    if (busy()) return;
    setBusy(true);
    try {
      await work();
    } finally {
      setBusy(false);
    }
  };
  const place = () =>
    oneAtATime(async () => {
      if (!(await nothingLeft())) return;
      const order = (await actions.current())?.order;
      if (order === undefined || order.lines.length === 0) {
        toasts.show({ text: words.placeEmpty });
        entry?.focus();
        return;
      }
      if (!(await isWithoutNotes())) return;
      // One id for this screen's placing: a double tap is one command.
      setPlacing(true);
      const placed = actions.send({ type: "place-order", data: {} }, placeId);
      const handled = await placed.finally(() => setPlacing(false));
      if (isDone(handled)) toasts.show({ text: words.placed(order.number ?? "") });
    });
  const endChanging = () =>
    oneAtATime(async () => {
      if (await nothingLeft()) setChanging(false);
    });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    // Shortcuts end at an open dialog: there they mean its own form.
    if (changing() || openDialog() !== undefined) return;
    event.preventDefault();
    if (!event.repeat) act(place());
  };
  onMount(() => {
    addEventListener("keydown", onKeyDown);
    // On a touch screen a focused line would open the keyboard over the tiles.
    if (matchMedia("(pointer: fine)").matches) {
      const known = view()?.order.customer !== undefined && view()?.order.customer !== null;
      queueMicrotask(() => (known || lineCount() > 0 ? entry : customer())?.focus());
    }
  });
  onCleanup(() => removeEventListener("keydown", onKeyDown));
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
              <Button variant="primary" size="large" icon={IconCheck} wide onClick={() => act(place())}>
                {words.place}
                <kbd class="shortcut">{words.shortcut}</kbd>
              </Button>
            }
          >
            <Button variant="primary" size="large" icon={IconCheck} wide onClick={() => act(endChanging())}>
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
