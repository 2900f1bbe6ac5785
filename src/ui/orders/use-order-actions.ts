import { v7 as uuidv7 } from "uuid";
import type { Handled } from "../../device/outbox/handle-command.ts";
import { findOrder, findProduct, type OrderView } from "../../device/views/queries.ts";
import type { Changes } from "../../domain/field-changes.ts";
import type { OrderCommand } from "../../domain/order/order-commands.ts";
import type { OrderDetails } from "../../domain/order/order-events.ts";
import type { OrderLine, StandingLine } from "../../domain/order/order-line.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { findSkuId, orderStream } from "../../domain/stream-key.ts";
import { useSend } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import type { Added, FarQuantity, NotAdded } from "./added.ts";
import { makeAsking } from "./make-asking.ts";
import { makeQuantities } from "./make-quantities.ts";
import { makeTurns } from "./make-turns.ts";
import { useBeginning } from "./use-beginning.ts";

/** What the actions need of the screen. */
interface OrderScreenParts {
  /** What is there of a SKU, where it was counted. */
  readonly onHandOf: (sku: string) => number | undefined;
  /** Asks a person whether a quantity is meant. */
  readonly isMeant: (asked: FarQuantity) => Promise<boolean>;
}

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
  const order = useBeginning(orderId);
  // One after the other: a second scan of the same product must see the line that the first one made.
  const inTurn = makeTurns();
  const asking = makeAsking(inTurn, screen.isMeant);
  const send = (command: OrderCommand, commandId?: string): Promise<Handled> =>
    sendCommand({
      stream: orderStream(orderId),
      command,
      ...(commandId === undefined ? {} : { id: commandId }),
    });
  const quantities = makeQuantities({
    order,
    send,
    findProduct: async (sku) => (await findProduct(workspace.device.db, findSkuId(sku) ?? ""))?.product,
    onHandOf: screen.onHandOf,
  });

  const adjustLast = (by: number): Promise<Added | NotAdded> => {
    // Whatever is touched while a person is asked, it stays this line.
    let lineId: string | undefined;
    return asking(async (agreed) => {
      lineId ??= await quantities.lastLineId();
      return quantities.changeBy(lineId, by, agreed);
    });
  };

  const isMeant = async (line: OrderLine, quantity: number): Promise<boolean> => {
    const decided = await quantities.decide(line, quantity);
    if (decided?.is !== "allowed" || decided.far === undefined) return true;
    return screen.isMeant({ name: line.name, quantity, far: decided.far });
  };

  const change = async (changes: Changes<OrderDetails>): Promise<Handled> => {
    const wished = Object.entries(changes).map(([field, { to }]) => [field, to]);
    const existed = (await order.find()) !== undefined;
    const begun = await order.begun(Object.fromEntries(wished) as Partial<OrderDetails>);
    if (!existed && begun !== undefined) return { outcome: "already" };
    return send({ type: "change-order-details", data: { changes } });
  };

  return {
    addProduct: (product, quantity) => asking((agreed) => quantities.add(product, quantity, agreed)),
    addQuantity: (lineId, by) => asking((agreed) => quantities.changeBy(lineId, by, agreed)),
    adjustLast,
    isMeant,
    removeLine: (line) => inTurn(() => send({ type: "remove-line", data: { lineId: line.lineId } })),
    restoreLine: (line) => inTurn(() => send({ type: "add-line", data: asNew(line) })),
    change: (changes) => inTurn(() => change(changes)),
    current: () => inTurn(() => findOrder(workspace.device.db, orderId)),
    send: (command, commandId) => inTurn(() => send(command, commandId)),
  };
}

/** A line that was taken off, to be put on again; what was said of its shortage is not part of it. */
function asNew(line: StandingLine): OrderLine {
  const { backOrdered: _said, ...rest } = line;
  return { ...rest, lineId: uuidv7() };
}
