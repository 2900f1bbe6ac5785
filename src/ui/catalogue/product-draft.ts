import type { ProductView } from "../../device/views/queries.ts";
import { onlyFields } from "../../domain/field-changes.ts";
import { findGtin } from "../../domain/product/gtin.ts";
import { hasLostFigures } from "../../domain/product/lost-figures.ts";
import { type ProductFields, productFields } from "../../domain/product/product.ts";
import { findSkuId, normalizeSku } from "../../domain/stream-key.ts";
import { scannedBarcode } from "./scanned-barcode.ts";

/** A product as its form holds it: a figure is undefined while its text is not a figure. `barcodes` one a line. */
export interface ProductDraft {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly unit: string;
  readonly priceMinor: number | undefined;
  readonly taxPpm: number;
  readonly barcodes: string;
  readonly minQuantity: number | undefined;
  readonly stepQuantity: number | undefined;
  readonly reorderLevel: number | undefined;
  readonly archived: boolean;
}

/** Why a draft cannot be saved, by field, as facts. */
export interface DraftFaults {
  readonly sku?: "missing" | "lost-figures" | { readonly takenBy: string };
  readonly name?: "missing";
  readonly priceMinor?: "missing";
  readonly minQuantity?: "missing";
  readonly stepQuantity?: "missing";
  readonly reorderLevel?: "missing";
  readonly barcodes?: "too-many" | "lost-figures" | { readonly barcode: string; readonly takenBy: string };
}

const barcodesMax = 20;

/** An empty form; a new product is taxed at `taxPpm` until somebody chooses another rate. */
export function blankDraft(taxPpm: number): ProductDraft {
  const texts = { sku: "", name: "", category: "", unit: "", barcodes: "" };
  return {
    ...texts,
    priceMinor: undefined,
    taxPpm,
    minQuantity: 1,
    stepQuantity: 1,
    reorderLevel: 0,
    archived: false,
  };
}

/** The form of a product that is here. */
export function draftOf(product: ProductFields & { readonly sku: string }): ProductDraft {
  const { sku, name, category, unit, priceMinor, taxPpm, minQuantity, stepQuantity, reorderLevel, archived } =
    product;
  const barcodes = product.barcodes.join("\n");
  return {
    sku,
    name,
    category,
    unit,
    priceMinor,
    taxPpm,
    barcodes,
    minQuantity,
    stepQuantity,
    reorderLevel,
    archived,
  };
}

/** The fields that a draft stands for, or what is wrong with it. `products` are the others of this business. */
export function readDraft(
  draft: ProductDraft,
  products: readonly ProductView[],
  isNew: boolean,
):
  | { readonly fields: ProductFields & { readonly sku: string }; readonly faults?: undefined }
  | { readonly faults: DraftFaults } {
  const skuId = findSkuId(draft.sku);
  const twin = isNew ? products.find((other) => other.skuId === skuId) : undefined;
  const barcodes = barcodesIn(draft);
  const taken = barcodes.flatMap((barcode) => {
    const takenBy = findTaker(barcode, draft, products);
    return takenBy === undefined ? [] : [{ barcode, takenBy }];
  })[0];
  const { priceMinor, minQuantity, stepQuantity, reorderLevel } = draft;
  const name = draft.name.trim();
  const faults: DraftFaults = {
    ...(skuId === undefined
      ? { sku: "missing" }
      : isNew && hasLostFigures(draft.sku)
        ? { sku: "lost-figures" }
        : twin === undefined
          ? {}
          : { sku: { takenBy: twin.product.name } }),
    ...(name === "" ? { name: "missing" } : {}),
    ...(barcodes.length > barcodesMax
      ? { barcodes: "too-many" }
      : barcodes.some(hasLostFigures)
        ? { barcodes: "lost-figures" }
        : taken === undefined
          ? {}
          : { barcodes: taken }),
    ...(priceMinor === undefined ? { priceMinor: "missing" } : {}),
    ...(minQuantity === undefined ? { minQuantity: "missing" } : {}),
    ...(stepQuantity === undefined ? { stepQuantity: "missing" } : {}),
    ...(reorderLevel === undefined ? { reorderLevel: "missing" } : {}),
  };
  const complete = priceMinor !== undefined && minQuantity !== undefined && stepQuantity !== undefined;
  if (Object.keys(faults).length > 0 || !complete || reorderLevel === undefined) return { faults };
  const figures = { priceMinor, taxPpm: draft.taxPpm, minQuantity, stepQuantity, reorderLevel };
  const sku = isNew ? normalizeSku(draft.sku) : draft.sku;
  const { category, unit, archived } = draft;
  return {
    fields: { sku, name, category: category.trim(), unit: unit.trim(), barcodes, archived, ...figures },
  };
}

/** What became of a barcode that was scanned into a form; undefined where it cannot be one. */
export type BarcodeScanned =
  | { readonly outcome: "added"; readonly barcode: string; readonly draft: ProductDraft }
  | { readonly outcome: "there"; readonly barcode: string }
  | { readonly outcome: "taken"; readonly barcode: string; readonly takenBy: string }
  /** It has as many as it may have. */
  | { readonly outcome: "too-many" };

/** The draft with the barcode of a code that was scanned, behind those that it has. */
export function withScanned(
  draft: ProductDraft,
  code: string,
  products: readonly ProductView[],
): BarcodeScanned | undefined {
  const barcode = scannedBarcode(code);
  if (/\s/.test(barcode)) return undefined;
  const known = barcodesIn(draft);
  if (known.some((one) => isSameBarcode(one, barcode))) return { outcome: "there", barcode };
  const takenBy = findTaker(barcode, draft, products);
  if (takenBy !== undefined) return { outcome: "taken", barcode, takenBy };
  if (known.length >= barcodesMax) return { outcome: "too-many" };
  // What is typed next begins a line of its own.
  const barcodes = [...known, barcode].map((one) => `${one}\n`).join("");
  return { outcome: "added", barcode, draft: { ...draft, barcodes } };
}

function barcodesIn({ barcodes }: ProductDraft): readonly string[] {
  return [...new Set(barcodes.split(/\s+/).filter((one) => one !== ""))];
}

/** The name of another product that has a barcode. */
function findTaker(
  barcode: string,
  draft: ProductDraft,
  products: readonly ProductView[],
): string | undefined {
  const skuId = findSkuId(draft.sku);
  return products.find(
    (other) =>
      other.skuId !== skuId &&
      !other.product.archived &&
      other.product.barcodes.some((one) => isSameBarcode(one, barcode)),
  )?.product.name;
}

/** Whether two barcodes are one article's: as written, or with other zeros before the same number. */
function isSameBarcode(one: string, other: string): boolean {
  const gtin = findGtin(one);
  return one === other || (gtin !== undefined && gtin === findGtin(other));
}

/** The fields of a product without what it is beside them. */
export function productFieldsOf(product: ProductFields): ProductFields {
  return onlyFields(product, productFields);
}
