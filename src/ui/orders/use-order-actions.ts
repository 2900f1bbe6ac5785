import { useNavigate } from "@solidjs/router";
import type { Accessor } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import type { Handled } from "../../device/handle-command.ts";
import { findOrder } from "../../device/queries.ts";
import type { Changes } from "../../domain/field-changes.ts";
import type { OrderCommand } from "../../domain/order/order-commands.ts";
import type { OrderDetails } from "../../domain/order/order-events.ts";
import type { OrderLine, StandingLine } from "../../domain/order/order-line.ts";
import type { ExistingOrder } from "../../domain/order/order-state.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { orderStream } from "../../domain/stream-key.ts";
import { isDone, useSend } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { allowedQuantity } from "./allowed-quantity.ts";

/** What an addition came to: the line and its quantity now. */
export interface Added {
  readonly lineId: string;
  readonly name: string;
  readonly quantity: number;
  /** More than was asked, because of the product's steps. */
  readonly raised: boolean;
}

/** Everything that can be done with the order on the screen; each is one command, one after the other. */
export interface OrderActions {
  /** Adds a product, or more of the line that has it. Undefined when it was not saved. */
  readonly addProduct: (product: KnownProduct, quantity?: number) => Promise<Added | undefined>;
  readonly addQuantity: (lineId: string, by: number) => Promise<Handled>;
  /** Changes the line touched last, else the order's last one; yields its id, undefined when there is none. */
  readonly adjustLast: (by: number) => Promise<string | undefined>;
  readonly removeLine: (line: OrderLine) => Promise<Handled>;
  /** Puts a line that was taken off back, as a line of its own. */
  readonly restoreLine: (line: OrderLine) => Promise<Handled>;
  readonly change: (changes: Changes<OrderDetails>) => Promise<Handled>;
  readonly send: (command: OrderCommand, commandId?: string) => Promise<Handled>;
}

/** The commands of one order's screen. A new order begins with the first of them, so that looking leaves no draft. */
export function useOrderActions(id: Accessor<string>): OrderActions {
  const workspace = useWorkspace();
  const sendCommand = useSend();
  const navigate = useNavigate();
  const startIds = new Map<string, string>();
  // Set in turn with the commands, so that "+2" typed right after a scan means the line that the scan makes.
  let touched: { readonly orderId: string; readonly lineId: string } | undefined;
  // One after the other: a second scan of the same product must see the line that the first one made.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };

  const send = async (command: OrderCommand, commandId?: string): Promise<Handled> => {
    return sendCommand({
      stream: orderStream(id()),
      command,
      ...(commandId === undefined ? {} : { id: commandId }),
    });
  };

  const findExisting = async () => (await findOrder(workspace.device.db, id()))?.order;

  /** The order, begun now when it was not; `details` go into its beginning. */
  const started = async (details: Partial<OrderDetails>): Promise<ExistingOrder | undefined> => {
    const existing = await findExisting();
    const settings = workspace.settings();
    if (existing !== undefined || settings === undefined) return existing;
    const { currency, taxMode } = settings;
    const header = { ...blankDetails(workspace.today()), ...details, currency, taxMode };
    const orderId = id();
    const startId = startIds.get(orderId) ?? uuidv7();
    startIds.set(orderId, startId);
    const handled = await sendCommand({
      id: startId,
      stream: orderStream(orderId),
      command: ({ orderNumber }) => ({ type: "start-order", data: { ...header, number: orderNumber } }),
    });
    if (!isDone(handled)) return undefined;
    navigate(`/orders/${orderId}`, { replace: true, scroll: false });
    return findExisting();
  };

  const touch = (added: Added): Added => {
    touched = { orderId: id(), lineId: added.lineId };
    return added;
  };

  const adjustLast = async (by: number): Promise<string | undefined> => {
    const lines = (await findExisting())?.lines ?? [];
    const known = touched?.orderId === id() ? touched.lineId : undefined;
    const line = lines.find(({ lineId }) => lineId === known) ?? lines.at(-1);
    if (line === undefined) return undefined;
    await send({ type: "add-quantity", data: { lineId: line.lineId, by } });
    return line.lineId;
  };

  const add = async (product: KnownProduct, quantity?: number): Promise<Added | undefined> => {
    const order = await started({});
    if (order === undefined) return undefined;
    const wanted = quantity ?? 0;
    const line = order.lines.findLast(
      ({ sku, unitPriceMinor }) => sku === product.sku && unitPriceMinor === product.priceMinor,
    );
    if (line === undefined) {
      const taken = allowedQuantity(product, wanted);
      const added = lineOf(product, taken);
      const handled = await send({ type: "add-line", data: added });
      const result = {
        lineId: added.lineId,
        name: product.name,
        quantity: taken,
        raised: quantity !== undefined && taken !== quantity,
      };
      return isDone(handled) ? touch(result) : undefined;
    }
    const by = quantity ?? product.stepQuantity;
    const taken = allowedQuantity(product, line.quantity + by);
    const handled = await send({
      type: "add-quantity",
      data: { lineId: line.lineId, by: taken - line.quantity },
    });
    const result = {
      lineId: line.lineId,
      name: line.name,
      quantity: taken,
      raised: taken !== line.quantity + by,
    };
    return isDone(handled) ? touch(result) : undefined;
  };

  const change = async (changes: Changes<OrderDetails>): Promise<Handled> => {
    const wished = Object.entries(changes).map(([field, { to }]) => [field, to]);
    const existed = (await findExisting()) !== undefined;
    const order = await started(Object.fromEntries(wished) as Partial<OrderDetails>);
    if (!existed && order !== undefined) return { outcome: "already" };
    return send({ type: "change-order-details", data: { changes } });
  };

  return {
    addProduct: (product, quantity) => inTurn(() => add(product, quantity)),
    addQuantity: (lineId, by) => inTurn(() => send({ type: "add-quantity", data: { lineId, by } })),
    adjustLast: (by) => inTurn(() => adjustLast(by)),
    removeLine: (line) => inTurn(() => send({ type: "remove-line", data: { lineId: line.lineId } })),
    restoreLine: (line) => inTurn(() => send({ type: "add-line", data: asNew(line) })),
    change: (changes) => inTurn(() => change(changes)),
    send: (command, commandId) => inTurn(() => send(command, commandId)),
  };
}

/** The details of an order of which only the day is known. */
function blankDetails(orderedOn: string): OrderDetails {
  const open = { customer: null, shipTo: null, wantedOn: null };
  return { ...open, discountBps: 0, freightMinor: 0, reference: "", note: "", orderedOn };
}

/** A line that was taken off, to be put on anew; what was said of its shortage is not part of it. */
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
