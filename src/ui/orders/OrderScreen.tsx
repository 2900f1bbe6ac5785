import { useLocation, useParams } from "@solidjs/router";
import { createMemo, Match, Show, Switch } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import { findOrder } from "../../device/views/queries.ts";
import { ButtonLink } from "../design/Button.tsx";
import { IconOrders, IconWait } from "../design/icons.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { Unreadable } from "../workspace/Unreadable.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { OrderPage } from "./OrderPage.tsx";
import { OrderProvider } from "./order-context.tsx";
import { orderWords as words } from "./order-words.ts";

/**
 * One order, new or known. A new one has its id from the start and is begun by its first command; the address then
 * changes to its own while the screen, its focus and what was typed stay. Another order is another screen: what was
 * still being saved for the one before goes on there.
 */
export function OrderScreen() {
  const params = useParams<{ readonly id?: string }>();
  const location = useLocation();
  const workspace = useWorkspace();
  const isNew = () => location.pathname === "/orders/new";
  const drawn = createMemo<string | undefined>((before) => (isNew() ? uuidv7() : before));
  const id = createMemo(() => (isNew() ? (drawn() ?? "") : (params.id ?? "")));
  const found = createLive(id, (orderId) => findOrder(workspace.device.db, orderId));
  const begunHere = () => id() === drawn();
  const view = () => valueOr(found(), undefined);
  return (
    <Switch>
      <Match when={found().status === "failed"}>
        <Unreadable />
      </Match>
      <Match when={workspace.settings() === undefined && view() === undefined && begunHere()}>
        <Page title={words.newOrder}>
          <EmptyState icon={IconWait} title={words.noSettings.title} text={words.noSettings.text} />
        </Page>
      </Match>
      <Match when={view() !== undefined || begunHere()}>
        <Show when={id()} keyed>
          {(orderId) => (
            <OrderProvider id={orderId} view={view()}>
              <OrderPage />
            </OrderProvider>
          )}
        </Show>
      </Match>
      <Match when={found().status === "loading"}>
        <Loading />
      </Match>
      <Match when={true}>
        <Page title={words.notHere.title} back={{ href: "/orders", label: words.toList }}>
          <EmptyState icon={IconOrders} title={words.notHere.title} text={words.notHere.text}>
            <ButtonLink variant="primary" href="/orders">
              {words.toList}
            </ButtonLink>
          </EmptyState>
        </Page>
      </Match>
    </Switch>
  );
}
