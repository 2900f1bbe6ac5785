import { useNavigate } from "@solidjs/router";
import { onCleanup } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import type { Handled } from "../../device/outbox/handle-command.ts";
import { findOrder, findProduct, type OrderView } from "../../device/views/queries.ts";
import type { Changes } from "../../domain/field-changes.ts";
import type { OrderCommand } from "../../domain/order/order-commands.ts";
import type { OrderDetails } from "../../domain/order/order-events.ts";
import type { OrderLine, StandingLine } from "../../domain/order/order-line.ts";
import type { ExistingOrder } from "../../domain/order/order-state.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { findSkuId, orderStream } from "../../domain/stream-key.ts";
import { unreachable } from "../../domain/unreachable.ts";
import { isDone, useSend } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { decideQuantity, type FarFrom } from "./decide-quantity.ts";

/** What an addition or a change came to: the line, how many came onto it, and its quantity now. */
export interface Added {
  readonly lineId: string;
  readonly name: string;
  /** Negative where some were taken off. */
  readonly by: number;
  readonly quantity: number;
  /** A line of its own; else one that was there has another quantity now. */
  readonly isNew: boolean;
  /** More than was asked, because of the product's steps. */
  readonly raised: boolean;
}

/** A quantity far from what is usual, before it is saved. */
export interface FarQuantity {
  readonly name: string;
  readonly quantity: number;
  readonly far: FarFrom;
}

/** What the actions need of the screen. */
interface OrderScreenParts {
  /** What is there of a SKU, where it was counted. */
  readonly onHandOf: (sku: string) => number | undefined;
  /** Asks a person whether a quantity is meant. */
  readonly isMeant: (asked: FarQuantity) => Promise<boolean>;
}

type Tried =
  | { readonly is: "done"; readonly added: Added }
  | { readonly is: "far"; readonly asked: FarQuantity }
  | { readonly is: "refused"; readonly why: "not-saved" | "out-of-range" | "no-line" };

/**
 * Why nothing was added: no such line, a quantity that no line may have, a person who said that they did not mean it,
 * or a command that was not saved, which was told already.
 */
export type NotAdded = "no-line" | "out-of-range" | "not-meant" | "not-saved";

/** Everything that can be done with the order on the screen; each is one command, one after the other. */
export interface OrderActions {
  /** Adds a product, or more of the line that has it. */
  readonly addProduct: (product: KnownProduct, quantity?: number) => Promise<Added | NotAdded>;
  /** Adds to a line, or takes off it: `by` may be negative. */
  readonly addQuantity: (lineId: string, by: number) => Promise<Added | NotAdded>;
  /** Changes the line touched last, else the order's last one. */
  readonly adjustLast: (by: number) => Promise<Added | NotAdded>;
  /** Whether a quantity for a line, typed and not saved yet, is meant: asks where it is far from what is usual. */
  readonly isMeant: (line: OrderLine, quantity: number) => Promise<boolean>;
  readonly removeLine: (line: OrderLine) => Promise<Handled>;
  /** Puts a line that was taken off back, as a line of its own. */
  readonly restoreLine: (line: OrderLine) => Promise<Handled>;
  readonly change: (changes: Changes<OrderDetails>) => Promise<Handled>;
  /** The order as it is when everything before has been done. */
  readonly current: () => Promise<OrderView | undefined>;
  readonly send: (command: OrderCommand, commandId?: string) => Promise<Handled>;
}

