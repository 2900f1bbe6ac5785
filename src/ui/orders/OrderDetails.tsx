import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { addressLine } from "../../domain/address.ts";
import type { ExistingOrder } from "../../domain/order/order-state.ts";
import { Button } from "../design/Button.tsx";
import { IconEdit } from "../design/icons.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { DetailsDialog } from "./DetailsDialog.tsx";
import { useOrder } from "./order-context.tsx";
import { orderWords } from "./order-words.ts";

const words = orderWords.detail;

/**
 * Dates, reference, note and address of an order, as far as it has them, and the way to change them; more actions
 * beside it.
 */
export function DetailsSummary(props: { readonly children?: JSX.Element }) {
  const { view, editable } = useOrder();
  const workspace = useWorkspace();
  const [seen, setSeen] = createSignal<ExistingOrder>();
  const facts = createMemo(() => {
    const order = view()?.order;
    if (order === undefined) return [];
    const format = workspace.format();
    const all: readonly (readonly [string, string])[] = [
      [words.orderedOn, format.day(order.orderedOn)],
      [words.wantedOn, order.wantedOn === null ? "" : format.day(order.wantedOn)],
      [words.shippedOn, order.status === "shipped" ? format.day(order.shippedOn) : ""],
      [words.shipTo, order.shipTo === null || editable() ? "" : addressLine(order.shipTo)],
      [words.reference, order.reference],
      [words.note, order.note],
      [words.external, order.externalRef ?? ""],
      [words.former, order.formerNumbers.join(", ")],
      [words.cancelled, order.status === "cancelled" ? order.cancelNote : ""],
    ];
    return all.filter(([, value]) => value !== "");
  });
  return (
    <Show when={view()}>
      <div class="stack" data-gap="small">
        <dl class="facts small" data-kind="words">
          <For each={facts()}>
            {([label, value]) => (
              <>
                <dt>{label}</dt>
                <dd class="wrap">{value}</dd>
              </>
            )}
          </For>
        </dl>
        <Show when={editable()}>
          <div class="row">
            <Button icon={IconEdit} onClick={() => setSeen(view()?.order)}>
              {orderWords.editDetails}
            </Button>
            {props.children}
          </div>
          <Show when={seen()} keyed>
            {(order) => <DetailsDialog order={order} onClose={() => setSeen(undefined)} />}
          </Show>
        </Show>
      </div>
    </Show>
  );
}
