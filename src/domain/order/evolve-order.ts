import type { Happened } from "../event.ts";
import { applyChanges } from "../field-changes.ts";
import { type OrderEvent, orderDetailFields } from "./order-events.ts";
import type { StandingLine } from "./order-line.ts";
import { type ExistingOrder, noOrder, type OrderState } from "./order-state.ts";

/** The order after one more event. Never throws: an event that does not fit leaves the order as it is. */
export function evolveOrder(order: OrderState, event: Happened<OrderEvent>): OrderState {
  if (event.type === "order-drafted") return order.status === "none" ? drafted(event) : order;
  if (event.type === "order-imported") return imported(event);
  if (order.status === "none") return noOrder;
  return evolveExisting({ ...order, changedAt: event.at, asImported: false }, event);
}

type LaterEvent = Exclude<Happened<OrderEvent>, { type: "order-drafted" | "order-imported" }>;

function evolveExisting(order: ExistingOrder, event: LaterEvent): OrderState {
  switch (event.type) {
    case "line-added":
      return { ...order, lines: [...order.lines, event.data] };
    case "line-quantity-changed":
      return withLine(answered(order, event.data.lineId), event.data.lineId, { quantity: event.data.to });
    case "line-discount-changed":
      return withLine(order, event.data.lineId, { discountBps: event.data.to });
    case "line-note-changed":
      return withLine(order, event.data.lineId, { note: event.data.to });
    case "line-removed":
      return withoutLine(order, event.data.lineId);
    case "line-back-ordered":
      return withLine(order, event.data.lineId, { backOrdered: event.data.quantity });
    case "order-details-changed":
      return applyChanges(order, event.data.changes, orderDetailFields);
    case "order-placed":
      return { ...order, status: "placed", placedAt: event.at };
    case "order-shipped": {
      const placedAt = order.status === "placed" ? order.placedAt : event.at;
      return { ...order, status: "shipped", placedAt, shippedOn: event.data.shippedOn };
    }
    case "order-cancelled":
      return { ...order, status: "cancelled", cancelledAt: event.at, cancelNote: event.data.note };
    case "order-renumbered":
      return { ...order, number: event.data.to, formerNumbers: [...order.formerNumbers, event.data.from] };
    default:
      return neverHere(event, order);
  }
}

/**
 * An unknown event that reaches the fold despite upcasting changes nothing: unlike `unreachable`, folding never throws.
 */
function neverHere(_event: never, order: ExistingOrder): ExistingOrder {
  return order;
}

function drafted(event: Happened<Extract<OrderEvent, { type: "order-drafted" }>>): OrderState {
  return {
    ...event.data,
    status: "draft",
    formerNumbers: [],
    externalRef: null,
    historical: false,
    asImported: false,
    lines: [],
    removedLineIds: [],
    startedAt: event.at,
    changedAt: event.at,
  };
}

function imported(event: Happened<Extract<OrderEvent, { type: "order-imported" }>>): OrderState {
  const { shippedOn, totals: _told, ...order } = event.data;
  const content = {
    ...order,
    number: null,
    formerNumbers: [],
    historical: true,
    asImported: true,
    removedLineIds: [],
    startedAt: event.at,
    changedAt: event.at,
    placedAt: event.at,
  };
  return shippedOn === null ? { ...content, status: "placed" } : { ...content, status: "shipped", shippedOn };
}

/** The answer was about the old quantity: it no longer counts. */
function answered(order: ExistingOrder, lineId: string): ExistingOrder {
  const lines = order.lines.map((line) => {
    if (line.lineId !== lineId) return line;
    const { backOrdered: _said, ...rest } = line;
    return rest;
  });
  return { ...order, lines };
}

function withLine(order: ExistingOrder, lineId: string, change: Partial<StandingLine>): ExistingOrder {
  const lines = order.lines.map((line) => (line.lineId === lineId ? { ...line, ...change } : line));
  return { ...order, lines };
}

function withoutLine(order: ExistingOrder, lineId: string): ExistingOrder {
  const lines = order.lines.filter((line) => line.lineId !== lineId);
  return { ...order, lines, removedLineIds: [...order.removedLineIds, lineId] };
}
