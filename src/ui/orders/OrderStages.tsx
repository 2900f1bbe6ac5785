import { createEffect, createSignal, For, on, onCleanup, Show } from "solid-js";
import type { Device } from "../../device/storage/device.ts";
import type { OrderStock } from "../../device/views/stock-answer.ts";
import type { ConsistencyOutcome } from "../../sync/calls/wait-for-consistency.ts";
import { IconCheck, IconWait } from "../design/icons.tsx";
import { inBackground } from "../faults/act.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useOrder } from "./order-context.tsx";
import { delayWords, stagesOf, stockAnswerWords as words } from "./stock-answer-words.ts";

/** How far a placed order is: saved here, sent, accepted, and answered by inventory. */
export function OrderStages() {
  const { view, stock } = useOrder();
  const workspace = useWorkspace();
  /** An imported order is not answered by inventory; without a server nothing is sent. */
  const shown = () => {
    const order = view()?.order;
    const isOnItsWay = order?.status === "placed" || order?.status === "shipped";
    return isOnItsWay && !order.historical && workspace.joined() ? stock() : undefined;
  };
  const [delay, setDelay] = createSignal<string>();
  createEffect(
    on(
      () => isAwaited(shown()),
      (awaited) => {
        setDelay(undefined);
        if (!awaited) return;
        const leaving = new AbortController();
        onCleanup(() => leaving.abort());
        inBackground(
          watchInventory(workspace.device, leaving.signal).then((ended) => {
            if (!leaving.signal.aborted) setDelay(delayWords(ended, workspace.format()));
          }),
        );
      },
    ),
  );
  return (
    <Show when={shown()}>
      {(known) => (
        <>
          <ol class="stages" aria-label={words.stages.label}>
            <For each={stagesOf(known().stage, known().answer)}>
              {(stage) => (
                <li class="stage" data-done={stage.done ? "" : undefined}>
                  {stage.done ? <IconCheck /> : <IconWait />}
                  <span>{stage.name}</span>
                  <span class="visually-hidden">{stage.done ? words.stages.done : words.stages.open}</span>
                </li>
              )}
            </For>
          </ol>
          <p class="soft small" role="status">
            {delay()}
          </p>
        </>
      )}
    </Show>
  );
}

/** Whether the server has the order, and inventory has not answered how it is now. */
function isAwaited(stock: OrderStock | undefined): boolean {
  if (stock?.stage !== "accepted") return false;
  const { answer } = stock;
  return answer.status === "awaited" || (answer.status === "answered" && answer.updating);
}

/** How long inventory may take before somebody who looks is told how far it is. */
const patienceMs = 15_000;

/** Waits for inventory to read what this device has seen accepted. Loaded only when it is needed. */
async function watchInventory(device: Device, signal: AbortSignal): Promise<ConsistencyOutcome | undefined> {
  const { cursorOf, waitForConsistency } = await import("../../sync/calls/wait-for-consistency.ts");
  const cursor = await cursorOf(device);
  return cursor === undefined
    ? undefined
    : waitForConsistency(device, cursor, { timeoutMs: patienceMs, signal });
}
