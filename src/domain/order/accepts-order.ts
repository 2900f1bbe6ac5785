import { applyChanges, changeConflicts } from "../field-changes.ts";
import { sameData } from "../same-data.ts";
import { type PricedOrder, totals } from "../totals.ts";
import { unreachable } from "../unreachable.ts";
import {
  type ImportedOrder,
  type OrderDetails,
  type OrderEvent,
  orderDetailFields,
  type WholeOrder,
} from "./order-events.ts";
import { orderLinesMax, quantityMax } from "./order-limits.ts";
import type { OrderLine } from "./order-line.ts";
import type { OrderRejection } from "./order-rejection.ts";
import { type ExistingOrder, isOpen, type OrderState } from "./order-state.ts";

/**
 * May this fact follow this state? The rules of orders live here and nowhere else: devices ask before they save,
 * the server asks before it accepts. For a given type and schemaVersion it may only ever loosen.
 */
export function acceptsOrder(event: OrderEvent, order: OrderState): OrderRejection | undefined {
  if (event.type === "order-drafted") {
    return order.status === "none" ? undefined : { reason: "order-exists", status: order.status };
  }
  if (event.type === "order-imported") return importable(event.data, order);
  if (order.status === "none") return { reason: "order-not-found" };
  switch (event.type) {
    case "line-added":
      return ifOpen(order) ?? addable(event.data, order);
    case "line-quantity-changed":
      return (
        ifOpen(order) ??
        ifLineHas(order, event.data.lineId, "quantity", event.data) ??
        payable({ ...order, lines: withLine(order, event.data.lineId, { quantity: event.data.to }) })
      );
    case "line-discount-changed":
      return (
        ifOpen(order) ??
        ifLineHas(order, event.data.lineId, "discountBps", event.data) ??
        payable({ ...order, lines: withLine(order, event.data.lineId, { discountBps: event.data.to }) })
      );
    case "line-note-changed":
      return ifOpen(order) ?? ifLineHas(order, event.data.lineId, "note", event.data);
    case "line-removed":
      return ifOpen(order) ?? removable(event.data.lineId, order);
    case "line-back-ordered":
      return backOrderable(event.data, order);
    case "order-details-changed": {
      const conflicts = changeConflicts<OrderDetails>(order, event.data.changes);
      return (
        ifOpen(order) ??
        (conflicts.length > 0 ? { reason: "details-changed-meanwhile", conflicts } : undefined) ??
        payable(applyChanges<ExistingOrder, OrderDetails>(order, event.data.changes, orderDetailFields))
      );
    }
    case "order-placed":
      return placeable(event.data, order);
    case "order-shipped":
      return order.status === "placed" ? undefined : { reason: "order-not-placed", status: order.status };
    case "order-cancelled":
      return ifOpen(order);
    case "order-renumbered":
      // Where it has the new number already, this notes a number that no server accepted and that may be on paper.
      return order.number === event.data.from || order.number === event.data.to
        ? undefined
        : { reason: "number-changed-meanwhile", current: order.number };
    default:
      return unreachable(event);
  }
}

function ifOpen(order: ExistingOrder): OrderRejection | undefined {
  return isOpen(order) ? undefined : { reason: "order-not-open", status: order.status };
}

function ifLineHas<Field extends "quantity" | "discountBps" | "note">(
  order: ExistingOrder,
  lineId: string,
  field: Field,
  change: { readonly from: OrderLine[Field]; readonly to: OrderLine[Field] },
): OrderRejection | undefined {
  const line = order.lines.find((candidate) => candidate.lineId === lineId);
  if (line === undefined) {
    return { reason: "line-not-found", lineId, removed: order.removedLineIds.includes(lineId) };
  }
  if (line[field] === change.from) return undefined;
  const conflict = { field, before: change.from, yours: change.to, theirs: line[field] };
  return { reason: "line-changed-meanwhile", lineId, sku: line.sku, name: line.name, conflict };
}

