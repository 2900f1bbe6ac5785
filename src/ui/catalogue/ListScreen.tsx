import { createMemo, createSignal, type JSX, Match, Show, Switch } from "solid-js";
import { type SearchIndex, search } from "../../device/search/search-index.ts";
import { ButtonLink } from "../design/Button.tsx";
import { type IconComponent, IconPlus, IconSearch } from "../design/icons.tsx";
import { Keyed, List } from "../design/List.tsx";
import { EmptyState, Notice } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import type { Loaded } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { catalogueWords as words } from "./catalogue-words.ts";
import { SampleOffer } from "./SampleOffer.tsx";
import { SearchField } from "./SearchField.tsx";
import { pageRows, ShowMore } from "./ShowMore.tsx";

interface ListScreenProps {
  readonly title: string;
  readonly subtitle?: JSX.Element;
  /** Where more of them is written, for whoever may. */
  readonly add: { readonly label: string; readonly href: string } | undefined;
  readonly status: Loaded<unknown>["status"];
  /** What there is instead of the list where it holds nothing. */
  readonly empty: JSX.Element;
  readonly isEmpty: boolean;
  readonly children: JSX.Element;
  /** What scans do here; it comes last. */
  readonly scans: JSX.Element;
}

/** A list as a screen: being read, not to be read, empty, or there. */
export function ListScreen(props: ListScreenProps) {
  return (
    <Page
      title={props.title}
      subtitle={props.subtitle}
      actions={
        <Show when={props.add}>
          {(add) => (
            <ButtonLink href={add().href} variant="primary" icon={IconPlus}>
              {add().label}
            </ButtonLink>
          )}
        </Show>
      }
    >
      <Switch fallback={<Loading />}>
        <Match when={props.status === "failed"}>
          <Notice tone="bad" title={words.failed.title} urgent>
            <p>{words.failed.text}</p>
          </Notice>
        </Match>
        <Match when={props.status === "ready" && props.isEmpty}>{props.empty}</Match>
        <Match when={props.status === "ready"}>{props.children}</Match>
      </Switch>
      {props.scans}
    </Page>
  );
}

interface FoundListProps<Item> {
  readonly words: {
    readonly search: string;
    readonly list: string;
    readonly noneFound: { readonly title: string; readonly text: string };
  };
  readonly index: SearchIndex<Item> | undefined;
  /** Which of them the filter leaves. */
  readonly among: (item: Item) => boolean;
  readonly filters: JSX.Element;
  readonly by: (item: Item) => string;
  readonly children: (item: () => Item) => JSX.Element;
}

/** What is found of a list, by what is typed and by the filter: so many rows at first, the rest on demand. */
export function FoundList<Item>(props: FoundListProps<Item>) {
  const workspace = useWorkspace();
  const [typed, setTyped] = createSignal("");
  const [rows, setRows] = createSignal(pageRows);
  const found = createMemo(() =>
    props.index === undefined ? [] : search(props.index, typed(), { among: props.among }),
  );
  return (
    <>
      <SearchField
        label={props.words.search}
        value={typed()}
        onInput={(value) => {
          setTyped(value);
          setRows(pageRows);
        }}
        found={words.found(workspace.format().number(found().length))}
      />
      {props.filters}
      <Show
        when={found().length > 0}
        fallback={
          <EmptyState
            icon={IconSearch}
            title={props.words.noneFound.title}
            text={props.words.noneFound.text}
          />
        }
      >
        <List label={props.words.list}>
          <Keyed each={found().slice(0, rows())} by={props.by}>
            {(item) => props.children(item)}
          </Keyed>
        </List>
        <ShowMore shown={rows()} total={found().length} onMore={() => setRows(rows() + pageRows)} />
      </Show>
    </>
  );
}

/** What there is where nothing is in the list yet: a list to import, for whoever may, and the sample catalogue. */
export function NothingYet(props: {
  readonly icon: IconComponent;
  readonly title: string;
  readonly text: string;
}) {
  const workspace = useWorkspace();
  return (
    <>
      <EmptyState icon={props.icon} title={props.title} text={props.text}>
        <Show when={workspace.may("order-imported")}>
          <ButtonLink href="/import">{words.import}</ButtonLink>
        </Show>
      </EmptyState>
      <SampleOffer />
    </>
  );
}
