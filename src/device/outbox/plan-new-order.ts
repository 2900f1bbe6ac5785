import type { ChangeOrderDetails, StartOrder } from "../../domain/order/order-commands.ts";
import type { OrderHeader } from "../../domain/order/order-events.ts";
import type { OrderLine } from "../../domain/order/order-line.ts";
import type { OrderState } from "../../domain/order/order-state.ts";
import type { OutboxRow } from "../storage/rows.ts";
import { inTurn } from "../streams/rebase.ts";

/** What a new order is made of, and the commands that are answered by making it. */
export interface NewOrderContent {
  readonly header: OrderHeader;
  readonly lines: readonly OrderLine[];
  readonly carried: readonly OutboxRow[];
}

/** What is known of the order that the commands wait on; `lines` are all that it ever had, `today` is `YYYY-MM-DD`. */
export interface FormerOrder {
  readonly rows: readonly OutboxRow[];
  readonly order: OrderState;
  readonly lines: ReadonlyMap<string, OrderLine>;
  readonly today: string;
}

/**
 * What the parked commands of an order, and those that wait behind them, come to on an order of their own: the same
 * customer, the lines that they would have added, and of a raised quantity what it was raised by. Commands that only
 * mean something on their own order are not carried. Undefined where nothing is.
 */
export function planNewOrder(former: FormerOrder): NewOrderContent | undefined {
  const lines = new Map<string, OrderLine>();
  const carried: OutboxRow[] = [];
  let header = headerOf(former);
  let detailed: readonly OutboxRow[] = [];
  for (const row of movable(former.rows)) {
    const { command } = row;
    if (command.type === "start-order" && former.order.status === "none") {
      header = blankHeader(command, former.today);
      carried.push(row);
    } else if (command.type === "change-order-details" && header !== undefined) {
      header = withDetails(header, command);
      detailed = [...detailed, row];
    } else if (command.type === "place-order" && former.order.status === "none") {
      carried.push(row);
    } else if (carryLine(row, lines, former)) carried.push(row);
  }
  if (header === undefined || carried.length === 0) return undefined;
  return { header, lines: [...lines.values()], carried: inTurn([...carried, ...detailed]) };
}

/**
 * Parked commands, and those that wait behind one of them, in their turn: what was decided on top of a command that
 * the server did not take, it has not taken either, even if it was sent.
 */
function movable(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  const ordered = inTurn(rows);
  const from = ordered.findIndex(({ state }) => state === "parked");
  if (from < 0) return [];
  const moves = (row: OutboxRow) => row.state === "parked" || (row.held?.why === "behind" && !row.accepted);
  const stop = ordered.findIndex((row, index) => index > from && !moves(row));
  return ordered.slice(from, stop < 0 ? undefined : stop);
}

/** Changes the new order's lines by one command; tells whether it means something there. */
function carryLine(row: OutboxRow, lines: Map<string, OrderLine>, former: FormerOrder): boolean {
  const { command } = row;
  switch (command.type) {
    case "add-line":
      lines.set(command.data.lineId, command.data);
      return true;
    case "substitute-line":
      lines.delete(command.data.lineId);
      lines.set(command.data.line.lineId, command.data.line);
      return true;
    case "remove-line":
      return lines.delete(command.data.lineId);
    case "set-line-discount":
      return change(lines, command.data.lineId, { discountBps: command.data.to });
    case "set-line-note":
      return change(lines, command.data.lineId, { note: command.data.to });
    case "add-quantity":
      return carryQuantity(lines, former, command.data.lineId, (before) => before + command.data.by);
    case "set-quantity":
      return carryQuantity(lines, former, command.data.lineId, (_before, there) => command.data.to - there);
    default:
      return false;
  }
}

/** `quantity` is told what the new order has of the line, and what the former one still delivers of it. */
function carryQuantity(
  lines: Map<string, OrderLine>,
  { order, lines: known }: FormerOrder,
  lineId: string,
  quantity: (before: number, there: number) => number,
): boolean {
  const before = lines.get(lineId);
  const current = order.status !== "none" && order.status !== "cancelled" ? order.lines : [];
  const there = before === undefined ? (current.find((line) => line.lineId === lineId)?.quantity ?? 0) : 0;
  const line = before ?? known.get(lineId);
  const wanted = quantity(before?.quantity ?? 0, there);
  if (line === undefined || (before === undefined && wanted < 1)) return false;
  if (wanted < 1) lines.delete(lineId);
  else lines.set(lineId, { ...line, quantity: wanted });
  return true;
}

function change(lines: Map<string, OrderLine>, lineId: string, changed: Partial<OrderLine>): boolean {
  const line = lines.get(lineId);
  if (line === undefined) return false;
  lines.set(lineId, { ...line, ...changed });
  return true;
}

/** The former order's customer and terms; its freight and its note were told for it alone. */
function headerOf({ order, today }: FormerOrder): OrderHeader | undefined {
  if (order.status === "none") return undefined;
  const { customer, shipTo, discountBps, reference, currency, taxMode } = order;
  const wantedOn = order.wantedOn !== null && order.wantedOn >= today ? order.wantedOn : null;
  const own = { freightMinor: 0, note: "", orderedOn: today, wantedOn };
  return { customer, shipTo, discountBps, reference, currency, taxMode, ...own };
}

function blankHeader({ data }: StartOrder, today: string): OrderHeader {
  const { number: _number, ...header } = data;
  return { ...header, orderedOn: today };
}

function withDetails(header: OrderHeader, { data }: ChangeOrderDetails): OrderHeader {
  const wished = Object.entries(data.changes).map(([field, { to }]) => [field, to]);
  return { ...header, ...(Object.fromEntries(wished) as Partial<OrderHeader>) };
}
