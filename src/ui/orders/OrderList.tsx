import { createMemo, createSignal, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import { orderSearchFields } from "../../device/search/search-fields.ts";
import { makeSearchIndex, search } from "../../device/search/search-index.ts";
import type { DeviceDatabase } from "../../device/storage/database.ts";
import { type Live, live } from "../../device/storage/live.ts";
import { ordersShownFirst } from "../../device/views/first-screen.ts";
import type { FoundOrders } from "../../device/views/order-search.ts";
import { countOrders, listOrders, type OrderView } from "../../device/views/queries.ts";
import { listShortOrders, type Shortage } from "../../device/views/stock-answer.ts";
import type { OrderStatus } from "../../domain/order/order-state.ts";
import { Button, ButtonLink } from "../design/Button.tsx";
import { Filters, type FiltersProps } from "../design/Filters.tsx";
import { IconOrders, IconPlus, IconSearch } from "../design/icons.tsx";
import { Keyed, List, ListRow } from "../design/List.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { SearchField } from "../design/SearchField.tsx";
import { Chip, StatusChip, SyncMark } from "../design/StatusChip.tsx";
import { statusWords } from "../words/status-words.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { createFollowed, createLive, valueOr } from "../workspace/create-live.ts";
import { Unreadable } from "../workspace/Unreadable.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { orderListWords as words } from "./order-list-words.ts";

type Wanted = "all" | "short" | Exclude<OrderStatus, "none">;

const statuses = ["draft", "placed", "shipped", "cancelled"] as const;
const pageSize = ordersShownFirst;

/** All orders, newest first: filtered by status, searched, and read on as one scrolls. */
export function OrderList() {
  const workspace = useWorkspace();
  const [wanted, setWanted] = createSignal<Wanted>("all");
  const [text, setText] = createSignal("");
  const [limit, setLimit] = createSignal(pageSize);
  const first = workspace.first()?.orders;
  const asked = createMemo(() => ({ wanted: wanted(), text: text().trim(), limit: limit() + 1 }));
  // What was read while the device was opened is drawn before anything is read again.
  const query = () => (first === undefined || workspace.later() !== undefined ? asked() : undefined);
  const allOrders = useCatalogue().orders();
  const found = createFollowed(
    query,
    (asked): Live<FoundOrders> => {
      const { db } = workspace.device;
      const status = asked.wanted === "all" || asked.wanted === "short" ? {} : { status: asked.wanted };
      if (asked.wanted === "short") return whole(() => shortOrders(db, asked.text, asked.limit));
      if (asked.text === "") return whole(() => listOrders(db, { ...status, limit: asked.limit }));
      return allOrders.search({ ...status, text: asked.text, limit: asked.limit });
    },
    first === undefined ? { keep: true } : { keep: true, first: { orders: first, isWhole: true } },
  );
  let stopExpecting: (() => void) | undefined;
  const expectSearch = () => {
    stopExpecting ??= allOrders.expect();
  };
  onCleanup(() => stopExpecting?.());
  const counts = createLive(
    () => workspace.later(),
    (device) => countOrders(device.db),
  );
  const short = createLive(
    () => workspace.later(),
    async ({ db }) => new Map((await listShortOrders(db)).map(({ view, shortage }) => [view.id, shortage])),
  );
  const shortages = () => valueOr(short(), noShortages);
  const shortCount = () => [...shortages().values()].filter((shortage) => shortage === "short").length;
  const orders = () => valueOr(found(), undefined)?.orders ?? [];
  const isReading = () => valueOr(found(), undefined)?.isWhole === false;
  const options = createMemo((): FiltersProps<Wanted>["options"] => {
    const known = valueOr(counts(), undefined);
    const count = (value: number | undefined) =>
      value === undefined ? {} : { count: workspace.format().number(value) };
    const all = known && known.draft + known.placed + known.shipped + known.cancelled;
    return [
      { value: "all", label: words.all, ...count(all) },
      ...statuses.map((status) => ({
        value: status,
        label: statusWords.order[status],
        ...count(known?.[status]),
      })),
    ];
  });
  // Only where somebody is asked something: a shop that counts nothing never meets it. Chosen, it stays.
  const filters = createMemo(() => {
    const asked = shortCount();
    if (asked === 0 && wanted() !== "short") return options();
    const [all, ...rest] = options();
    const count = workspace.format().number(asked);
    const own = { value: "short", label: words.shortOnly, count } as const;
    return [...(all === undefined ? [] : [all]), own, ...rest];
  });
  const choose = (next: Wanted) => {
    setLimit(pageSize);
    setWanted(next);
  };
  return (
    <Page
      title={words.title}
      actions={
        <Show when={workspace.may("order-drafted")}>
          <ButtonLink variant="primary" icon={IconPlus} href="/orders/new">
            {words.newOrder}
          </ButtonLink>
        </Show>
      }
    >
      <SearchField
        label={words.search}
        placeholder={words.searchHint}
        value={text()}
        onInput={setText}
        onFocus={expectSearch}
      />
      <Filters label={words.filter} value={wanted()} options={filters()} onChange={choose} />
      <Switch>
        <Match when={found().status === "loading" || (orders().length === 0 && isReading())}>
          <Loading rows={8} />
        </Match>
        <Match when={found().status === "failed"}>
          <Unreadable />
        </Match>
        <Match when={orders().length === 0}>
          <NothingFound wanted={wanted()} text={text().trim()} />
        </Match>
        <Match when={true}>
          <List label={words.title}>
            <Keyed each={orders().slice(0, limit())} by={(view) => view.id}>
              {(view) => <OrderRow view={view()} shortage={shortages().get(view().id)} />}
            </Keyed>
          </List>
          <Show when={orders().length > limit()}>
            <ReadOn more={() => setLimit((count) => count + pageSize)} />
          </Show>
        </Match>
      </Switch>
    </Page>
  );
}

/** Reads on automatically when it comes near; a button, for keyboards. */
function ReadOn(props: { readonly more: () => void }) {
  let button: HTMLButtonElement | undefined;
  onMount(() => {
    if (button === undefined) return;
    const near = (entries: readonly IntersectionObserverEntry[]) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) props.more();
    };
    const observer = new IntersectionObserver(near, { rootMargin: "400px" });
    observer.observe(button);
    onCleanup(() => observer.disconnect());
  });
  return (
    <Button
      wide
      ref={(element) => {
        button = element;
      }}
      onClick={() => props.more()}
    >
      {words.more}
    </Button>
  );
}

