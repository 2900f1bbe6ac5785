import { useParams } from "@solidjs/router";
import { createMemo, For, Match, Show, Switch } from "solid-js";
import { type CustomerView, findCustomer } from "../../device/views/queries.ts";
import { findOrders } from "../../device/views/search-orders.ts";
import { addressLine } from "../../domain/address.ts";
import { customerStream } from "../../domain/stream-key.ts";
import { Button, ButtonLink } from "../design/Button.tsx";
import { IconCustomers, IconEdit, IconPlus } from "../design/icons.tsx";
import { List, ListRow } from "../design/List.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { Chip, StatusChip, SyncMark } from "../design/StatusChip.tsx";
import { act } from "../faults/act.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import "./catalogue.css";
import { catalogueWords } from "./catalogue-words.ts";
import { useSave } from "./use-save.ts";

const words = catalogueWords.customers;
const back = { href: "/customers", label: catalogueWords.back.customers };

/** Orders that a customer's page lists, newest first. */
const ordersMax = 50;

/** One customer: what is known, their orders, and what can be done. */
export function CustomerPage() {
  const params = useParams<{ id: string }>();
  const workspace = useWorkspace();
  const loaded = createLive(
    () => params.id,
    (id) => findCustomer(workspace.device.db, id),
  );
  const view = () => valueOr(loaded(), undefined);
  return (
    <Switch
      fallback={
        <Page title={words.title} back={back}>
          <EmptyState
            icon={IconCustomers}
            title={catalogueWords.notHere.title}
            text={catalogueWords.notHere.text}
          />
        </Page>
      }
    >
      <Match when={loaded().status === "loading"}>
        <Page title={words.title} back={back}>
          <Loading rows={3} />
        </Page>
      </Match>
      <Match when={view()}>{(found) => <Customer view={found()} />}</Match>
    </Switch>
  );
}

function Customer(props: { readonly view: CustomerView }) {
  const workspace = useWorkspace();
  const customer = () => props.view.customer;
  return (
    <Page
      title={customer().company}
      back={back}
      subtitle={
        <>
          <Show when={customer().code !== ""}>
            <span>{customer().code}</span>
          </Show>
          <Show when={customer().archived}>
            <Chip>{catalogueWords.archived}</Chip>
          </Show>
          <SyncMark mark={props.view.mark} joined={workspace.joined()} />
        </>
      }
      actions={
        <>
          <Show when={workspace.may("customer-changed")}>
            <ButtonLink href={`/customers/${props.view.id}/edit`} icon={IconEdit}>
              {catalogueWords.edit}
            </ButtonLink>
            <ArchiveButton view={props.view} />
          </Show>
          <Show when={workspace.may("order-drafted") && !customer().archived}>
            <ButtonLink href={`/orders/new?customer=${props.view.id}`} variant="primary" icon={IconPlus}>
              {words.newOrder}
            </ButtonLink>
          </Show>
        </>
      }
    >
      <Facts view={props.view} />
      <Orders view={props.view} />
    </Page>
  );
}

function Facts(props: { readonly view: CustomerView }) {
  const facts = createMemo(() => {
    const { contactName, contactTitle, email, phone, note, address, shipTo } = props.view.customer;
    const { fields } = words;
    return [
      { name: fields.contactName, value: contactName },
      { name: fields.contactTitle, value: contactTitle },
      { name: fields.email, value: email, href: `mailto:${email}` },
      { name: fields.phone, value: phone, href: `tel:${phone.replaceAll(/[^\d+]/g, "")}` },
      { name: fields.address, value: addressLine(address) },
      { name: fields.shipToTitle, value: shipTo === null ? "" : addressLine(shipTo) },
      { name: fields.note, value: note },
    ].filter(({ value }) => value !== "");
  });
  return (
    <Show when={facts().length > 0}>
      <section class="card">
        <dl class="facts" data-kind="words">
          <For each={facts()}>
            {(fact) => (
              <>
                <dt>{fact.name}</dt>
                <dd>
                  <Show when={fact.href} fallback={fact.value}>
                    {(href) => <a href={href()}>{fact.value}</a>}
                  </Show>
                </dd>
              </>
            )}
          </For>
        </dl>
      </section>
    </Show>
  );
}

function Orders(props: { readonly view: CustomerView }) {
  const workspace = useWorkspace();
  const format = workspace.format;
  const loaded = createLive(
    () => props.view.id,
    (id, signal) =>
      findOrders(workspace.device.db, {
        fits: ({ customer }) => customer?.id === id,
        limit: ordersMax,
        signal,
      }),
    { keep: true },
  );
  const orders = () => valueOr(loaded(), undefined);
  return (
    <section class="stack" data-gap="small">
      <h2>{words.orders}</h2>
      <Show when={orders()} fallback={<Loading rows={2} />}>
        {(found) => (
          <Show when={found().length > 0} fallback={<p class="soft">{words.noOrders}</p>}>
            <List label={words.orders}>
              <For each={found()}>
                {({ id, order, totals }) => (
                  <ListRow
                    href={`/orders/${id}`}
                    title={order.number ?? order.externalRef ?? ""}
                    sub={format().day(order.orderedOn)}
                    side={
                      <>
                        <span class="strong">{format().money(totals.totalMinor, order.currency)}</span>
                        <StatusChip status={order.status} />
                      </>
                    }
                  />
                )}
              </For>
            </List>
          </Show>
        )}
      </Show>
    </section>
  );
}

function ArchiveButton(props: { readonly view: CustomerView }) {
  const save = useSave();
  const toggle = () => {
    const { archived, company } = props.view.customer;
    const stream = customerStream(props.view.id);
    const command = (to: boolean) =>
      ({ type: "change-customer", data: { changes: { archived: { from: !to, to } } } }) as const;
    const said = { true: catalogueWords.archivedNow(company), false: catalogueWords.restoredNow(company) };
    act(
      save({ stream, command: command(!archived) }, said[`${!archived}`], {
        label: catalogueWords.undo,
        input: { stream, command: command(archived) },
        said: said[`${archived}`],
      }),
    );
  };
  return (
    <Button variant="quiet" onClick={toggle}>
      {props.view.customer.archived ? catalogueWords.restore : catalogueWords.archive}
    </Button>
  );
}
