import { A } from "@solidjs/router";
import { createMemo, For, type JSX, Show } from "solid-js";

/** A list of rows. */
export function List(props: { readonly label: string; readonly children: JSX.Element }) {
  return (
    <ul class="list" aria-label={props.label}>
      {props.children}
    </ul>
  );
}

interface ListRowProps {
  /** Where the row leads; without it the row is only read. */
  readonly href?: string;
  readonly title: JSX.Element;
  readonly sub?: JSX.Element;
  /** At the end of the row: an amount, a mark. */
  readonly side?: JSX.Element;
}

/** One row: what it is, what more there is to say, and its figures at the end. */
export function ListRow(props: ListRowProps) {
  const content = () => (
    <>
      <span class="stack" data-gap="small">
        <span class="list-row-title">{props.title}</span>
        <Show when={props.sub}>
          <span class="list-row-sub">{props.sub}</span>
        </Show>
      </span>
      <Show when={props.side}>
        <span class="list-row-side">{props.side}</span>
      </Show>
    </>
  );
  return (
    <li>
      <Show when={props.href} fallback={<div class="list-row">{content()}</div>}>
        {(href) => (
          <A class="list-row" href={href()}>
            {content()}
          </A>
        )}
      </Show>
    </li>
  );
}

interface KeyedProps<Item> {
  readonly each: readonly Item[];
  readonly by: (item: Item) => string;
  readonly children: (item: () => Item, key: string) => JSX.Element;
  readonly fallback?: JSX.Element;
}

/**
 * Like `For`, but an item is the same by its key, not by its object: rows keep their elements, and their focus, when a
 * live query answers again.
 */
export function Keyed<Item>(props: KeyedProps<Item>) {
  const byKey = createMemo(() => new Map(props.each.map((item) => [props.by(item), item])));
  const keys = createMemo(() => [...byKey().keys()]);
  return (
    <For each={keys()} fallback={props.fallback}>
      {(key) => {
        // A row on its way out is asked once more: it shows what it was.
        const item = createMemo<Item>((before) => byKey().get(key) ?? before, byKey().get(key) as Item);
        return props.children(item, key);
      }}
    </For>
  );
}
