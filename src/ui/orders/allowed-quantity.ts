import type { KnownProduct } from "../../domain/product/product.ts";

type Steps = Pick<KnownProduct, "minQuantity" | "stepQuantity">;

/** The nearest quantity, at least as large, in which a product is sold: from its smallest, in its steps. */
export function allowedQuantity(product: Steps, wanted: number): number {
  const { minQuantity, stepQuantity } = product;
  if (wanted <= minQuantity) return minQuantity;
  return minQuantity + Math.ceil((wanted - minQuantity) / stepQuantity) * stepQuantity;
}

/** Whether a product is sold in exactly this quantity. */
export function isAllowedQuantity(product: Steps, quantity: number): boolean {
  return allowedQuantity(product, quantity) === quantity;
}
