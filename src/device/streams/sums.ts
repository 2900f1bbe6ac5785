import type { KnownState, States } from "../../domain/kinds.ts";
import type { OrderState } from "../../domain/order/order-state.ts";
import { stateAs } from "../../domain/state-as.ts";
import { findSkuId, kindOf, type StreamKind } from "../../domain/stream-key.ts";
import { totals } from "../../domain/totals.ts";
import { liftState } from "../../domain/upcast-state.ts";
import type { StreamRow } from "../storage/rows.ts";

/** Counts up when what the sums mean changes: they are built again. */
export const sumsVersion = 3;

/** Amounts by `<name>/<id>`: what streams contribute, or how contributions differ. */
export type Sums = ReadonlyMap<string, readonly number[]>;

/** The quantity of a product that open orders promise: `promised/<sku id>` -> [quantity]. */
export const promisedPrefix = "promised/";

/** Sales of a day: `sales/<day> <currency>` -> [orders, total in minor units]. */
export const salesPrefix = "sales/";

/** How many orders of a status there are: `orders/<status>` -> [orders]. */
export const ordersPrefix = "orders/";

/**
 * What a stream adds to the sums across streams: a function of its current state alone, so that append, pull,
 * rebase and rebuild agree. A stream that is flagged adds nothing.
 */
export function contribution(row: StreamRow | undefined): Sums {
  if (row === undefined || row.flagged !== undefined || kindOf(row.key) !== "order") return new Map();
  return orderContribution(stateOf("order", row));
}

/**
 * The current state of a stream: with this device's pending commands on top. One that an older build folded, and that
 * is not folded again yet, is lifted to the shape that this build reads.
 */
export function currentState(row: StreamRow): KnownState {
  const { state } = row.pending ?? row.confirmed;
  return liftState(row.key, state, row.evolveVersion) ?? state;
}

/** The current state of a stream as what it is, by its kind; another kind than the stream's throws. */
export function stateOf<Kind extends StreamKind>(kind: Kind, row: StreamRow): States[Kind] {
  return stateAs(kind, row.key, currentState(row));
}

/** Adds amounts to sums, `sign` times (1 or -1). */
export function addTo(sums: Map<string, number[]>, more: Sums, sign: 1 | -1): void {
  for (const [key, amounts] of more) {
    const before = sums.get(key) ?? amounts.map(() => 0);
    sums.set(
      key,
      amounts.map((amount, index) => (before[index] ?? 0) + sign * amount),
    );
  }
}

function orderContribution(order: OrderState): Sums {
  if (order.status === "none") return new Map();
  const sums = new Map([[ordersPrefix + order.status, [1]]]);
  if (order.status !== "placed" && order.status !== "shipped") return sums;
  addTo(
    sums,
    new Map([[`${salesPrefix}${order.orderedOn} ${order.currency}`, [1, totals(order).totalMinor]]]),
    1,
  );
  if (order.status === "shipped" || order.historical) return sums;
  for (const line of order.lines) {
    const sku = findSkuId(line.sku);
    if (sku !== undefined) addTo(sums, new Map([[promisedPrefix + sku, [line.quantity]]]), 1);
  }
  return sums;
}
