import { type Accessor, createMemo } from "solid-js";
import type { KnownProduct } from "../../domain/product/product.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { valueOr } from "../workspace/create-live.ts";
import { findExact, searchProducts } from "../workspace/product-search.ts";

/** The products that a text may mean, while it is typed. */
export interface ProductMatches {
  /** The likeliest first. */
  readonly results: Accessor<readonly KnownProduct[]>;
  /** Those that have exactly this code; where there are several, a person chooses. */
  readonly exact: Accessor<readonly KnownProduct[]>;
  /** The same for any code. */
  readonly exactOf: (code: string) => readonly KnownProduct[];
  /** Whether the products are read. */
  readonly isReady: () => boolean;
}

const resultsMax = 8;

/** Finds products by what is typed; an empty text means none. */
export function createProductMatches(typed: Accessor<string>): ProductMatches {
  const products = useCatalogue().products();
  const index = () => valueOr(products(), undefined);
  const exactOf = (code: string) => {
    const known = index();
    return known === undefined || code === "" ? [] : findExact(known, code);
  };
  return {
    results: createMemo(() => {
      const known = index();
      return known === undefined ? [] : searchProducts(known, typed(), resultsMax);
    }),
    exact: createMemo(() => exactOf(typed())),
    exactOf,
    isReady: () => products().status !== "loading",
  };
}
