import { createEffect, Match, on, Show, Switch } from "solid-js";
import type { OrderView } from "../../device/views/queries.ts";
import { isOpen } from "../../domain/order/order-state.ts";
import { Notice } from "../design/Notice.tsx";
import { Page } from "../design/Page.tsx";
import { StatusChip, SyncMark } from "../design/StatusChip.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { OrderEditor } from "./OrderEditor.tsx";
import { OrderReader } from "./OrderReader.tsx";
import { useOrder } from "./order-context.tsx";
import { orderWords as words } from "./order-words.ts";

/** The frame of an order: number, status, its own sync state; then the order to write, or to read. */
export function OrderPage() {
  const { view, editable } = useOrder();
  const workspace = useWorkspace();
  // From writing to reading (placed, done changing): back to the top, where the number and the state are.
  createEffect(
    on(editable, (writes, wrote) => {
      if (wrote !== true || writes) return;
      scrollTo(0, 0);
      document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    }),
  );
  const number = () => view()?.order.number ?? view()?.order.externalRef ?? undefined;
  /** While it is open, that it has another number now: the customer may have paper with the former one. */
  const renumbered = () => {
    const order = view()?.order;
    const from = order?.formerNumbers.join(", ") ?? "";
    if (order === undefined || from === "" || order.number === null || !isOpen(order)) return undefined;
    return { from, to: order.number };
  };
  /** While something waits: that it is safe here, and how much of it is still to be sent. */
  const savedText = ({ mark, waitingCount }: OrderView) => {
    if (mark !== "waiting") return undefined;
    if (!workspace.joined()) return words.saved;
    return `${words.saved} · ${words.changesWaiting(waitingCount, workspace.format())}`;
  };
  const title = () => {
    const known = number();
    return known === undefined ? words.newOrder : words.order(known);
  };
  return (
    <Page
      title={title()}
      width="full"
      back={{ href: "/orders", label: words.toList }}
      subtitle={
        <Show when={view()}>
          {(shown) => (
            <>
              <StatusChip status={shown().order.status} />
              <span data-testid={shown().waitingCount > 0 ? "saved-here" : undefined}>
                <SyncMark mark={shown().mark} joined={workspace.joined()} text={savedText(shown())} />
              </span>
            </>
          )}
        </Show>
      }
    >
      <Show when={view()?.readOnly}>
        <Notice tone="wait" title={words.readOnly} />
      </Show>
      <Show when={renumbered()}>
        {(numbers) => (
          <Notice urgent title={words.numberChanged.title(numbers().from, numbers().to)}>
            <p>{words.numberChanged.text(numbers().from)}</p>
          </Notice>
        )}
      </Show>
      <Switch fallback={<OrderReader />}>
        <Match when={editable()}>
          <OrderEditor />
        </Match>
      </Switch>
    </Page>
  );
}
