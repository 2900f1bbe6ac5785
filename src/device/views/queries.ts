import type { KnownCustomer } from "../../domain/customer/customer.ts";
import type { ExistingOrder, OrderStatus } from "../../domain/order/order-state.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { customerStream, idOf, orderStream, workspaceStream } from "../../domain/stream-key.ts";
import { type Totals, totals } from "../../domain/totals.ts";
import type { KnownWorkspace } from "../../domain/workspace/workspace.ts";
import { listNotTakenBack } from "../outbox/not-taken-back.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { findMeta, mustMeta } from "../storage/meta.ts";
import { findOnTheWay, withOnTheWay } from "../storage/on-the-way.ts";
import type { OutboxRow, StreamRow } from "../storage/rows.ts";
import type { SyncStatus } from "../storage/sync-status.ts";
import { readModelVersion } from "../streams/read-model-version.ts";
import { readSums } from "../streams/sum-rows.ts";
import { ordersPrefix, salesPrefix, stateOf } from "../streams/sums.ts";

/** How far one stream is: everything confirmed, or the worst state of what this device has waiting on it. */
export type SyncMark = "waiting" | "held" | "parked" | "confirmed";

/** An order as screens show it: its current state, with this device's waiting commands on top. */
export interface OrderView {
  readonly id: string;
  readonly sort: string;
  readonly order: ExistingOrder;
  readonly totals: Totals;
  readonly mark: SyncMark;
  readonly waitingCount: number;
  readonly version: number;
  /** Holds an event that this build cannot read: update the app to change it. */
  readonly readOnly: boolean;
}

export interface CustomerView {
  readonly id: string;
  readonly customer: KnownCustomer;
  readonly mark: SyncMark;
}

export interface ProductView {
  readonly skuId: string;
  readonly product: KnownProduct;
  readonly mark: SyncMark;
}

