import { type Accessor, For, type JSX, Match, Show, Switch } from "solid-js";
import type { SyncMark as Mark } from "../../device/views/queries.ts";
import type { IconComponent } from "../design/icons.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { Chip, SyncMark } from "../design/StatusChip.tsx";
import { valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { type FindRecord, useRecord } from "./use-record.ts";
import "./catalogue.css";

interface RecordPageProps<View> {
  /** Shown above the page until the record is read. */
  readonly title: string;
  readonly back: { readonly href: string; readonly label: string };
  readonly icon: IconComponent;
  readonly find: FindRecord<View>;
  readonly children: (view: Accessor<View>) => JSX.Element;
}

/**
 * The page of the customer or product that the address names, once it is read; else that it is awaited, or not here.
 */
export function RecordPage<View extends object>(props: RecordPageProps<View>) {
  const loaded = useRecord(props.find);
  return (
    <Switch
      fallback={
        <Page title={props.title} back={props.back}>
          <NotHere icon={props.icon} />
        </Page>
      }
    >
      <Match when={loaded().status === "loading"}>
        <Page title={props.title} back={props.back}>
          <Loading rows={3} />
        </Page>
      </Match>
      <Match when={valueOr(loaded(), undefined)}>{(view) => props.children(view)}</Match>
    </Switch>
  );
}

/** Says that no customer or product of this address is on this device. */
export function NotHere(props: { readonly icon: IconComponent }) {
  const { title, text } = catalogueWords.notHere;
  return <EmptyState icon={props.icon} title={title} text={text} />;
}

/** What is under a record's name: its code, whether it is archived, and how far it is on its way. */
export function RecordMarks(props: {
  readonly code: string;
  readonly archived: boolean;
  readonly mark: Mark;
}) {
  const workspace = useWorkspace();
  return (
    <>
      <Show when={props.code !== ""}>
        <span>{props.code}</span>
      </Show>
      <Show when={props.archived}>
        <Chip>{catalogueWords.archived}</Chip>
      </Show>
      <SyncMark mark={props.mark} joined={workspace.joined()} />
    </>
  );
}

/** One thing that is known of a record; an empty value is not shown. `href` is where the value leads. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly href?: string;
}

/** What is known of a record, each beside its name. */
export function Facts(props: { readonly facts: readonly Fact[] }) {
  return (
    <dl class="facts" data-kind="words">
      <For each={props.facts}>
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
  );
}
