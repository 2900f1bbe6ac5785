import { addressLine } from "../../domain/address.ts";
import type { Format } from "./format.ts";

const names: Readonly<Record<string, string>> = {
  quantity: "the quantity",
  discountBps: "the discount",
  note: "the note",
  customer: "the customer",
  shipTo: "the shipping address",
  freightMinor: "the freight",
  reference: "the reference",
  orderedOn: "the order date",
  wantedOn: "the wanted date",
  code: "the code",
  company: "the company",
  contactName: "the contact",
  contactTitle: "the contact’s title",
  email: "the e-mail address",
  phone: "the phone number",
  address: "the address",
  archived: "whether it is archived",
  name: "the name",
  category: "the category",
  unit: "the unit",
  priceMinor: "the price",
  taxPpm: "the tax rate",
  barcodes: "the barcodes",
  minQuantity: "the smallest quantity",
  stepQuantity: "the quantity step",
  reorderLevel: "the reorder level",
  taxMode: "how tax is charged",
  taxRates: "the tax rates",
  locale: "the language and formats",
  timeZone: "the time zone",
  currency: "the currency",
  totals: "the totals",
  lines: "the lines",
  number: "the number",
  sku: "the SKU",
  unitPriceMinor: "the price",
  externalRef: "the old number",
  shippedOn: "the shipping date",
};

/** A field in the middle of a sentence: "the quantity". An unknown one keeps its own name. */
export function fieldName(field: string): string {
  return names[field] ?? `“${field}”`;
}

/** A field's value as people read it: money, dates, percentages, addresses; "nothing" where it is empty. */
export function fieldValue(field: string, value: unknown, format: Format): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (typeof value === "number") return figure(field, value, format);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return field.endsWith("On") ? format.day(value) : `“${value}”`;
  if (Array.isArray(value))
    return value.length === 0 ? "nothing" : value.map((item) => listItem(item, format)).join(", ");
  return record(value as Readonly<Record<string, unknown>>);
}

function figure(field: string, value: number, format: Format): string {
  if (field.endsWith("Bps")) return format.percent(value);
  if (field.endsWith("Ppm")) return format.taxPercent(value);
  if (field.endsWith("Minor")) return format.money(value);
  return format.number(value);
}

function listItem(item: unknown, format: Format): string {
  if (
    typeof item === "object" &&
    item !== null &&
    "name" in item &&
    "ppm" in item &&
    typeof item.ppm === "number"
  ) {
    return `${String(item.name)} ${format.taxPercent(item.ppm)}`;
  }
  return String(item);
}

function record(value: Readonly<Record<string, unknown>>): string {
  const text = (name: string) => (typeof value[name] === "string" ? value[name] : "");
  if ("street" in value) {
    const [name, street, city] = [text("name"), text("street"), text("city")];
    const [region, postalCode, country] = [text("region"), text("postalCode"), text("country")];
    const line = addressLine({ name, street, city, region, postalCode, country });
    return line === "" ? "nothing" : `“${line}”`;
  }
  return text("name") === "" ? "another value" : `“${text("name")}”`;
}
