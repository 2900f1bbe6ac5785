import { foldCase } from "../../device/list-keys.ts";
import type { ProductView } from "../../device/queries.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { normalizeSku } from "../../domain/stream-key.ts";

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
  /** By SKU as it is kept. */
  readonly bySku: ReadonlyMap<string, KnownProduct>;
  /** By SKU as it is kept and by barcode: usually one, several where two products share a code. */
  readonly byCode: ReadonlyMap<string, readonly KnownProduct[]>;
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
    bySku: new Map(products.map((product) => [product.sku, product])),
    byCode: groupByCode(products),
  };
}

/**
 * The products whose SKU or barcode is exactly this text: none where it is unknown, several where they share it, so
 * that a person chooses. A SKU as it was typed beats one that differs by case.
 */
export function findExact(index: ProductIndex, text: string): readonly KnownProduct[] {
  const code = text.trim();
  return index.byCode.get(code) ?? index.byCode.get(normalizeSku(code)) ?? [];
}

/**
 * The products that a text may mean, the likeliest first: its barcode or SKU exactly, then by how the SKU or name
 * begins, then by words within. Every word of the text must be found.
 */
export function searchProducts(index: ProductIndex, text: string, limit: number): readonly KnownProduct[] {
  const needle = foldCase(text.trim());
  if (needle === "") return [];
  const exact = findExact(index, text);
  const wanted = needle.split(/\s+/);
  const ranks: KnownProduct[][] = [[], [], [], []];
  for (const entry of index.entries) {
    const rank = rankOf(entry, needle, wanted);
    if (rank !== undefined && !exact.includes(entry.product)) ranks[rank]?.push(entry.product);
  }
  return [...exact, ...ranks.flat()].slice(0, limit);
}

function groupByCode(products: readonly KnownProduct[]): ReadonlyMap<string, readonly KnownProduct[]> {
  const byCode = new Map<string, KnownProduct[]>();
  for (const product of products) {
    for (const code of new Set([product.sku, ...product.barcodes])) {
      const sharing = byCode.get(code);
      if (sharing === undefined) byCode.set(code, [product]);
      else sharing.push(product);
    }
  }
  return byCode;
}

function rankOf(entry: IndexedProduct, needle: string, wanted: readonly string[]): number | undefined {
  if (entry.sku.startsWith(needle)) return 0;
  if (entry.name.startsWith(needle)) return 1;
  const begins = (word: string) => entry.words.some((own) => own.startsWith(word));
  if (wanted.every((word) => begins(word) || entry.sku.startsWith(word))) return 2;
  return wanted.every((word) => entry.name.includes(word) || entry.sku.includes(word)) ? 3 : undefined;
}
