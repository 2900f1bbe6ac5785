import type { Address } from "../../src/domain/address.ts";
import type { CustomerFields } from "../../src/domain/customer/customer.ts";
import { acceptsOrder } from "../../src/domain/order/accepts-order.ts";
import { decideOrder } from "../../src/domain/order/decide-order.ts";
import { evolveOrder } from "../../src/domain/order/evolve-order.ts";
import type {
  ImportedOrder,
  LineAdded,
  OrderDrafted,
  OrderHeader,
  OrderPlaced,
} from "../../src/domain/order/order-events.ts";
import type { OrderLine } from "../../src/domain/order/order-line.ts";
import { noOrder } from "../../src/domain/order/order-state.ts";
import type { ProductFields } from "../../src/domain/product/product.ts";
import { totals } from "../../src/domain/totals.ts";
import type { WorkspaceFields } from "../../src/domain/workspace/workspace.ts";
import { specify } from "./specification.ts";

/** A UUID whose last digits are `n`: readable in a failing example. */
export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

export const anAddress = (more: Partial<Address> = {}): Address => ({
  name: "Harbour Café",
  street: "3 Quay Street",
  city: "Galway",
  region: "",
  postalCode: "H91 A1",
  country: "Ireland",
  ...more,
});

export const aLine = (n = 1, more: Partial<OrderLine> = {}): OrderLine => ({
  lineId: uuid(n),
  sku: `TEA-${n}`,
  name: `Tea ${n}`,
  unit: "box",
  note: "",
  quantity: 2,
  unitPriceMinor: 350,
  discountBps: 0,
  taxPpm: 0,
  ...more,
});

export const aHeader = (more: Partial<OrderHeader> = {}): OrderHeader => ({
  customer: { id: uuid(900), code: "HARB", name: "Harbour Café" },
  shipTo: null,
  discountBps: 0,
  freightMinor: 0,
  reference: "",
  note: "",
  orderedOn: "2026-01-05",
  wantedOn: null,
  currency: "EUR",
  taxMode: "none",
  ...more,
});

export const drafted = (more: Partial<OrderDrafted["data"]> = {}): OrderDrafted => ({
  type: "order-drafted",
  schemaVersion: 1,
  data: { ...aHeader(), number: "K7-1", ...more },
});

export const added = (n = 1, more: Partial<OrderLine> = {}): LineAdded => ({
  type: "line-added",
  schemaVersion: 2,
  data: aLine(n, more),
});

/** The placing of an order that has `header` and `lines`. */
export const placed = (
  lines: readonly OrderLine[],
  more: Partial<OrderDrafted["data"]> = {},
): OrderPlaced => {
  const header = { ...aHeader(), number: "K7-1", ...more };
  return {
    type: "order-placed",
    schemaVersion: 3,
    data: { ...header, lines, totals: totals({ ...header, lines }) },
  };
};

export const shipped = {
  type: "order-shipped",
  schemaVersion: 1,
  data: { shippedOn: "2026-01-07" },
} as const;
export const cancelled = { type: "order-cancelled", schemaVersion: 2, data: { note: "closed" } } as const;

export const anImport = (
  more: Partial<Omit<ImportedOrder, "totals">> = {},
): Omit<ImportedOrder, "totals"> => ({
  ...aHeader({ orderedOn: "1996-07-04", freightMinor: 3238 }),
  externalRef: "10248",
  lines: [aLine(1), aLine(2)],
  shippedOn: null,
  ...more,
});

export const imported = (more: Partial<Omit<ImportedOrder, "totals">> = {}) => {
  const order = anImport(more);
  return { type: "order-imported", schemaVersion: 2, data: { ...order, totals: totals(order) } } as const;
};

export const aCustomer = (more: Partial<CustomerFields> = {}): CustomerFields => ({
  code: "HARB",
  company: "Harbour Café",
  contactName: "Orla Byrne",
  contactTitle: "",
  email: "orla@harbour.example",
  phone: "+353 1 555",
  note: "",
  address: anAddress(),
  shipTo: null,
  archived: false,
  ...more,
});

export const aProduct = (
  more: Partial<ProductFields & { sku: string }> = {},
): ProductFields & { readonly sku: string } => ({
  sku: "TEA-1",
  name: "Tea 1",
  category: "Tea",
  unit: "box",
  priceMinor: 350,
  taxPpm: 190_000,
  barcodes: [],
  minQuantity: 1,
  stepQuantity: 1,
  reorderLevel: 0,
  archived: false,
  ...more,
});

export const aWorkspace = (more: Partial<WorkspaceFields> = {}): WorkspaceFields => ({
  name: "Quay Wholesale",
  currency: "EUR",
  taxMode: "exclusive",
  taxRates: [{ name: "standard", ppm: 190_000 }],
  locale: "en-IE",
  timeZone: "Europe/Dublin",
  ...more,
});

/** Orders, specified by example. */
export const orders = specify({
  initial: noOrder,
  decide: decideOrder,
  accepts: acceptsOrder,
  evolve: evolveOrder,
});
