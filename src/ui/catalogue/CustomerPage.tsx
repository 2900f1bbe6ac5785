import { createMemo, For, Show } from "solid-js";
import { customerSearchFields } from "../../device/search/search-fields.ts";
import { type CustomerView, findCustomer, listCustomers } from "../../device/views/queries.ts";
import { addressLine } from "../../domain/address.ts";
import { customerStream } from "../../domain/stream-key.ts";
import { ButtonLink } from "../design/Button.tsx";
import { IconCustomers, IconEdit, IconPlus } from "../design/icons.tsx";
import { List, ListRow } from "../design/List.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { StatusChip } from "../design/StatusChip.tsx";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { createFollowed, createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import "./catalogue.css";
import { ArchiveButton } from "./ArchiveButton.tsx";
import { CustomerScans } from "./CustomerScans.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { createIndex } from "./create-index.ts";
import { type Fact, Facts, RecordMarks, RecordPage } from "./RecordPage.tsx";

const words = catalogueWords.customers;
const back = { href: "/customers", label: catalogueWords.back.customers };

/** Orders that a customer's page lists, newest first. */
const ordersMax = 50;

/** One customer: what is known, their orders, and what can be done. The next card that is scanned opens the next one. */
export function CustomerPage() {
  const workspace = useWorkspace();
  const all = createLive(
    () => workspace.device,
    (device) => listCustomers(device.db),
  );
  const index = createIndex(
    () => valueOr(all(), undefined),
    ({ customer }) => customerSearchFields(customer),
  );
  return (
    <>
      <RecordPage title={words.title} back={back} icon={IconCustomers} find={findCustomer}>
        {(view) => <Customer view={view()} />}
      </RecordPage>
      <CustomerScans index={index()} />
    </>
  );
}

function Customer(props: { readonly view: CustomerView }) {
  const workspace = useWorkspace();
  const customer = () => props.view.customer;
  return (
    <Page
      title={customer().company}
      back={back}
      subtitle={<RecordMarks code={customer().code} archived={customer().archived} mark={props.view.mark} />}
      actions={
        <>
          <Show when={workspace.may("customer-changed")}>
            <ButtonLink href={`/customers/${props.view.id}/edit`} icon={IconEdit}>
              {catalogueWords.edit}
            </ButtonLink>
            <ArchiveButton
              stream={customerStream(props.view.id)}
              change="change-customer"
              name={customer().company}
              archived={customer().archived}
            />
          </Show>
          <Show when={workspace.may("order-drafted") && !customer().archived}>
            <ButtonLink href={`/orders/new?customer=${props.view.id}`} variant="primary" icon={IconPlus}>
              {words.newOrder}
            </ButtonLink>
          </Show>
        </>
      }
    >
      <Known view={props.view} />
      <Orders view={props.view} />
    </Page>
  );
}

function Known(props: { readonly view: CustomerView }) {
  const facts = createMemo((): readonly Fact[] => {
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
        <Facts facts={facts()} />
      </section>
    </Show>
  );
}

function Orders(props: { readonly view: CustomerView }) {
  const workspace = useWorkspace();
  const format = workspace.format;
  const allOrders = useCatalogue().orders();
  const loaded = createFollowed(
    () => props.view.id,
    (customerId) => allOrders.search({ customerId, limit: ordersMax }),
    { keep: true },
  );
  const orders = () => {
    const found = valueOr(loaded(), undefined);
    return found?.isWhole === false && found.orders.length === 0 ? undefined : found?.orders;
  };
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