function addable(line: OrderLine, order: ExistingOrder): OrderRejection | undefined {
  const known = order.lines.some(({ lineId }) => lineId === line.lineId);
  if (known || order.removedLineIds.includes(line.lineId))
    return { reason: "line-exists", lineId: line.lineId };
  if (order.lines.length >= orderLinesMax) return { reason: "too-many-lines", max: orderLinesMax };
  return payable({ ...order, lines: [...order.lines, line] });
}

function removable(lineId: string, order: ExistingOrder): OrderRejection | undefined {
  if (!order.lines.some((line) => line.lineId === lineId)) {
    return { reason: "line-not-found", lineId, removed: order.removedLineIds.includes(lineId) };
  }
  const last = order.status === "placed" && order.lines.length === 1;
  return last ? { reason: "last-line-of-placed-order", lineId } : undefined;
}

function backOrderable(
  { lineId, quantity }: { readonly lineId: string; readonly quantity: number },
  order: ExistingOrder,
): OrderRejection | undefined {
  if (order.status !== "placed") return { reason: "order-not-placed", status: order.status };
  const line = order.lines.find((candidate) => candidate.lineId === lineId);
  if (line === undefined) {
    return { reason: "line-not-found", lineId, removed: order.removedLineIds.includes(lineId) };
  }
  const { sku, name, quantity: ordered } = line;
  return quantity <= ordered
    ? undefined
    : { reason: "back-order-too-large", lineId, sku, name, quantity, ordered };
}

function placeable(placed: WholeOrder, order: ExistingOrder): OrderRejection | undefined {
  if (order.status !== "draft") return { reason: "order-not-draft", status: order.status };
  if (order.lines.length === 0) return { reason: "order-empty" };
  const expected = { ...wholeOrder(order) };
  const differing = (Object.keys(expected) as (keyof WholeOrder)[]).find(
    (field) => !sameData(expected[field], placed[field]),
  );
  return differing === undefined ? undefined : { reason: "placed-differs", field: differing };
}

function importable(order: ImportedOrder, current: OrderState): OrderRejection | undefined {
  if (current.status !== "none" && !current.asImported) {
    return { reason: "import-differs", externalRef: order.externalRef };
  }
  const excess = order.lines.find((line) => line.quantity > quantityMax);
  if (excess !== undefined) {
    return { reason: "quantity-out-of-range", quantity: excess.quantity, max: quantityMax };
  }
  if (order.lines.length > orderLinesMax) return { reason: "too-many-lines", max: orderLinesMax };
  const seen = new Set<string>();
  const twice = order.lines.find(({ lineId }) => seen.size === seen.add(lineId).size);
  if (twice !== undefined) return { reason: "line-exists", lineId: twice.lineId };
  const expected = payable(order) ?? totals(order);
  if ("reason" in expected) return expected;
  return sameData(expected, order.totals) ? undefined : { reason: "placed-differs", field: "totals" };
}

/** The order as it is carried by its placing. */
export function wholeOrder(order: ExistingOrder): WholeOrder {
  return {
    number: order.number ?? order.externalRef ?? "",
    currency: order.currency,
    taxMode: order.taxMode,
    customer: order.customer,
    shipTo: order.shipTo,
    discountBps: order.discountBps,
    freightMinor: order.freightMinor,
    reference: order.reference,
    note: order.note,
    orderedOn: order.orderedOn,
    wantedOn: order.wantedOn,
    lines: order.lines,
    totals: totals(order),
  };
}

/** Why an order cannot be: quantities have a range, amounts stay within 2^53. */
export function payable(order: PricedOrder): OrderRejection | undefined {
  const excess = order.lines.find((line) => line.quantity < 1 || line.quantity > quantityMax);
  if (excess !== undefined) {
    return { reason: "quantity-out-of-range", quantity: excess.quantity, max: quantityMax };
  }
  try {
    totals(order);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return { reason: "amount-too-large" };
    throw error;
  }
}

function withLine(order: ExistingOrder, lineId: string, change: Partial<OrderLine>): readonly OrderLine[] {
  return order.lines.map((line) => (line.lineId === lineId ? { ...line, ...change } : line));
}
