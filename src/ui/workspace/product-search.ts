import { hasWords } from "../../device/search/read-query.ts";
import { productSearchFields } from "../../device/search/search-fields.ts";
import { findByCode, makeSearchIndex, type SearchIndex, search } from "../../device/search/search-index.ts";
import type { ProductView } from "../../device/views/queries.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { normalizeSku } from "../../domain/stream-key.ts";

/** Products made ready to be searched as one types: folded once, so that a search only compares. */
export interface ProductIndex {
  readonly products: readonly KnownProduct[];
  readonly categories: readonly string[];
  readonly search: SearchIndex<KnownProduct>;
  /** By SKU as it is compared. */
  readonly bySku: ReadonlyMap<string, KnownProduct>;
}

/** Makes the index; archived products are left out. What `before` has folded is not folded again. */
export function makeProductIndex(views: readonly ProductView[], before?: ProductIndex): ProductIndex {
  const products = views.map(({ product }) => product).filter(({ archived }) => !archived);
  return {
    products,
    categories: [
      ...new Set(products.map(({ category }) => category).filter((category) => category !== "")),
    ].sort(),
    search: makeSearchIndex(products, productSearchFields, before?.search),
    bySku: new Map(products.map((product) => [normalizeSku(product.sku), product])),
  };
}

/** The product of a SKU, whatever its case; one that differs by an accent is another. */
export function findBySku(index: ProductIndex | undefined, sku: string): KnownProduct | undefined {
  return index?.bySku.get(normalizeSku(sku));
}

/**
 * The products whose SKU or barcode is exactly this text: none where it is unknown, several where they share it, so
 * that a person chooses. A SKU as it was typed beats one that differs by case.
 */
export function findExact(index: ProductIndex, text: string): readonly KnownProduct[] {
  return findByCode(index.search, text);
}

/**
 * The products that a text may mean, the likeliest first. A long figure that is no code of ours finds no other's, and a
 * text without a letter or figure means none: the first of all of them would only be the one that Enter takes.
 */
export function searchProducts(index: ProductIndex, text: string, limit: number): readonly KnownProduct[] {
  if (text.trim() === "") return [];
  if (!hasWords(text)) return findExact(index, text).slice(0, limit);
  return search(index.search, text, { limit, toChoose: true });
}
