import { foldCase } from "../../device/list-keys.ts";
import type { ProductView } from "../../device/queries.ts";
import type { KnownProduct } from "../../domain/product/product.ts";

interface IndexedProduct {
  readonly product: KnownProduct;
  readonly sku: string;
  readonly name: string;
  readonly words: readonly string[];
}

/** Products made ready to be searched as one types: folded once, so that a search only compares. */
export interface ProductIndex {
  readonly products: readonly KnownProduct[];
  readonly categories: readonly string[];
  readonly entries: readonly IndexedProduct[];
  readonly byBarcode: ReadonlyMap<string, KnownProduct>;
  readonly bySku: ReadonlyMap<string, KnownProduct>;
}

/** Makes the index; archived products are left out. */
export function makeProductIndex(views: readonly ProductView[]): ProductIndex {
  const products = views.map(({ product }) => product).filter(({ archived }) => !archived);
  const entries = products.map((product) => {
    const name = foldCase(product.name);
    return { product, sku: foldCase(product.sku), name, words: name.split(/[^\p{L}\p{N}]+/u) };
  });
  return {
    products,
    categories: [
      ...new Set(products.map(({ category }) => category).filter((category) => category !== "")),
    ].sort(),
    entries,
    byBarcode: new Map(
      products.flatMap((product) => product.barcodes.map((code) => [code, product] as const)),
    ),
    bySku: new Map(products.map((product) => [foldCase(product.sku), product])),
  };
}

/**
 * The products that a text may mean, the likeliest first: its barcode or SKU exactly, then by how the SKU or name
 * begins, then by words within. Every word of the text must be found.
 */
export function searchProducts(index: ProductIndex, text: string, limit: number): readonly KnownProduct[] {
  const needle = foldCase(text.trim());
  if (needle === "") return [];
  const exact = index.byBarcode.get(text.trim()) ?? index.bySku.get(needle);
  const wanted = needle.split(/\s+/);
  const ranks: KnownProduct[][] = [[], [], [], []];
  for (const entry of index.entries) {
    const rank = rankOf(entry, needle, wanted);
    if (rank !== undefined && entry.product !== exact) ranks[rank]?.push(entry.product);
  }
  return [...(exact === undefined ? [] : [exact]), ...ranks.flat()].slice(0, limit);
}

function rankOf(entry: IndexedProduct, needle: string, wanted: readonly string[]): number | undefined {
  if (entry.sku.startsWith(needle)) return 0;
  if (entry.name.startsWith(needle)) return 1;
  const begins = (word: string) => entry.words.some((own) => own.startsWith(word));
  if (wanted.every((word) => begins(word) || entry.sku.startsWith(word))) return 2;
  return wanted.every((word) => entry.name.includes(word) || entry.sku.includes(word)) ? 3 : undefined;
}
