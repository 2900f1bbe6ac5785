import {
  type AllocationState,
  noAllocation,
  type OrderAhead,
  type StockMoved,
} from "../../domain/allocation/allocation.ts";
import type { StandingLine } from "../../domain/order/order-line.ts";
import type { ExistingOrder } from "../../domain/order/order-state.ts";
import { allocationStream, findSkuId, findStockStream, idOf, orderStream } from "../../domain/stream-key.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { findOnTheWay, withOnTheWay } from "../storage/on-the-way.ts";
import { shortAllocationPrefix } from "../streams/list-keys.ts";
import { stateOf } from "../streams/sums.ts";
import { type OrderView, orderViews } from "./queries.ts";

/** What inventory says to one line. `reserved` is its part of what its SKU has, the order's lines served in order. */
export interface LineAnswer {
  readonly lineId: string;
  readonly wanted: number;
  readonly reserved: number;
  readonly short: number;
  /** Orders that came first and have a part, the nearest first. */
  readonly ahead: readonly OrderAhead[];
  /** Somebody chose to wait for what is short. */
  readonly waited: boolean;
}

/**
 * What inventory says to an order. `silent`: there is nothing to say, since it is not placed or nobody counts what it
 * asks for. `updating`: the order asks for something else by now, or has ended; the last answer is shown until the
 * next one is there.
 */
export type StockAnswer =
  | { readonly status: "silent" }
  | { readonly status: "awaited" }
  | {
      readonly status: "answered";
      readonly updating: boolean;
      readonly answeredAt: string;
      readonly lines: readonly LineAnswer[];
    }
  | {
      readonly status: "issued" | "released";
      readonly endedAt: string;
      readonly lines: readonly StockMoved[];
    };

/** How far an order is: saved here, sent and not answered, accepted by the server. */
export type OrderStage = "saved" | "sent" | "accepted";

/** How far an order is, and what inventory says to it. */
export interface OrderStock {
  readonly stage: OrderStage;
  readonly answer: StockAnswer;
}

/** Whether a short order asks for an answer, or all that is short is waited for. */
export type Shortage = "short" | "waited";

/** What inventory says to an order; `isCounted` tells whether somebody counts or receives a SKU. */
function stockAnswerOf(
  order: ExistingOrder,
  allocation: AllocationState,
  isCounted: (sku: string) => boolean,
): StockAnswer {
  const ends = order.status === "shipped" || order.status === "cancelled";
  if (allocation.status === "none") {
    const asks =
      order.status === "placed" && !order.historical && order.lines.some(({ sku }) => isCounted(sku));
    return { status: asks ? "awaited" : "silent" };
  }
  if (allocation.status !== "answered") return allocation;
  const wanted = bySku(order.lines);
  const answered = new Map(allocation.lines.map((line) => [findSkuId(line.sku) ?? "", line]));
  const otherThanAsked = [...new Set([...wanted.keys(), ...answered.keys()])].some((sku) => {
    const line = answered.get(sku);
    return line === undefined ? isCounted(sku) : line.wanted !== (wanted.get(sku) ?? 0);
  });
  return {
    status: "answered",
    updating: ends || otherThanAsked,
    answeredAt: allocation.answeredAt,
    lines: order.lines.flatMap(lineAnswers(answered)),
  };
}

type Answered = Extract<AllocationState, { readonly status: "answered" }>["lines"][number];

/** Serves the lines of a SKU in order, so that what is short is at the last of them. */
function lineAnswers(answered: ReadonlyMap<string, Answered>): (line: StandingLine) => readonly LineAnswer[] {
  const left = new Map([...answered].map(([sku, { reserved }]) => [sku, reserved]));
  return (line) => {
    const sku = findSkuId(line.sku) ?? "";
    const answer = answered.get(sku);
    if (answer === undefined) return [];
    const reserved = Math.min(line.quantity, left.get(sku) ?? 0);
    left.set(sku, (left.get(sku) ?? 0) - reserved);
    const short = line.quantity - reserved;
    const waited = short > 0 && (line.backOrdered ?? 0) >= short;
    const ahead = short > 0 ? answer.ahead : [];
    return [{ lineId: line.lineId, wanted: line.quantity, reserved, short, ahead, waited }];
  };
}

