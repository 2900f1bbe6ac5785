import { createMemo, createSignal, Match, Show, Switch } from "solid-js";
import { customerSearchFields } from "../../device/search/search-fields.ts";
import { type SearchIndex, search } from "../../device/search/search-index.ts";
import { type CustomerView, listCustomers } from "../../device/views/queries.ts";
import { ButtonLink } from "../design/Button.tsx";
import { Filters } from "../design/Filters.tsx";
import { IconCustomers, IconPlus, IconSearch } from "../design/icons.tsx";
import { Keyed, List, ListRow } from "../design/List.tsx";
import { EmptyState, Notice } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { SyncMark } from "../design/StatusChip.tsx";
import { createLive } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { CustomerScans } from "./CustomerScans.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { createIndex } from "./create-index.ts";
import { SampleOffer } from "./SampleOffer.tsx";
import { SearchField } from "./SearchField.tsx";
import { pageRows, ShowMore } from "./ShowMore.tsx";

const words = catalogueWords.customers;

/** All customers, by name, with a search over everything that is known of them; a scanned card opens its customer. */
export function CustomerList() {
  const workspace = useWorkspace();
  const loaded = createLive(
    () => workspace.device,
    (device) => listCustomers(device.db),
  );
  const ready = () => {
    const answer = loaded();
    return answer.status === "ready" ? answer.value : undefined;
  };
  const index = createIndex(ready, ({ customer }) => customerSearchFields(customer));
  return (
    <Page
      title={words.title}
      actions={
        <Show when={workspace.may("customer-added")}>
          <ButtonLink href="/customers/new" variant="primary" icon={IconPlus}>
            {words.add}
          </ButtonLink>
        </Show>
      }
    >
      <Switch fallback={<Loading />}>
        <Match when={loaded().status === "failed"}>
          <Notice tone="bad" title={catalogueWords.failed.title} urgent>
            <p>{catalogueWords.failed.text}</p>
          </Notice>
        </Match>
        <Match when={ready()?.length === 0}>
          <EmptyState
            icon={IconCustomers}
            title={words.empty.title}
            text={workspace.may("order-imported") ? words.empty.text : words.empty.textRep}
          >
            <Show when={workspace.may("order-imported")}>
              <ButtonLink href="/import">{catalogueWords.import}</ButtonLink>
            </Show>
          </EmptyState>
          <SampleOffer />
        </Match>
        <Match when={ready()}>{(customers) => <Found customers={customers()} index={index()} />}</Match>
      </Switch>
      <CustomerScans index={index()} />
    </Page>
  );
}

function Found(props: {
  readonly customers: readonly CustomerView[];
  readonly index: SearchIndex<CustomerView> | undefined;
}) {
  const workspace = useWorkspace();
  const [typed, setTyped] = createSignal("");
  const [which, setWhich] = createSignal<"active" | "archived">("active");
  const [rows, setRows] = createSignal(pageRows);
  const found = createMemo(() => {
    const wanted = which() === "archived";
    const among = ({ customer }: CustomerView) => customer.archived === wanted;
    return props.index === undefined ? [] : search(props.index, typed(), { among });
  });
  const number = (count: number) => workspace.format().number(count);
  const archived = () => props.customers.filter(({ customer }) => customer.archived).length;
  return (
    <>
      <SearchField
        label={words.search}
        value={typed()}
        onInput={(value) => {
          setTyped(value);
          setRows(pageRows);
        }}
        found={catalogueWords.found(number(found().length))}
      />
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
      <Show
        when={found().length > 0}
        fallback={<EmptyState icon={IconSearch} title={words.noneFound.title} text={words.noneFound.text} />}
      >
        <List label={words.list}>
          <Keyed each={found().slice(0, rows())} by={({ id }) => id}>
            {(view) => <CustomerRow view={view()} />}
          </Keyed>
        </List>
        <ShowMore shown={rows()} total={found().length} onMore={() => setRows(rows() + pageRows)} />
      </Show>
    </>
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
