import { createMemo, createSignal, Show } from "solid-js";
import { customerSearchFields } from "../../device/search/search-fields.ts";
import type { SearchIndex } from "../../device/search/search-index.ts";
import { type CustomerView, listCustomers } from "../../device/views/queries.ts";
import { Filters } from "../design/Filters.tsx";
import { IconCustomers } from "../design/icons.tsx";
import { ListRow } from "../design/List.tsx";
import { SyncMark } from "../design/StatusChip.tsx";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { CustomerScans } from "./CustomerScans.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { createIndex } from "./create-index.ts";
import { FoundList, ListScreen, NothingYet } from "./ListScreen.tsx";

const words = catalogueWords.customers;

/** All customers, by name, with a search over everything that is known of them; a scanned card opens its customer. */
export function CustomerList() {
  const workspace = useWorkspace();
  const loaded = createLive(
    () => workspace.device,
    (device) => listCustomers(device.db),
  );
  const all = () => valueOr(loaded(), undefined);
  const index = createIndex(all, ({ customer }) => customerSearchFields(customer));
  return (
    <ListScreen
      title={words.title}
      add={workspace.may("customer-added") ? { label: words.add, href: "/customers/new" } : undefined}
      status={loaded().status}
      isEmpty={all()?.length === 0}
      empty={<NoCustomers />}
      scans={<CustomerScans index={index()} />}
    >
      <Found customers={valueOr(loaded(), [])} index={index()} />
    </ListScreen>
  );
}

function NoCustomers() {
  const workspace = useWorkspace();
  const text = () => (workspace.may("order-imported") ? words.empty.text : words.empty.textRep);
  return <NothingYet icon={IconCustomers} title={words.empty.title} text={text()} />;
}

function Found(props: {
  readonly customers: readonly CustomerView[];
  readonly index: SearchIndex<CustomerView> | undefined;
}) {
  const workspace = useWorkspace();
  const [which, setWhich] = createSignal<"active" | "archived">("active");
  const number = (count: number) => workspace.format().number(count);
  const archived = createMemo(() => props.customers.filter(({ customer }) => customer.archived).length);
  return (
    <FoundList
      words={words}
      index={props.index}
      among={({ customer }) => customer.archived === (which() === "archived")}
      by={({ id }) => id}
      filters={
        <Show when={archived() > 0}>
          <Filters
            label={catalogueWords.showWhich}
            value={which()}
            onChange={setWhich}
            options={[
              {
                value: "active",
                label: catalogueWords.showActive,
                count: number(props.customers.length - archived()),
              },
              { value: "archived", label: catalogueWords.showArchived, count: number(archived()) },
            ]}
          />
        </Show>
      }
    >
      {(view) => <CustomerRow view={view()} />}
    </FoundList>
  );
}

function CustomerRow(props: { readonly view: CustomerView }) {
  const workspace = useWorkspace();
  const cityAndContact = () =>
    [props.view.customer.address.city, props.view.customer.contactName].filter((part) => part !== "");
  return (
    <ListRow
      href={`/customers/${props.view.id}`}
      title={props.view.customer.company}
      sub={cityAndContact().join(" · ")}
      side={
        <>
          <span class="small soft">{props.view.customer.code}</span>
          <Show when={props.view.mark !== "confirmed"}>
            <SyncMark mark={props.view.mark} joined={workspace.joined()} />
          </Show>
        </>
      }
    />
  );
}