/** The newest orders, of one status or of all; `before` is the `sort` of the last row already shown. */
export async function listOrders(
  db: DeviceDatabase,
  wanted: { readonly status?: OrderStatus; readonly limit: number; readonly before?: string },
): Promise<readonly OrderView[]> {
  const { status, limit, before } = wanted;
  // Shipped orders are most of all orders and have no group: they are found along the whole list.
  const grouped = status !== undefined && status !== "shipped";
  const prefix = grouped ? `o/${status}/` : "o/";
  const upper = before === undefined ? `${prefix}\uffff` : before.replace(/^o\//, prefix);
  const rows = db.streams
    .where(grouped ? "group" : "sort")
    .between(prefix, upper, false, false)
    .reverse();
  const some = status === "shipped" ? rows.filter((row) => stateOf("order", row).status === "shipped") : rows;
  return (await some.limit(limit).toArray()).flatMap(orderViews);
}

/**
 * How many orders there are of each status; undefined while the read models are made again. It is read after every
 * command: counting the keys themselves takes as long as there are orders.
 */
export async function countOrders(
  db: DeviceDatabase,
): Promise<Readonly<Record<Exclude<OrderStatus, "none">, number>> | undefined> {
  return db.transaction("r", db.meta, db.sums, async () => {
    const { generation, version, building } = await mustMeta(db, "readModel");
    // The sums of before a rebuild do not move, and those of an older build may have no counts.
    if (building !== undefined || version !== readModelVersion()) return undefined;
    const counts = await readSums(db, generation, ordersPrefix);
    const count = (status: OrderStatus) => counts.get(status)?.[0] ?? 0;
    return {
      draft: count("draft"),
      placed: count("placed"),
      shipped: count("shipped"),
      cancelled: count("cancelled"),
    };
  });
}

/** One order, or undefined when it is not (or not yet) here. */
export async function findOrder(db: DeviceDatabase, id: string): Promise<OrderView | undefined> {
  const row = await db.streams.get(orderStream(id));
  return row === undefined ? undefined : orderViews(row)[0];
}

/** All customers by name, archived ones included. */
export async function listCustomers(db: DeviceDatabase): Promise<readonly CustomerView[]> {
  return (await db.streams.where("sort").startsWith("c/").toArray()).flatMap(customerViews);
}

/** One customer, or undefined. */
export async function findCustomer(db: DeviceDatabase, id: string): Promise<CustomerView | undefined> {
  const row = await db.streams.get(customerStream(id));
  return row === undefined ? undefined : customerViews(row)[0];
}

/** All products by name, archived ones included. */
export async function listProducts(db: DeviceDatabase): Promise<readonly ProductView[]> {
  return (await db.streams.where("sort").startsWith("p/").toArray()).flatMap(productViews);
}

/** One product by the id of its SKU, or undefined. */
export async function findProduct(db: DeviceDatabase, skuId: string): Promise<ProductView | undefined> {
  const row = await db.streams.get(`product/${skuId}`);
  return row === undefined ? undefined : productViews(row)[0];
}

/** The settings of this business; undefined on a device that has joined and not yet heard them. */
export async function findSettings(db: DeviceDatabase): Promise<KnownWorkspace | undefined> {
  return db.transaction("r", db.meta, db.streams, async () => {
    const identity = await mustMeta(db, "identity");
    const row = await db.streams.get(workspaceStream(identity.workspaceId));
    const state = row === undefined ? undefined : stateOf("workspace", row);
    return state?.status === "known" ? state : undefined;
  });
}

/** Every command that is not confirmed, oldest first, discarded ones included. */
export async function listOutbox(db: DeviceDatabase): Promise<readonly OutboxRow[]> {
  return db.transaction("r", db.meta, db.outbox, async () => {
    const [rows, onTheWay] = await Promise.all([db.outbox.orderBy("seq").toArray(), findOnTheWay(db)]);
    return withOnTheWay(rows, onTheWay);
  });
}

/** How many commands wait, and for what: `parked` ones for a person, those that a restored server lost among them. */
export async function countWaiting(
  db: DeviceDatabase,
): Promise<{ readonly pending: number; readonly held: number; readonly parked: number }> {
  return db.transaction("r", db.outbox, db.resupply, db.meta, async () => {
    const inState = (state: string) => db.outbox.where("state").equals(state).count();
    const [pending, held, parked, lost] = await Promise.all([
      inState("pending"),
      inState("held"),
      inState("parked"),
      listNotTakenBack(db),
    ]);
    return { pending, held, parked: parked + lost.length };
  });
}

/** Whether anything waits to be sent: the first of it, since counting all of a long queue takes as long as it is. */
export async function hasPending(db: DeviceDatabase): Promise<boolean> {
  return (await db.outbox.where("state").equals("pending").limit(1).primaryKeys()).length > 0;
}

/** What sync does, as the one context that syncs last wrote it. */
export async function findStatus(db: DeviceDatabase): Promise<SyncStatus> {
  return mustMeta(db, "status");
}

/** Placed and shipped orders by the day that they were ordered on. */
export interface SalesDay {
  readonly day: string;
  readonly currency: string;
  readonly orders: number;
  readonly totalMinor: number;
}

/** Sales by day, from one day to another, both included (`YYYY-MM-DD`). */
export async function listSalesByDay(
  db: DeviceDatabase,
  days: { readonly from: string; readonly to: string },
): Promise<readonly SalesDay[]> {
  const { generation } = await mustMeta(db, "readModel");
  const sales = await readSums(db, generation, salesPrefix, days);
  return [...sales]
    .map(([id, [orders = 0, totalMinor = 0]]) => {
      const [day = "", currency = ""] = id.split(" ");
      return { day, currency, orders, totalMinor };
    })
    .filter(({ day }) => day >= days.from && day <= days.to)
    .toSorted((a, b) => (`${a.day} ${a.currency}` < `${b.day} ${b.currency}` ? -1 : 1));
}

/** Whether the work of this database was moved into another one: nothing more is saved here. */
export async function isMoved(db: DeviceDatabase): Promise<boolean> {
  return (await findMeta(db, "movedTo")) !== undefined;
}

/** How far a rebuild of the read models is, or undefined when none runs. */
export async function findRebuild(
  db: DeviceDatabase,
): Promise<{ readonly done: number; readonly total: number } | undefined> {
  const building = (await findMeta(db, "readModel"))?.building;
  return building === undefined ? undefined : { done: building.done, total: building.total };
}

function markOf(row: StreamRow): SyncMark {
  const state = row.waiting?.state;
  return state === undefined ? "confirmed" : state === "pending" ? "waiting" : state;
}

/** An order as screens show it, from its row; nothing where no event of it has happened. */
export function orderViews(row: StreamRow): readonly OrderView[] {
  const order = stateOf("order", row);
  if (order.status === "none") return [];
  return [
    {
      id: idOf(row.key),
      sort: row.sort ?? "",
      order,
      totals: totals(order),
      mark: markOf(row),
      waitingCount: row.waiting?.count ?? 0,
      version: (row.pending ?? row.confirmed).version,
      readOnly: row.unreadableFrom !== undefined,
    },
  ];
}

function customerViews(row: StreamRow): readonly CustomerView[] {
  const state = stateOf("customer", row);
  if (state.status !== "known") return [];
  return [{ id: idOf(row.key), customer: state, mark: markOf(row) }];
}

function productViews(row: StreamRow): readonly ProductView[] {
  const state = stateOf("product", row);
  if (state.status !== "known") return [];
  return [{ skuId: idOf(row.key), product: state, mark: markOf(row) }];
}
