import { foldCase } from "../../device/list-keys.ts";

/** One thing with everything that a search may find it by, folded. */
export interface Searchable<Item> {
  readonly item: Item;
  readonly text: string;
}

/** Makes things searchable once, so that a key stroke only compares. */
export function searchable<Item>(
  items: readonly Item[],
  textOf: (item: Item) => readonly string[],
): readonly Searchable<Item>[] {
  return items.map((item) => ({ item, text: foldCase(textOf(item).join("\n")) }));
}

/** The things that hold every word of what was typed, without regard to case and accents. */
export function matching<Item>(items: readonly Searchable<Item>[], typed: string): readonly Item[] {
  const words = foldCase(typed)
    .split(/\s+/)
    .filter((word) => word !== "");
  return items.filter(({ text }) => words.every((word) => text.includes(word))).map(({ item }) => item);
}
