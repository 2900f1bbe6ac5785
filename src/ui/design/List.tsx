import { A } from "@solidjs/router";
import { createMemo, For, type JSX, Show } from "solid-js";
import { sameData } from "../../domain/same-data.ts";

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
 * live query answers again. A row whose data is as before is not drawn again: one line that is added to a thousand draws
 * one.
 */
export function Keyed<Item>(props: KeyedProps<Item>) {
  const byKey = createMemo<ReadonlyMap<string, Item>>((before) => {
    const next = props.each.map((item) => [props.by(item), item] as const);
    return new Map(next.map(([key, item]) => [key, asBefore(before.get(key), item)]));
  }, new Map());
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

/** The item as it was where it says the same: whoever has drawn it has nothing to do. */
export function asBefore<Item>(before: Item | undefined, item: Item): Item {
  return before !== undefined && sameData(before, item) ? before : item;
}
