import {
  type AllocationEvent,
  type AllocationRejection,
  type AllocationState,
  acceptsAllocation,
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
import { acceptsCustomer, decideCustomer, evolveCustomer, noCustomer } from "./customer/customer.ts";
import type { Decision } from "./decision.ts";
import type { Happened } from "./event.ts";
import { evolveVersions } from "./evolve-versions.ts";
import {
  acceptsLevel,
  decideLevel,
  evolveLevel,
  type LevelEvent,
  type LevelRejection,
  type LevelState,
  noLevel,
} from "./level/level.ts";
import { acceptsOrder } from "./order/accepts-order.ts";
import { decideOrder } from "./order/decide-order.ts";
import { evolveOrder } from "./order/evolve-order.ts";
import type { OrderCommand } from "./order/order-commands.ts";
import type { OrderEvent } from "./order/order-events.ts";
import type { OrderRejection } from "./order/order-rejection.ts";
import { noOrder, type OrderState } from "./order/order-state.ts";
import type { ProductCommand, ProductEvent, ProductRejection, ProductState } from "./product/product.ts";
import { acceptsProduct, decideProduct, evolveProduct, noProduct } from "./product/product.ts";
import type { StockCommand, StockEvent, StockRejection, StockState } from "./stock/stock.ts";
import { acceptsStock, decideStock, evolveStock, noStock } from "./stock/stock.ts";
import { findSkuId, idOf, kindOf, type StreamKind } from "./stream-key.ts";
import type {
  WorkspaceCommand,
  WorkspaceEvent,
  WorkspaceRejection,
  WorkspaceState,
} from "./workspace/workspace.ts";
import { acceptsWorkspace, decideWorkspace, evolveWorkspace, noWorkspace } from "./workspace/workspace.ts";

/** The three pure functions of one kind of stream, its state before the first event, and the version of its fold. */
export interface Kind<State, Event, Command, Rejection> {
  readonly initial: State;
  readonly evolveVersion: number;
  readonly decide: (command: Command, state: State) => Decision<Event, Rejection>;
  readonly accepts: (event: Event, state: State) => Rejection | undefined;
  readonly evolve: (state: State, event: Happened<Event>) => State;
  /** The event types that belong on streams of this kind, and the commands. */
  readonly eventTypes: Readonly<
    Record<Event extends { readonly type: infer Type extends string } ? Type : never, true>
  >;
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
/** The state of each kind of stream. */
export interface States {
  readonly order: OrderState;
  readonly customer: CustomerState;
  readonly product: ProductState;
  readonly stock: StockState;
  readonly workspace: WorkspaceState;
  readonly allocation: AllocationState;
  readonly level: LevelState;
}
export type KnownState = States[StreamKind];
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
  evolveVersion: evolveVersions.order,
  decide: decideOrder,
  accepts: acceptsOrder,
  evolve: evolveOrder,
  eventTypes: {
    "order-drafted": true,
    "line-added": true,
    "line-quantity-changed": true,
    "line-discount-changed": true,
    "line-note-changed": true,
    "line-removed": true,
    "line-back-ordered": true,
    "order-details-changed": true,
    "order-placed": true,
    "order-shipped": true,
    "order-cancelled": true,
    "order-renumbered": true,
    "order-imported": true,
  },
};

const customer: Kind<CustomerState, CustomerEvent, CustomerCommand, CustomerRejection> = {
  initial: noCustomer,
  evolveVersion: evolveVersions.customer,
  decide: decideCustomer,
  accepts: acceptsCustomer,
  evolve: evolveCustomer,
  eventTypes: { "customer-added": true, "customer-changed": true },
};

const product: Kind<ProductState, ProductEvent, ProductCommand, ProductRejection> = {
  initial: noProduct,
  evolveVersion: evolveVersions.product,
  decide: decideProduct,
  accepts: acceptsProduct,
  evolve: evolveProduct,
  eventTypes: { "product-added": true, "product-changed": true },
};

const stock: Kind<StockState, StockEvent, StockCommand, StockRejection> = {
  initial: noStock,
  evolveVersion: evolveVersions.stock,
  decide: decideStock,
  accepts: acceptsStock,
  evolve: evolveStock,
  eventTypes: { "stock-counted": true, "stock-received": true },
};

const workspace: Kind<WorkspaceState, WorkspaceEvent, WorkspaceCommand, WorkspaceRejection> = {
  initial: noWorkspace,
  evolveVersion: evolveVersions.workspace,
  decide: decideWorkspace,
  accepts: acceptsWorkspace,
  evolve: evolveWorkspace,
  eventTypes: { "workspace-set-up": true, "settings-changed": true },
};

const allocation: Kind<AllocationState, AllocationEvent, never, AllocationRejection> = {
  initial: noAllocation,
  evolveVersion: evolveVersions.allocation,
  decide: decideAllocation,
  accepts: acceptsAllocation,
  evolve: evolveAllocation,
  eventTypes: { "stock-allocated": true, "stock-released": true, "stock-issued": true },
};

const level: Kind<LevelState, LevelEvent, never, LevelRejection> = {
  initial: noLevel,
  evolveVersion: evolveVersions.level,
  decide: decideLevel,
  accepts: acceptsLevel,
  evolve: evolveLevel,
  eventTypes: { "stock-level-changed": true },
};

interface AnyKind extends Omit<Kind<KnownState, KnownEvent, KnownCommand, KnownRejection>, "eventTypes"> {
  readonly eventTypes: Readonly<Record<string, true>>;
}

/**
 * Every kind of stream, by its name. The members are typed as the union of all kinds: which command, event and
 * state belong to a stream is told by its key, and guarded by `decideOn`, `acceptsOn` and `evolveOn`.
 */
export const kinds: Readonly<Record<StreamKind, AnyKind>> = {
  order: anyKind(order),
  customer: anyKind(customer),
  product: anyKind(product),
  stock: anyKind(stock),
  workspace: anyKind(workspace),
  allocation: anyKind(allocation),
  level: anyKind(level),
};

/** A kind as one of all: its functions take what belongs on its streams, which its callers pair by the stream's key. */
function anyKind<State, Event, Command, Rejection>(kind: Kind<State, Event, Command, Rejection>): AnyKind {
  return kind as unknown as AnyKind;
}

/** The kind of a stream, or undefined for one that this build does not know. */
export function findKind(stream: string): AnyKind | undefined {
  const name = kindOf(stream);
  return Object.hasOwn(kinds, name) ? kinds[name as StreamKind] : undefined;
}

/** Whether an event of this type belongs on this stream. */
export function belongsOn(stream: string, type: string): boolean {
  const known = findKind(stream)?.eventTypes;
  return known !== undefined && Object.hasOwn(known, type);
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

/** An event that names its SKU belongs on the stream of that SKU. */
function namesItsSku(stream: string, event: KnownEvent): boolean {
  return !("sku" in event.data) || event.type === "line-added" || findSkuId(event.data.sku) === idOf(stream);
}

function mustKind(stream: string): AnyKind {
  const kind = findKind(stream);
  if (kind === undefined) throw new Error(`expected a stream of a known kind, found ${stream}`);
  return kind;
}
