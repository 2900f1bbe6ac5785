import type { Accessor } from "solid-js";
import type { SearchFields } from "../../device/search/search-entry.ts";
import { makeSearchIndex, type SearchIndex } from "../../device/search/search-index.ts";

/** A search index of a live list: made when it is first asked for, and another one once the list has changed. */
export function createIndex<Item>(
  items: Accessor<readonly Item[] | undefined>,
  fieldsOf: (item: Item) => SearchFields,
): Accessor<SearchIndex<Item> | undefined> {
  let made: { readonly of: readonly Item[]; readonly index: SearchIndex<Item> } | undefined;
  return () => {
    const of = items();
    if (of === undefined) return undefined;
    if (made?.of !== of) made = { of, index: makeSearchIndex(of, fieldsOf, made?.index) };
    return made.index;
  };
}