/** The commands of one order's screen. A new order begins with the first of them, so that looking leaves no draft. */
export function useOrderActions(orderId: string, screen: OrderScreenParts): OrderActions {
  const workspace = useWorkspace();
  const sendCommand = useSend();
  const navigate = useNavigate();
  const startId = uuidv7();
  // Whoever has gone on to another screen is not called back by what is still being saved here.
  let isShown = true;
  onCleanup(() => {
    isShown = false;
  });
  // Set in turn with the commands, so that "+2" typed right after a scan means the line that the scan makes.
  let touched: string | undefined;
  // One after the other: a second scan of the same product must see the line that the first one made.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };

  const send = async (command: OrderCommand, commandId?: string): Promise<Handled> => {
    return sendCommand({
      stream: orderStream(orderId),
      command,
      ...(commandId === undefined ? {} : { id: commandId }),
    });
  };

  const findExisting = async () => (await findOrder(workspace.device.db, orderId))?.order;

  /** The order, begun now when it was not; `details` go into its beginning. */
  const started = async (details: Partial<OrderDetails>): Promise<ExistingOrder | undefined> => {
    const existing = await findExisting();
    const settings = workspace.settings();
    if (existing !== undefined || settings === undefined) return existing;
    const { currency, taxMode } = settings;
    const header = { ...blankDetails(workspace.today()), ...details, currency, taxMode };
    const handled = await sendCommand({
      id: startId,
      stream: orderStream(orderId),
      command: ({ orderNumber }) => ({ type: "start-order", data: { ...header, number: orderNumber } }),
    });
    if (!isDone(handled)) return undefined;
    if (isShown) navigate(`/orders/${orderId}`, { replace: true, scroll: false });
    return findExisting();
  };

  /** The line with another quantity, if it may have it; `agreed` when somebody has said that it is meant. */
  const changeLine = async (
    order: ExistingOrder,
    line: OrderLine,
    wished: number,
    agreed: boolean,
  ): Promise<Tried> => {
    const decided = decideQuantity(wished, await factsOf(order, line.sku, line.quantity));
    if (decided.is === "out-of-range") return { is: "refused", why: "out-of-range" };
    const { quantity, raised, far } = decided;
    const { lineId, name } = line;
    if (far !== undefined && !agreed) return { is: "far", asked: { name, quantity, far } };
    const by = quantity - line.quantity;
    return done(await send({ type: "add-quantity", data: { lineId, by } }), {
      lineId,
      name,
      by,
      quantity,
      isNew: false,
      raised,
    });
  };

  const factsOf = async (order: ExistingOrder, sku: string, current: number, known?: KnownProduct) => ({
    product: known ?? (await findProduct(workspace.device.db, findSkuId(sku) ?? ""))?.product,
    current,
    ordered: order.lines.map(({ quantity }) => quantity),
    onHand: screen.onHandOf(sku),
  });

  const done = (handled: Handled, added: Added): Tried => {
    if (!isDone(handled)) return { is: "refused", why: "not-saved" };
    touched = added.lineId;
    return { is: "done", added };
  };

  const changeBy = async (lineId: string | undefined, by: number, agreed: boolean): Promise<Tried> => {
    const order = await findExisting();
    const line = order?.lines.find((one) => one.lineId === lineId);
    if (order === undefined || line === undefined) return { is: "refused", why: "no-line" };
    return changeLine(order, line, line.quantity + by, agreed);
  };

  /** The line touched last, else the order's last one. */
  const lastLineId = async (): Promise<string | undefined> => {
    const lines = (await findExisting())?.lines ?? [];
    return (lines.find(({ lineId }) => lineId === touched) ?? lines.at(-1))?.lineId;
  };

  const adjustLast = (by: number): Promise<Added | NotAdded> => {
    // Whatever is touched while a person is asked, it stays this line.
    let lineId: string | undefined;
    return asking(async (agreed) => {
      lineId ??= await lastLineId();
      return changeBy(lineId, by, agreed);
    });
  };

  const add = async (
    product: KnownProduct,
    quantity: number | undefined,
    agreed: boolean,
  ): Promise<Tried> => {
    if (quantity !== undefined && quantity < 1) return { is: "refused", why: "out-of-range" };
    const order = await started({});
    if (order === undefined) return { is: "refused", why: "not-saved" };
    const line = order.lines.findLast(
      ({ sku, unitPriceMinor }) => sku === product.sku && unitPriceMinor === product.priceMinor,
    );
    if (line !== undefined) {
      return changeLine(order, line, line.quantity + (quantity ?? product.stepQuantity), agreed);
    }
    const facts = await factsOf(order, product.sku, 0, product);
    const decided = decideQuantity(quantity ?? product.minQuantity, facts);
    if (decided.is === "out-of-range") return { is: "refused", why: "out-of-range" };
    const { raised, far } = decided;
    const { name } = product;
    if (far !== undefined && !agreed) return { is: "far", asked: { name, quantity: decided.quantity, far } };
    const added = lineOf(product, decided.quantity);
    const { lineId } = added;
    return done(await send({ type: "add-line", data: added }), {
      lineId,
      name,
      by: decided.quantity,
      quantity: decided.quantity,
      isNew: true,
      raised,
    });
  };

  // One question after the other, outside of the turn: what is scanned meanwhile is added meanwhile. Before it is
  // asked the order is looked at again, since the answer before may have made the quantity usual.
  let lastAsked: Promise<unknown> = Promise.resolve();
  const asking = (work: (agreed: boolean) => Promise<Tried>): Promise<Added | NotAdded> => {
    const ask = async (): Promise<Added | NotAdded> => {
      const again = await inTurn(() => work(false));
      if (again.is !== "far") return resultOf(again);
      if (!(await screen.isMeant(again.asked))) return "not-meant";
      return resultOf(await inTurn(() => work(true)));
    };
    return inTurn(() => work(false)).then((tried) => {
      if (tried.is !== "far") return resultOf(tried);
      const asked = lastAsked.then(ask, ask);
      lastAsked = asked.catch(() => {});
      return asked;
    });
  };

  const isMeant = async (line: OrderLine, quantity: number): Promise<boolean> => {
    const order = await findExisting();
    if (order === undefined) return true;
    const decided = decideQuantity(quantity, await factsOf(order, line.sku, line.quantity));
    if (decided.is !== "allowed" || decided.far === undefined) return true;
    return screen.isMeant({ name: line.name, quantity, far: decided.far });
  };

  const change = async (changes: Changes<OrderDetails>): Promise<Handled> => {
    const wished = Object.entries(changes).map(([field, { to }]) => [field, to]);
    const existed = (await findExisting()) !== undefined;
    const order = await started(Object.fromEntries(wished) as Partial<OrderDetails>);
    if (!existed && order !== undefined) return { outcome: "already" };
    return send({ type: "change-order-details", data: { changes } });
  };

  return {
    addProduct: (product, quantity) => asking((agreed) => add(product, quantity, agreed)),
    addQuantity: (lineId, by) => asking((agreed) => changeBy(lineId, by, agreed)),
    adjustLast,
    isMeant,
    removeLine: (line) => inTurn(() => send({ type: "remove-line", data: { lineId: line.lineId } })),
    restoreLine: (line) => inTurn(() => send({ type: "add-line", data: asNew(line) })),
    change: (changes) => inTurn(() => change(changes)),
    current: () => inTurn(() => findOrder(workspace.device.db, orderId)),
    send: (command, commandId) => inTurn(() => send(command, commandId)),
  };
}

function resultOf(tried: Tried): Added | NotAdded {
  switch (tried.is) {
    case "done":
      return tried.added;
    case "far":
      return "not-meant";
    case "refused":
      return tried.why;
    default:
      return unreachable(tried);
  }
}

/** The details of an order of which only the day is known. */
function blankDetails(orderedOn: string): OrderDetails {
  const open = { customer: null, shipTo: null, wantedOn: null };
  return { ...open, discountBps: 0, freightMinor: 0, reference: "", note: "", orderedOn };
}

/** A line that was taken off, to be put on again; what was said of its shortage is not part of it. */
function asNew(line: StandingLine): OrderLine {
  const { backOrdered: _said, ...rest } = line;
  return { ...rest, lineId: uuidv7() };
}

function lineOf(product: KnownProduct, quantity: number): OrderLine {
  const { sku, name, unit, priceMinor, taxPpm } = product;
  return {
    lineId: uuidv7(),
    sku,
    name,
    unit,
    quantity,
    unitPriceMinor: priceMinor,
    discountBps: 0,
    taxPpm,
    note: "",
  };
}