function bySku(lines: readonly StandingLine[]): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of lines) {
    const id = findSkuId(sku) ?? "";
    wanted.set(id, (wanted.get(id) ?? 0) + quantity);
  }
  return wanted;
}

/** Whether a placed order is short by its answer, and whether somebody has said what becomes of it. */
function shortageOf(answer: StockAnswer): Shortage | undefined {
  if (answer.status !== "answered") return undefined;
  const short = answer.lines.filter((line) => line.short > 0);
  if (short.length === 0) return undefined;
  return short.every(({ waited }) => waited) ? "waited" : "short";
}

/** How far one order is, and what inventory says to it; undefined when the order is not here. */
export async function findOrderStock(db: DeviceDatabase, orderId: string): Promise<OrderStock | undefined> {
  const stream = orderStream(orderId);
  const [orderRow, row, stored, onTheWay] = await Promise.all([
    db.streams.get(stream),
    db.streams.get(allocationStream(orderId)),
    db.outbox.where("stream").equals(stream).toArray(),
    findOnTheWay(db),
  ]);
  const waiting = withOnTheWay(stored, onTheWay);
  const order = orderRow === undefined ? undefined : stateOf("order", orderRow);
  if (order === undefined || order.status === "none") return undefined;
  const allocation = row === undefined ? noAllocation : stateOf("allocation", row);
  // Nothing is said to an order that is still written: a scan into a thousand lines asks for none of their stock.
  const asks = allocation.status === "none" ? order.status === "placed" : allocation.status === "answered";
  const counted = asks ? await countedOf(db, order) : new Set<string>();
  const open = waiting.filter(({ state, accepted }) => state !== "discarded" && !accepted);
  const unsent = open.some(({ state, sent }) => state !== "pending" || !sent);
  const stage = open.length === 0 ? "accepted" : unsent ? "saved" : "sent";
  return { stage, answer: stockAnswerOf(order, allocation, (sku) => counted.has(findSkuId(sku) ?? "")) };
}

/** One request for the keys of all stock costs what some hundred do that each ask for one. */
const askedOneByOneMax = 100;

/** The SKUs of an order that somebody counts or receives. */
async function countedOf(db: DeviceDatabase, order: ExistingOrder): Promise<ReadonlySet<string>> {
  const skus = [...new Set(order.lines.map(({ sku }) => sku))];
  const keys = skus.flatMap((sku) => findStockStream(sku) ?? []);
  const wanted = db.streams.where("key");
  const found = keys.length > askedOneByOneMax ? wanted.startsWith("stock/") : wanted.anyOf(keys);
  return new Set((await found.primaryKeys()).map(idOf));
}

/** The open orders that are short, newest first, and whether they ask for an answer. */
export async function listShortOrders(
  db: DeviceDatabase,
): Promise<readonly { readonly view: OrderView; readonly shortage: Shortage }[]> {
  const allocations = await db.streams.where("group").startsWith(shortAllocationPrefix).toArray();
  const orders = await db.streams.bulkGet(allocations.map(({ key }) => orderStream(idOf(key))));
  const found = orders.flatMap((row, at) => {
    const allocation = allocations[at];
    if (row === undefined || allocation === undefined) return [];
    return orderViews(row).flatMap((view) => {
      if (view.order.status !== "placed") return [];
      const answer = stockAnswerOf(view.order, stateOf("allocation", allocation), () => false);
      const shortage = shortageOf(answer);
      return shortage === undefined ? [] : [{ view, shortage }];
    });
  });
  return found.sort((a, b) => (a.view.sort < b.view.sort ? 1 : -1));
}
