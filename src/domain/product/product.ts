import { already, type Decision, recordIfAccepted, reject } from "../decision.ts";
import type { CommandOf, EventOf, Happened } from "../event.ts";
import {
  applyChanges,
  type Changes,
  changeConflicts,
  changesTowards,
  type FieldConflict,
  openChanges,
} from "../field-changes.ts";
import type { Minor, PartsPerMillion } from "../money.ts";
import { unreachable } from "../unreachable.ts";

/**
 * What is sold. Its SKU is its identity and never changes. Quantities are ordered from `minQuantity` in steps of
 * `stepQuantity`, both >= 1, in `unit`. `archived` hides without deleting.
 */
export interface ProductFields {
  readonly name: string;
  readonly category: string;
  readonly unit: string;
  readonly priceMinor: Minor;
  readonly taxPpm: PartsPerMillion;
  readonly barcodes: readonly string[];
  readonly minQuantity: number;
  readonly stepQuantity: number;
  readonly reorderLevel: number;
  readonly archived: boolean;
}

/** The names of the fields above. */
export const productFields = [
  "name",
  "category",
  "unit",
  "priceMinor",
  "taxPpm",
  "barcodes",
  "minQuantity",
  "stepQuantity",
  "reorderLevel",
  "archived",
] as const satisfies readonly (keyof ProductFields)[];

export type AddProduct = CommandOf<"add-product", ProductFields & ProductKey>;
export type ChangeProduct = CommandOf<"change-product", { readonly changes: Changes<ProductFields> }>;
/** Adds the product, or brings those fields up to date in which the list differs. */
export type ImportProduct = CommandOf<
  "import-product",
  {
    readonly sku: string;
    readonly fields: Partial<ProductFields> & { readonly name: string; readonly priceMinor: Minor };
  }
>;
export type ProductCommand = AddProduct | ChangeProduct | ImportProduct;

interface ProductKey {
  readonly sku: string;
}

export type ProductAdded = EventOf<"product-added", 2, ProductFields & ProductKey>;
export type ProductChanged = EventOf<"product-changed", 2, { readonly changes: Changes<ProductFields> }>;
export type ProductEvent = ProductAdded | ProductChanged;

export interface NoProduct {
  readonly status: "none";
}
export interface KnownProduct extends ProductFields, ProductKey {
  readonly status: "known";
}
export type ProductState = NoProduct | KnownProduct;

export type ProductRejection =
  | { readonly reason: "product-exists" }
  | { readonly reason: "product-not-found" }
  | { readonly reason: "product-changed-meanwhile"; readonly conflicts: readonly FieldConflict[] };

/** A product before its first event. */
export const noProduct: NoProduct = { status: "none" };

/** The fields of a product of which only name and price are known. */
export function blankProduct(known: { readonly name: string; readonly priceMinor: Minor }): ProductFields {
  const quantities = { minQuantity: 1, stepQuantity: 1, reorderLevel: 0 };
  return { category: "", unit: "", taxPpm: 0, barcodes: [], ...quantities, archived: false, ...known };
}

/** From what somebody wants of a product to the facts that follow, or why none do. */
export function decideProduct(
  command: ProductCommand,
  product: ProductState,
): Decision<ProductEvent, ProductRejection> {
  switch (command.type) {
    case "add-product":
      return fact({ type: "product-added", schemaVersion: 2, data: command.data }, product);
    case "change-product": {
      if (product.status === "none") return reject({ reason: "product-not-found" });
      const changes = openChanges<ProductFields>(product, command.data.changes);
      if (changes === undefined) return already;
      return fact({ type: "product-changed", schemaVersion: 2, data: { changes } }, product);
    }
    case "import-product": {
      const { sku, fields } = command.data;
      if (product.status === "none") {
        const data = { ...blankProduct(fields), ...fields, sku };
        return fact({ type: "product-added", schemaVersion: 2, data }, product);
      }
      const changes = changesTowards<ProductFields>(product, fields, productFields);
      if (changes === undefined) return already;
      return fact({ type: "product-changed", schemaVersion: 2, data: { changes } }, product);
    }
    default:
      return unreachable(command);
  }
}

function fact(event: ProductEvent, product: ProductState): Decision<ProductEvent, ProductRejection> {
  return recordIfAccepted(acceptsProduct, event, product);
}

/** May this fact follow this state? */
export function acceptsProduct(event: ProductEvent, product: ProductState): ProductRejection | undefined {
  switch (event.type) {
    case "product-added":
      return product.status === "none" ? undefined : { reason: "product-exists" };
    case "product-changed": {
      if (product.status === "none") return { reason: "product-not-found" };
      const conflicts = changeConflicts<ProductFields>(product, event.data.changes);
      return conflicts.length === 0 ? undefined : { reason: "product-changed-meanwhile", conflicts };
    }
    default:
      return unreachable(event);
  }
}

/** The product after one more event. Never throws: an event that does not fit changes nothing. */
export function evolveProduct(product: ProductState, event: Happened<ProductEvent>): ProductState {
  switch (event.type) {
    case "product-added":
      return product.status === "none" ? { ...event.data, status: "known" } : product;
    case "product-changed":
      return product.status === "none" ? product : applyChanges(product, event.data.changes, productFields);
    default:
      return product;
  }
}
