import { anAddress, uuid } from "../../domain/builders.ts";
import type { KeptCommand } from "../../support/kept-device.ts";

/** Settings, things and wishes as the build of 2026-11-25 has them: rates in basis points, one contact, a reason. */
export const oldSettings = {
  name: "Quay Wholesale",
  currency: "USD",
  taxMode: "exclusive",
  taxRates: [{ name: "standard", bps: 1900 }],
  locale: "en-US",
  timeZone: "America/New_York",
};

export const oldCustomer = {
  code: "HARB",
  company: "Harbour Café",
  contact: "Orla Byrne, owner",
  email: "",
  phone: "",
  note: "",
  address: anAddress(),
  shipTo: null,
  archived: false,
};

export const oldProduct = {
  sku: "TEA-1",
  name: "Tea",
  category: "Tea",
  unit: "box",
  priceMinor: 350,
  taxBps: 1900,
  barcodes: [],
  minQuantity: 1,
  stepQuantity: 1,
  reorderLevel: 0,
  archived: false,
};

export const oldHeader = {
  customer: null,
  shipTo: null,
  discountBps: 250,
  freightMinor: 1200,
  reference: "",
  note: "",
  orderedOn: "2026-11-25",
  wantedOn: null,
  currency: "USD",
  taxMode: "exclusive",
};

export const oldLine = (n: number) => ({
  lineId: uuid(n),
  sku: "TEA-1",
  name: "Tea",
  unit: "box",
  note: "",
  quantity: 3,
  unitPriceMinor: 350,
  discountBps: 500,
  taxBps: 1900,
});

/** Begins an order under the number that it takes. */
export const startOldOrder = ({ orderNumber: number }: { readonly orderNumber: string }): KeptCommand => ({
  type: "start-order",
  data: { ...oldHeader, number },
});
