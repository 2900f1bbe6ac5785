import { csvOf } from "./download.ts";
import { type ListName, listColumns } from "./list-columns.ts";

/** A template to download: `text` is CSV with a header and one example row, UTF-8. */
export interface CsvTemplate {
  readonly list: ListName;
  readonly fileName: string;
  readonly text: string;
}

const examples: { readonly [List in ListName]: Readonly<Record<string, string>> } = {
  customers: {
    code: "HARB",
    company: "Harbour Café",
    contactName: "Orla Byrne",
    contactTitle: "Owner",
    email: "orla@harbour.example",
    phone: "01 555 0100",
    street: "3 Quay Street",
    city: "Galway",
    postalCode: "H91 A1X2",
    country: "Ireland",
    archived: "no",
  },
  products: {
    sku: "TEA-01",
    name: "Breakfast tea",
    price: "3.50",
    category: "Tea",
    unit: "box of 80",
    tax: "19",
    barcode: "4006381333931",
    minQuantity: "1",
    stepQuantity: "1",
    inStock: "120",
    reorderLevel: "24",
    archived: "no",
  },
  orders: {
    ref: "1001",
    customer: "HARB",
    orderedOn: "2026-01-05",
    wantedOn: "2026-01-09",
    shippedOn: "2026-01-07",
    freight: "12.00",
    reference: "PO 7",
    discount: "0",
    shipName: "Harbour Café",
    shipStreet: "3 Quay Street",
    shipCity: "Galway",
    shipPostalCode: "H91 A1X2",
    shipCountry: "Ireland",
  },
  stockReceipts: { ref: "DN-4711", sku: "TEA-01", quantity: "48" },
  stockCounts: { ref: "2026-W03", sku: "TEA-01", quantity: "117" },
  orderLines: { ref: "1001", sku: "TEA-01", price: "3.50", quantity: "12", discount: "5" },
};

const fileNames = {
  customers: "customers.csv",
  products: "products.csv",
  orders: "orders.csv",
  orderLines: "order_lines.csv",
  stockReceipts: "stock_receipts.csv",
  stockCounts: "stock_counts.csv",
} as const;

/** The template of one list: its columns under the names that are always recognised, and an example row. */
export function csvTemplate(list: ListName): CsvTemplate {
  const example = examples[list];
  const columns = listColumns[list].filter(
    ({ field, needed }) => needed === true || example[field] !== undefined,
  );
  const rows = [columns.map(({ names }) => names[0]), columns.map(({ field }) => example[field] ?? "")];
  return {
    list,
    fileName: fileNames[list],
    text: csvOf(rows),
  };
}
