import { For, Show } from "solid-js";
import { IconCheck, IconWait } from "../design/icons.tsx";
import { stagesOf, stockAnswerWords as words } from "../words/stock-answer-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useOrder } from "./order-context.tsx";

/** How far a placed order is: saved here, sent, accepted, and answered by inventory. */
export function OrderStages() {
  const { view, stock } = useOrder();
  const workspace = useWorkspace();
  /** An order of history asks nobody; without a server there is nobody to send to. */
  const shown = () => {
    const order = view()?.order;
    const isOnItsWay = order?.status === "placed" || order?.status === "shipped";
    return isOnItsWay && !order.historical && workspace.joined() ? stock() : undefined;
  };
  return (
    <Show when={shown()}>
      {(known) => (
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
      )}
    </Show>
  );
}
