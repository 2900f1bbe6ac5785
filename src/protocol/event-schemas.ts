import * as v from "valibot";
import { quantityMax } from "../domain/order/order-limits.ts";
import { stockMax } from "../domain/stock/stock.ts";
import * as p from "./parsers.ts";

const address = p.data({
  name: p.shortText,
  street: p.shortText,
  city: p.shortText,
  region: p.shortText,
  postalCode: p.shortText,
  country: p.shortText,
});
const quantity = p.integer(1, quantityMax);
const orderCustomer = p.data({ id: p.uuid, code: p.shortText, name: p.shortText });
const line = {
  lineId: p.uuid,
  sku: p.filledText,
  name: p.shortText,
  unit: p.shortText,
  note: p.longText,
  quantity,
  unitPriceMinor: p.minor,
  discountBps: p.discountBps,
};
const lineInBps = p.data({ ...line, taxBps: p.taxBps });
const orderLine = p.data({ ...line, taxPpm: p.taxPpm });
const details = {
  customer: v.nullable(orderCustomer),
  shipTo: v.nullable(address),
  discountBps: p.discountBps,
  freightMinor: p.minor,
  reference: p.shortText,
  note: p.longText,
  orderedOn: p.day,
  wantedOn: v.nullable(p.day),
};
const header = { ...details, currency: p.currency, taxMode: p.taxMode };
const amounts = {
  version: v.literal(1),
  linesMinor: p.count,
  discountMinor: p.count,
  taxMinor: p.count,
  freightMinor: p.minor,
  totalMinor: p.count,
};
const share = { baseMinor: p.count, taxMinor: p.count };
/** Lines and totals, with rates in the unit of their time. */
const inBps = {
  lines: v.array(lineInBps),
  totals: p.data({ ...amounts, taxes: v.array(p.data({ ...share, taxBps: p.taxBps })) }),
};
const inPpm = {
  lines: v.array(orderLine),
  totals: p.data({ ...amounts, taxes: v.array(p.data({ ...share, taxPpm: p.taxPpm })) }),
};
const placed = { ...header, number: p.filledText };
const imported = { ...header, externalRef: p.filledText, shippedOn: v.nullable(p.day) };
const onLine = { lineId: p.uuid };

/** A change of one field, both values of the field's own schema. */
const change = <Schema extends v.GenericSchema>(schema: Schema) => p.data({ from: schema, to: schema });

/** Changes of any of these fields. */
function changesOf<Fields extends Readonly<Record<string, v.GenericSchema>>>(fields: Fields) {
  const members = Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => [name, v.exactOptional(change(schema))]),
  ) as { [Name in keyof Fields]: v.ExactOptionalSchema<ReturnType<typeof change<Fields[Name]>>, undefined> };
  return p.data({ changes: p.data(members) });
}

const customer = {
  code: p.shortText,
  company: p.filledText,
  email: p.shortText,
  phone: p.shortText,
  note: p.longText,
  address,
  shipTo: v.nullable(address),
  archived: v.boolean(),
};
const customerV1 = { ...customer, contact: p.shortText };
const customerV2 = { ...customer, contactName: p.shortText, contactTitle: p.shortText };
const product = {
  name: p.filledText,
  category: p.shortText,
  unit: p.shortText,
  priceMinor: p.minor,
  barcodes: v.pipe(v.array(p.filledText), v.maxLength(20)),
  minQuantity: quantity,
  stepQuantity: quantity,
  reorderLevel: p.integer(0, stockMax),
  archived: v.boolean(),
};
const productInBps = { ...product, taxBps: p.taxBps };
const productInPpm = { ...product, taxPpm: p.taxPpm };
const workspace = {
  name: p.filledText,
  currency: p.currency,
  taxMode: p.taxMode,
  locale: p.filledText,
  timeZone: p.filledText,
};
const rates = <Schema extends v.GenericSchema>(rate: Schema) => v.pipe(v.array(rate), v.maxLength(50));
const workspaceInBps = { ...workspace, taxRates: rates(p.data({ name: p.filledText, bps: p.taxBps })) };
const workspaceInPpm = { ...workspace, taxRates: rates(p.data({ name: p.filledText, ppm: p.taxPpm })) };

const stockQuantity = p.integer(0, stockMax);
const allocatedLine = p.data({
  sku: p.filledText,
  wanted: p.count,
  reserved: stockQuantity,
  ahead: v.array(p.data({ order: p.uuid, number: p.filledText, quantity: stockQuantity })),
});
const stockMoved = p.data({ lines: v.array(p.data({ sku: p.filledText, quantity: stockQuantity })) });

/**
 * The shape of `data` of every event type at every schemaVersion ever written, by `type@schemaVersion`.
 * Append-only: a stored event stays readable for ever.
 */
export const eventSchemas = {
  "order-drafted@1": p.data({ ...header, number: p.orderNumber }),
  "line-added@1": lineInBps,
  "line-added@2": orderLine,
  "line-quantity-changed@1": p.data({ ...onLine, from: quantity, to: quantity }),
  "line-discount-changed@1": p.data({ ...onLine, from: p.discountBps, to: p.discountBps }),
  "line-note-changed@1": p.data({ ...onLine, from: p.longText, to: p.longText }),
  "line-removed@1": p.data(onLine),
  "line-back-ordered@1": p.data({ ...onLine, quantity }),
  "order-details-changed@1": changesOf(details),
  "order-placed@1": p.data({ ...placed, ...inBps, shipTo: v.nullable(p.longText) }),
  "order-placed@2": p.data({ ...placed, ...inBps }),
  "order-placed@3": p.data({ ...placed, ...inPpm }),
  "order-shipped@1": p.data({ shippedOn: p.day }),
  "order-cancelled@1": p.data({ reason: p.longText }),
  "order-cancelled@2": p.data({ note: p.longText }),
  "order-renumbered@1": p.data({ from: p.orderNumber, to: p.orderNumber }),
  "order-imported@1": p.data({ ...imported, ...inBps }),
  "order-imported@2": p.data({ ...imported, ...inPpm }),
  "customer-added@1": p.data(customerV1),
  "customer-added@2": p.data(customerV2),
  "customer-changed@1": changesOf(customerV1),
  "customer-changed@2": changesOf(customerV2),
  "product-added@1": p.data({ ...productInBps, sku: p.filledText }),
  "product-added@2": p.data({ ...productInPpm, sku: p.filledText }),
  "product-changed@1": changesOf(productInBps),
  "product-changed@2": changesOf(productInPpm),
  "stock-counted@1": p.data({ sku: p.filledText, quantity: p.integer(0, stockMax) }),
  "stock-received@1": p.data({ sku: p.filledText, quantity: p.integer(1, stockMax) }),
  "workspace-set-up@1": p.data(workspaceInBps),
  "workspace-set-up@2": p.data(workspaceInPpm),
  "settings-changed@1": changesOf(workspaceInBps),
  "settings-changed@2": changesOf(workspaceInPpm),
  "stock-allocated@1": p.data({
    cause: v.picklist(["placed", "amended", "received", "counted", "freed"]),
    lines: v.array(allocatedLine),
  }),
  "stock-released@1": stockMoved,
  "stock-issued@1": stockMoved,
  "stock-level-changed@1": p.data({
    sku: p.filledText,
    onHand: stockQuantity,
    counts: p.count,
    receivedSinceCount: p.count,
  }),
} as const satisfies Readonly<Record<`${string}@${number}`, v.GenericSchema>>;
