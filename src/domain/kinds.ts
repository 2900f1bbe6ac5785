import {
  type AllocationEvent,
  type AllocationRejection,
  type AllocationState,
  acceptsAllocation,
  allocationEvolveVersion,
  decideAllocation,
  evolveAllocation,
  noAllocation,
} from "./allocation/allocation.ts";
import type {
  CustomerCommand,
  CustomerEvent,
  CustomerRejection,
  CustomerState,
} from "./customer/customer.ts";
import {
  acceptsCustomer,
  customerEvolveVersion,
  decideCustomer,
  evolveCustomer,
  noCustomer,
} from "./customer/customer.ts";
import type { Decision } from "./decision.ts";
import type { Happened } from "./event.ts";
import {
  acceptsLevel,
  decideLevel,
  evolveLevel,
  type LevelEvent,
  type LevelRejection,
  type LevelState,
  levelEvolveVersion,
  noLevel,
} from "./level/level.ts";
import { acceptsOrder } from "./order/accepts-order.ts";
import { decideOrder } from "./order/decide-order.ts";
import { evolveOrder, orderEvolveVersion } from "./order/evolve-order.ts";
import type { OrderCommand } from "./order/order-commands.ts";
import type { OrderEvent } from "./order/order-events.ts";
import type { OrderRejection } from "./order/order-rejection.ts";
import { noOrder, type OrderState } from "./order/order-state.ts";
import type { ProductCommand, ProductEvent, ProductRejection, ProductState } from "./product/product.ts";
import {
  acceptsProduct,
  decideProduct,
  evolveProduct,
  noProduct,
  productEvolveVersion,
} from "./product/product.ts";
import type { StockCommand, StockEvent, StockRejection, StockState } from "./stock/stock.ts";
import { acceptsStock, decideStock, evolveStock, noStock, stockEvolveVersion } from "./stock/stock.ts";
import { findSkuId, idOf, kindOf, type StreamKind } from "./stream-key.ts";
import type {
  WorkspaceCommand,
  WorkspaceEvent,
  WorkspaceRejection,
  WorkspaceState,
} from "./workspace/workspace.ts";
import {
  acceptsWorkspace,
  decideWorkspace,
  evolveWorkspace,
  noWorkspace,
  workspaceEvolveVersion,
} from "./workspace/workspace.ts";

/** The three pure functions of one kind of stream, its state before the first event, and the version of its fold. */
export interface Kind<State, Event, Command, Rejection> {
  readonly initial: State;
  readonly evolveVersion: number;
  readonly decide: (command: Command, state: State) => Decision<Event, Rejection>;
  readonly accepts: (event: Event, state: State) => Rejection | undefined;
  readonly evolve: (state: State, event: Happened<Event>) => State;
  /** The event types that belong on streams of this kind, and the commands. */
  readonly eventTypes: readonly (Event extends { readonly type: infer Type } ? Type : never)[];
}

export type KnownEvent =
  | OrderEvent
  | CustomerEvent
  | ProductEvent
  | StockEvent
  | WorkspaceEvent
  | AllocationEvent
  | LevelEvent;
export type KnownCommand = OrderCommand | CustomerCommand | ProductCommand | StockCommand | WorkspaceCommand;
export type KnownState =
  | OrderState
  | CustomerState
  | ProductState
  | StockState
  | WorkspaceState
  | AllocationState
  | LevelState;
export type KnownRejection =
  | OrderRejection
  | CustomerRejection
  | ProductRejection
  | StockRejection
  | WorkspaceRejection
  | AllocationRejection
  | { readonly reason: "wrong-stream"; readonly kind: string; readonly type: string };

const order: Kind<OrderState, OrderEvent, OrderCommand, OrderRejection> = {
  initial: noOrder,
  evolveVersion: orderEvolveVersion,
  decide: decideOrder,
  accepts: acceptsOrder,
  evolve: evolveOrder,
  eventTypes: [
    "order-drafted",
    "line-added",
    "line-quantity-changed",
    "line-discount-changed",
    "line-note-changed",
    "line-removed",
    "line-back-ordered",
    "order-details-changed",
    "order-placed",
    "order-shipped",
    "order-cancelled",
    "order-renumbered",
    "order-imported",
  ],
};

const customer: Kind<CustomerState, CustomerEvent, CustomerCommand, CustomerRejection> = {
  initial: noCustomer,
  evolveVersion: customerEvolveVersion,
  decide: decideCustomer,
  accepts: acceptsCustomer,
  evolve: evolveCustomer,
  eventTypes: ["customer-added", "customer-changed"],
};

