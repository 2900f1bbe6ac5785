import { already, type Decision, recordAllIfAccepted, recordIfAccepted, reject } from "../decision.ts";
import { type Changes, openChanges } from "../field-changes.ts";
import { sameData } from "../same-data.ts";
import { totals } from "../totals.ts";
import { unreachable } from "../unreachable.ts";
import { acceptsOrder, payable, wholeOrder } from "./accepts-order.ts";
import { evolveOrder } from "./evolve-order.ts";
import type { ImportOrder, OrderCommand, RenumberOrder, SubstituteLine } from "./order-commands.ts";
import type { ImportedOrder, OrderDetails, OrderEvent } from "./order-events.ts";
import type { StandingLine } from "./order-line.ts";
import type { OrderRejection } from "./order-rejection.ts";
import type { ExistingOrder, OrderState } from "./order-state.ts";

type OrderDecision = Decision<OrderEvent, OrderRejection>;

/** From what somebody wants of an order to the facts that follow, or why none do. */
export function decideOrder(command: OrderCommand, order: OrderState): OrderDecision {
  switch (command.type) {
    case "start-order":
      return fact({ type: "order-drafted", schemaVersion: 1, data: command.data }, order);
    case "import-order":
      return decideImport(command, order);
    case "add-line":
      return fact({ type: "line-added", schemaVersion: 2, data: command.data }, order);
    case "add-quantity": {
      const { lineId, by } = command.data;
      const from = findLine(order, lineId)?.quantity ?? 0;
      if (by === 0) return already;
      return fact(
        { type: "line-quantity-changed", schemaVersion: 1, data: { lineId, from, to: from + by } },
        order,
      );
    }
    case "set-quantity":
      return findLine(order, command.data.lineId)?.quantity === command.data.to
        ? already
        : fact({ type: "line-quantity-changed", schemaVersion: 1, data: command.data }, order);
    case "set-line-discount":
      return findLine(order, command.data.lineId)?.discountBps === command.data.to
        ? already
        : fact({ type: "line-discount-changed", schemaVersion: 1, data: command.data }, order);
    case "set-line-note":
      return findLine(order, command.data.lineId)?.note === command.data.to
        ? already
        : fact({ type: "line-note-changed", schemaVersion: 1, data: command.data }, order);
    case "remove-line":
      return order.status !== "none" && order.removedLineIds.includes(command.data.lineId)
        ? already
        : fact({ type: "line-removed", schemaVersion: 1, data: command.data }, order);
    case "substitute-line":
      return decideSubstitute(command.data, order);
    case "back-order-line":
      return findLine(order, command.data.lineId)?.backOrdered === command.data.quantity
        ? already
        : fact({ type: "line-back-ordered", schemaVersion: 1, data: command.data }, order);
    case "change-order-details":
      return decideDetails(command.data.changes, order);
    case "place-order":
      return decidePlace(order);
    case "ship-order":
      return order.status === "shipped"
        ? already
        : fact({ type: "order-shipped", schemaVersion: 1, data: command.data }, order);
    case "cancel-order":
      return order.status === "cancelled"
        ? already
        : fact({ type: "order-cancelled", schemaVersion: 2, data: command.data }, order);
    case "renumber-order":
      return isNumbered(command.data, order)
        ? already
        : fact({ type: "order-renumbered", schemaVersion: 1, data: command.data }, order);
    default:
      return unreachable(command);
  }
}

function fact(event: OrderEvent, order: OrderState): OrderDecision {
  return recordIfAccepted(acceptsOrder, event, order);
}

/** Whether the order has the number, and is found by the former one. */
function isNumbered({ from, to }: RenumberOrder["data"], order: OrderState): boolean {
  if (order.status === "none" || order.number !== to) return false;
  return from === to || order.formerNumbers.includes(from);
}

function findLine(order: OrderState, lineId: string): StandingLine | undefined {
  return order.status === "none" ? undefined : order.lines.find((line) => line.lineId === lineId);
}

/**
 * Both facts or neither. A placed order keeps at least one line, so its last one goes after the other has come; any
 * other goes first, so that a full order has room.
 */
function decideSubstitute({ lineId, line }: SubstituteLine["data"], order: OrderState): OrderDecision {
  if (order.status === "none") return reject({ reason: "order-not-found" });
  const had = (id: string) => order.removedLineIds.includes(id) || findLine(order, id) !== undefined;
  if (order.removedLineIds.includes(lineId) && had(line.lineId)) return already;
  const removed = { type: "line-removed", schemaVersion: 1, data: { lineId } } as const;
  const added = { type: "line-added", schemaVersion: 2, data: line } as const;
  const events = order.lines.length === 1 ? ([added, removed] as const) : ([removed, added] as const);
  return recordAllIfAccepted(acceptsOrder, evolveOrder, events, order);
}

function decidePlace(order: OrderState): OrderDecision {
  if (order.status === "none") return reject({ reason: "order-not-found" });
  if (order.status === "placed" || order.status === "shipped") return already;
  return fact({ type: "order-placed", schemaVersion: 3, data: wholeOrder(order) }, order);
}

function decideDetails(wished: Changes<OrderDetails>, order: OrderState): OrderDecision {
  if (order.status === "none") return reject({ reason: "order-not-found" });
  const changes = openChanges<OrderDetails>(order, wished);
  if (changes === undefined) return already;
  return fact({ type: "order-details-changed", schemaVersion: 1, data: { changes } }, order);
}

function decideImport(command: ImportOrder, order: OrderState): OrderDecision {
  const unpayable = payable(command.data);
  if (unpayable !== undefined) return reject(unpayable);
  const { shippedOn, ...content } = command.data;
  if (order.status !== "none" && holds(order, content)) {
    if (shippedOn === null || (order.status === "shipped" && order.shippedOn === shippedOn)) return already;
    if (order.status === "placed" && !order.asImported) {
      return fact({ type: "order-shipped", schemaVersion: 1, data: { shippedOn } }, order);
    }
  }
  const data: ImportedOrder = { ...command.data, totals: totals(command.data) };
  return fact({ type: "order-imported", schemaVersion: 2, data }, order);
}

/** Whether the order's lines and details are the imported ones, whatever became of it since. */
function holds(order: ExistingOrder, content: Omit<ImportOrder["data"], "shippedOn">): boolean {
  const fields = Object.keys(content) as (keyof typeof content)[];
  return fields.every((field) => sameData(content[field], order[field]));
}