const noShortages: ReadonlyMap<string, Shortage> = new Map();

/** A query that answers with all that fit at once. */
function whole(query: () => Promise<readonly OrderView[]>): Live<FoundOrders> {
  return live(async () => ({ orders: await query(), isWhole: true }));
}

/** The short orders that ask for an answer; searched like all others where somebody types. */
async function shortOrders(db: DeviceDatabase, text: string, limit: number): Promise<readonly OrderView[]> {
  const short = (await listShortOrders(db)).filter(({ shortage }) => shortage === "short");
  if (text === "") return short.slice(0, limit).map(({ view }) => view);
  const index = makeSearchIndex(
    short.map(({ view }) => view),
    ({ order }) => orderSearchFields(order),
  );
  return search(index, text, { limit });
}

function OrderRow(props: { readonly view: OrderView; readonly shortage: Shortage | undefined }) {
  const workspace = useWorkspace();
  const format = workspace.format;
  const order = () => props.view.order;
  const number = () => words.numbered(order().number ?? order().externalRef ?? "", order().formerNumbers);
  return (
    <ListRow
      href={`/orders/${props.view.id}`}
      title={
        <span class="row">
          <span>{order().customer?.name ?? words.noCustomer}</span>
          <StatusChip status={order().status} />
          <Show when={props.shortage}>
            {(shortage) => (
              <Chip tone={shortage() === "short" ? "wait" : "plain"}>{words.shortage[shortage()]}</Chip>
            )}
          </Show>
        </span>
      }
      sub={[number(), format().day(order().orderedOn), words.lines(order().lines.length, format())].join(
        " · ",
      )}
      side={
        <>
          <span class="strong figure">{format().money(props.view.totals.totalMinor, order().currency)}</span>
          <SyncMark mark={props.view.mark} joined={workspace.joined()} brief />
        </>
      }
    />
  );
}

function NothingFound(props: { readonly wanted: Wanted; readonly text: string }) {
  const workspace = useWorkspace();
  return (
    <Switch>
      <Match when={props.text !== ""}>
        <EmptyState icon={IconSearch} title={words.noMatch(props.text)} text={words.noMatchText} />
      </Match>
      <Match when={props.wanted === "short"}>
        <EmptyState icon={IconOrders} title={words.noneShort} />
      </Match>
      <Match when={props.wanted !== "all" && props.wanted !== "short" && props.wanted} keyed>
        {(status) => <EmptyState icon={IconOrders} title={words.noneOfStatus(statusWords.order[status])} />}
      </Match>
      <Match when={true}>
        <EmptyState
          icon={IconOrders}
          title={words.none.title}
          text={workspace.settings() === undefined ? words.none.joining : words.none.text}
        >
          <Show when={workspace.may("order-drafted")}>
            <ButtonLink variant="primary" size="large" icon={IconPlus} href="/orders/new">
              {words.newOrder}
            </ButtonLink>
          </Show>
        </EmptyState>
      </Match>
    </Switch>
  );
}
