import { createSignal, Show } from "solid-js";
import { listCustomers, listProducts } from "../../device/views/queries.ts";
import { findOrders } from "../../device/views/search-orders.ts";
import { Button } from "../design/Button.tsx";
import { ConfirmDialog } from "../design/Dialog.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { currencyDigits } from "../words/format.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { planSampleRemoval, sampleCommands, usesSample } from "./sample-catalogue.ts";
import { useSaveAll } from "./use-save.ts";

const words = catalogueWords.sample;

/** Offers the sample catalogue to an empty workspace. Only for people who may add products. */
export function SampleOffer() {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const saveAll = useSaveAll();
  const [busy, setBusy] = createSignal(false);
  const add = async () => {
    const settings = workspace.settings();
    if (settings === undefined) return;
    setBusy(true);
    const inputs = sampleCommands(settings, currencyDigits(settings.currency));
    const done = await saveAll(inputs).finally(() => setBusy(false));
    if (done === inputs.length) toasts.show({ text: words.added });
  };
  return (
    <Show when={workspace.may("product-added") && workspace.settings()}>
      <section class="card">
        <div class="stack" data-gap="small">
          <h2>{words.title}</h2>
          <p class="soft">{words.text}</p>
        </div>
        <div class="row">
          <Button busy={busy()} onClick={() => act(add())}>
            {words.add}
          </Button>
        </div>
      </section>
    </Show>
  );
}

/** Removes the sample again: archives what is unused and unchanged. */
export function SampleRemoval() {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const saveAll = useSaveAll();
  const [asking, setAsking] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const remove = async () => {
    const settings = workspace.settings();
    if (settings === undefined) return;
    setBusy(true);
    const { db } = workspace.device;
    const [customers, products, orders] = await Promise.all([
      listCustomers(db),
      listProducts(db),
      findOrders(db, { fits: usesSample }),
    ]);
    const plan = planSampleRemoval(settings, currencyDigits(settings.currency), {
      customers,
      products,
      orders,
    });
    const done = await saveAll(plan.commands);
    setAsking(false);
    const number = (count: number) => workspace.format().number(count);
    const kept = plan.kept === 0 ? "" : ` · ${words.kept(number(plan.kept))}`;
    toasts.show({ text: `${words.removed(number(done))}${kept}` });
  };
  return (
    <Show when={workspace.may("product-changed")}>
      <div class="row" data-spread>
        <span class="small soft">{words.here}</span>
        <Button variant="quiet" onClick={() => setAsking(true)}>
          {words.remove}
        </Button>
      </div>
      <ConfirmDialog
        open={asking()}
        title={words.removeTitle}
        text={words.removeText}
        confirm={words.remove}
        busy={busy()}
        onConfirm={() => act(remove().finally(() => setBusy(false)))}
        onClose={() => setAsking(false)}
      />
    </Show>
  );
}