const product: Kind<ProductState, ProductEvent, ProductCommand, ProductRejection> = {
  initial: noProduct,
  evolveVersion: productEvolveVersion,
  decide: decideProduct,
  accepts: acceptsProduct,
  evolve: evolveProduct,
  eventTypes: ["product-added", "product-changed"],
};

const stock: Kind<StockState, StockEvent, StockCommand, StockRejection> = {
  initial: noStock,
  evolveVersion: stockEvolveVersion,
  decide: decideStock,
  accepts: acceptsStock,
  evolve: evolveStock,
  eventTypes: ["stock-counted", "stock-received"],
};

const workspace: Kind<WorkspaceState, WorkspaceEvent, WorkspaceCommand, WorkspaceRejection> = {
  initial: noWorkspace,
  evolveVersion: workspaceEvolveVersion,
  decide: decideWorkspace,
  accepts: acceptsWorkspace,
  evolve: evolveWorkspace,
  eventTypes: ["workspace-set-up", "settings-changed"],
};

const allocation: Kind<AllocationState, AllocationEvent, never, AllocationRejection> = {
  initial: noAllocation,
  evolveVersion: allocationEvolveVersion,
  decide: decideAllocation,
  accepts: acceptsAllocation,
  evolve: evolveAllocation,
  eventTypes: ["stock-allocated", "stock-released", "stock-issued"],
};

const level: Kind<LevelState, LevelEvent, never, LevelRejection> = {
  initial: noLevel,
  evolveVersion: levelEvolveVersion,
  decide: decideLevel,
  accepts: acceptsLevel,
  evolve: evolveLevel,
  eventTypes: ["stock-level-changed"],
};

type AnyKind = Kind<KnownState, KnownEvent, KnownCommand, KnownRejection>;

/**
 * Every kind of stream, by its name. The members are typed as the union of all kinds: which command, event and
 * state belong to a stream is told by its key, and guarded by `decideOn`, `acceptsOn` and `evolveOn`.
 */
export const kinds: Readonly<Record<StreamKind, AnyKind>> = {
  order: order as unknown as AnyKind,
  customer: customer as unknown as AnyKind,
  product: product as unknown as AnyKind,
  stock: stock as unknown as AnyKind,
  workspace: workspace as unknown as AnyKind,
  allocation: allocation as unknown as AnyKind,
  level: level as unknown as AnyKind,
};

/** The kind of a stream, or undefined for one that this build does not know. */
export function findKind(stream: string): AnyKind | undefined {
  const name = kindOf(stream);
  return Object.hasOwn(kinds, name) ? kinds[name as StreamKind] : undefined;
}

/** Whether an event of this type belongs on this stream. */
export function belongsOn(stream: string, type: string): boolean {
  return findKind(stream)?.eventTypes.some((known) => known === type) ?? false;
}

/** Decides a command on the state of its stream. The caller pairs them by the stream's key. */
export function decideOn(
  stream: string,
  command: KnownCommand,
  state: KnownState,
): Decision<KnownEvent, KnownRejection> {
  return mustKind(stream).decide(command, state);
}

/** May this event follow this state on this stream? Also refuses events that belong on another kind of stream. */
export function acceptsOn(stream: string, event: KnownEvent, state: KnownState): KnownRejection | undefined {
  if (!belongsOn(stream, event.type) || !namesItsSku(stream, event)) {
    return { reason: "wrong-stream", kind: kindOf(stream), type: event.type };
  }
  return mustKind(stream).accepts(event, state);
}

/** The state of a stream after one more event; an event that belongs on another kind of stream changes nothing. */
export function evolveOn(stream: string, state: KnownState, event: Happened<KnownEvent>): KnownState {
  return belongsOn(stream, event.type) ? mustKind(stream).evolve(state, event) : state;
}

/** The state of a stream before its first event. */
export function initialOf(stream: string): KnownState {
  return mustKind(stream).initial;
}

/** An event that names its SKU stands on the stream of that SKU. */
function namesItsSku(stream: string, event: KnownEvent): boolean {
  return !("sku" in event.data) || event.type === "line-added" || findSkuId(event.data.sku) === idOf(stream);
}

function mustKind(stream: string): AnyKind {
  const kind = findKind(stream);
  if (kind === undefined) throw new Error(`expected a stream of a known kind, found ${stream}`);
  return kind;
}
