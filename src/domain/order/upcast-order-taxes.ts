import type { EventOf } from "../event.ts";
import { liftTax, type TaxInBps, type TotalsInBps } from "../tax-in-bps.ts";
import type { ImportedOrder, LineAdded, OrderImported, OrderPlaced, WholeOrder } from "./order-events.ts";
import type { OrderLine } from "./order-line.ts";

/** A line whose tax is in basis points. */
export type OrderLineInBps = Omit<OrderLine, "taxPpm"> & TaxInBps;

interface InBps {
  readonly lines: readonly OrderLineInBps[];
  readonly totals: TotalsInBps;
}

export type WholeOrderInBps = Omit<WholeOrder, keyof InBps> & InBps;

/** As written until taxes were said in parts per million. */
export type LineAddedV1 = EventOf<"line-added", 1, OrderLineInBps>;
export type OrderPlacedV2 = EventOf<"order-placed", 2, WholeOrderInBps>;
export type OrderImportedV1 = EventOf<"order-imported", 1, Omit<ImportedOrder, keyof InBps> & InBps>;

/** A line's rate in parts per million. */
export function upcastLineAddedV1({ data }: LineAddedV1): LineAdded {
  return { type: "line-added", schemaVersion: 2, data: liftTax(data) };
}

/** The rates of a placed order in parts per million, also in its totals; the amounts told are those that were told. */
export function upcastOrderPlacedV2({ data }: OrderPlacedV2): OrderPlaced {
  return { type: "order-placed", schemaVersion: 3, data: { ...data, ...ratesOf(data) } };
}

/** The same for an order that was taken elsewhere. */
export function upcastOrderImportedV1({ data }: OrderImportedV1): OrderImported {
  return { type: "order-imported", schemaVersion: 2, data: { ...data, ...ratesOf(data) } };
}

function ratesOf({ lines, totals }: InBps) {
  return { lines: lines.map(liftTax), totals: { ...totals, taxes: totals.taxes.map(liftTax) } };
}
