import * as v from "valibot";
import type { KnownCommand } from "../domain/kinds.ts";
import { kindOf, type StreamKind } from "../domain/stream-key.ts";
import { eventSchemas } from "./event-schemas.ts";
import * as p from "./parsers.ts";

const imported = eventSchemas["order-imported@2"].entries;
const { totals: _totals, ...importOrder } = imported;
const customer = eventSchemas["customer-added@2"].entries;
const { sku, ...product } = eventSchemas["product-added@2"].entries;

/** Some of the fields may be missing, as in a list with fewer columns. */
function someOf(fields: v.ObjectEntries) {
  const entries = Object.entries(fields).map(([name, schema]) => [name, v.exactOptional(schema)]);
  return Object.fromEntries(entries) as v.ObjectEntries;
}

/**
 * The shape of `data` of every command, by the kind of stream that it is on. Commands never travel over the wire; they
 * are parsed where a backup file brings them in.
 */
export const commandSchemas: Readonly<
  Record<StreamKind, Partial<Record<KnownCommand["type"], v.GenericSchema>>>
> = {
  order: {
    "start-order": eventSchemas["order-drafted@1"],
    "add-line": eventSchemas["line-added@2"],
    "add-quantity": p.data({ lineId: p.uuid, by: v.pipe(v.number(), v.safeInteger()) }),
    "set-quantity": p.data({ lineId: p.uuid, from: p.count, to: p.count }),
    "set-line-discount": eventSchemas["line-discount-changed@1"],
    "set-line-note": eventSchemas["line-note-changed@1"],
    "remove-line": eventSchemas["line-removed@1"],
    "substitute-line": p.data({ lineId: p.uuid, line: eventSchemas["line-added@2"] }),
    "back-order-line": eventSchemas["line-back-ordered@1"],
    "change-order-details": eventSchemas["order-details-changed@1"],
    "place-order": p.data({}),
    "ship-order": eventSchemas["order-shipped@1"],
    "cancel-order": eventSchemas["order-cancelled@2"],
    "renumber-order": eventSchemas["order-renumbered@1"],
    "import-order": p.data(importOrder),
  },
  customer: {
    "add-customer": eventSchemas["customer-added@2"],
    "change-customer": eventSchemas["customer-changed@2"],
    "import-customer": p.data({
      fields: p.data({ ...someOf(customer), code: customer.code, company: customer.company }),
    }),
  },
  product: {
    "add-product": eventSchemas["product-added@2"],
    "change-product": eventSchemas["product-changed@2"],
    "import-product": p.data({
      sku,
      fields: p.data({ ...someOf(product), name: product.name, priceMinor: product.priceMinor }),
    }),
  },
  stock: {
    "open-stock": eventSchemas["stock-counted@1"],
    "count-stock": eventSchemas["stock-counted@1"],
    "receive-stock": eventSchemas["stock-received@1"],
  },
  workspace: {
    "set-up-workspace": eventSchemas["workspace-set-up@2"],
    "change-settings": eventSchemas["settings-changed@2"],
  },
  allocation: {},
  level: {},
};

/** The schema of a command on a stream, or undefined where this build knows no such command there. */
export function findCommandSchema(stream: string, type: string): v.GenericSchema | undefined {
  const kind = kindOf(stream);
  if (!Object.hasOwn(commandSchemas, kind)) return undefined;
  const ofKind: Readonly<Record<string, v.GenericSchema>> = commandSchemas[kind as StreamKind];
  return Object.hasOwn(ofKind, type) ? ofKind[type] : undefined;
}
