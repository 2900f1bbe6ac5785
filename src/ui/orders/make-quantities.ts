import { v7 as uuidv7 } from "uuid";
import type { Handled } from "../../device/outbox/handle-command.ts";
import type { OrderCommand } from "../../domain/order/order-commands.ts";
import type { OrderLine } from "../../domain/order/order-line.ts";
import type { ExistingOrder } from "../../domain/order/order-state.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { isDone } from "../workspace/use-send.ts";
import type { Added, FarQuantity, NotAdded } from "./added.ts";
import { decideQuantity, type QuantityDecision } from "./decide-quantity.ts";
import type { Beginning } from "./use-beginning.ts";

/** The outcome of a quantity: it is on the order, it is to be asked about first, or it is not to be had. */
export type Tried =
  | { readonly is: "done"; readonly added: Added }
  | { readonly is: "far"; readonly asked: FarQuantity }
  | { readonly is: "refused"; readonly why: Exclude<NotAdded, "not-meant"> };

/** Changes the quantities of an order's lines; `agreed` when somebody has said that a quantity is meant. */
export interface Quantities {
  /** A product, or more of the line that has it; without a quantity, as few as it is sold in. */
  readonly add: (product: KnownProduct, quantity: number | undefined, agreed: boolean) => Promise<Tried>;
  /** More of a line, or less: `by` may be negative. */
  readonly changeBy: (lineId: string | undefined, by: number, agreed: boolean) => Promise<Tried>;
  /** The line touched last, else the order's last one. */
  readonly lastLineId: () => Promise<string | undefined>;
  /** What becomes of this quantity for a line, once it is saved; undefined before the order has begun. */
  readonly decide: (line: OrderLine, quantity: number) => Promise<QuantityDecision | undefined>;
}

interface QuantityParts {
  readonly order: Beginning;
  readonly send: (command: OrderCommand) => Promise<Handled>;
  readonly findProduct: (sku: string) => Promise<KnownProduct | undefined>;
  /** What is there of a SKU, where it was counted. */
  readonly onHandOf: (sku: string) => number | undefined;
}

/** The quantities of one order. Its works are to be done one after the other: each sees what the one before made. */
export function makeQuantities({ order, send, findProduct, onHandOf }: QuantityParts): Quantities {
  // Set in turn with the commands, so that "+2" typed right after a scan means the line that the scan makes.
  let touched: string | undefined;

  const factsOf = async (existing: ExistingOrder, sku: string, current: number, known?: KnownProduct) => ({
    product: known ?? (await findProduct(sku)),
    current,
    ordered: existing.lines.map(({ quantity }) => quantity),
    onHand: onHandOf(sku),
  });
  const decideLine = async (existing: ExistingOrder, { sku, quantity }: OrderLine, wished: number) =>
    decideQuantity(wished, await factsOf(existing, sku, quantity));
  const done = (handled: Handled, added: Added): Tried => {
    if (!isDone(handled)) return refuse("not-saved");
    touched = added.lineId;
    return { is: "done", added };
  };

  /** Gives what was decided; a quantity far from usual is asked about first. */
  const tryOut = async (
    decided: QuantityDecision,
    name: string,
    agreed: boolean,
    give: (given: { readonly quantity: number; readonly raised: boolean }) => Promise<Tried>,
  ): Promise<Tried> => {
    if (decided.is === "out-of-range") return refuse("out-of-range");
    const { quantity, raised, far } = decided;
    if (far !== undefined && !agreed) return { is: "far", asked: { name, quantity, far } };
    return give({ quantity, raised });
  };

  /** The line with another quantity, if it may have it. */
  const changeLine = async (
    existing: ExistingOrder,
    line: OrderLine,
    wished: number,
    agreed: boolean,
  ): Promise<Tried> => {
    const { lineId, name } = line;
    return tryOut(await decideLine(existing, line, wished), name, agreed, async ({ quantity, raised }) => {
      const by = quantity - line.quantity;
      const handled = await send({ type: "add-quantity", data: { lineId, by } });
      return done(handled, { lineId, name, by, quantity, isNew: false, raised });
    });
  };

  /** A line of its own. */
  const addLine = async (
    existing: ExistingOrder,
    product: KnownProduct,
    wished: number,
    agreed: boolean,
  ): Promise<Tried> => {
    const decided = decideQuantity(wished, await factsOf(existing, product.sku, 0, product));
    const { name } = product;
    return tryOut(decided, name, agreed, async ({ quantity, raised }) => {
      const line = lineOf(product, quantity);
      const handled = await send({ type: "add-line", data: line });
      return done(handled, { lineId: line.lineId, name, by: quantity, quantity, isNew: true, raised });
    });
  };

  return {
    add: async (product, quantity, agreed) => {
      if (quantity !== undefined && quantity < 1) return refuse("out-of-range");
      const existing = await order.begun({});
      if (existing === undefined) return refuse("not-saved");
      const line = existing.lines.findLast(
        ({ sku, unitPriceMinor }) => sku === product.sku && unitPriceMinor === product.priceMinor,
      );
      if (line === undefined) return addLine(existing, product, quantity ?? product.minQuantity, agreed);
      return changeLine(existing, line, line.quantity + (quantity ?? product.stepQuantity), agreed);
    },
    changeBy: async (lineId, by, agreed) => {
      const existing = await order.find();
      const line = existing?.lines.find((one) => one.lineId === lineId);
      if (existing === undefined || line === undefined) return refuse("no-line");
      return changeLine(existing, line, line.quantity + by, agreed);
    },
    lastLineId: async () => {
      const lines = (await order.find())?.lines ?? [];
      return (lines.find(({ lineId }) => lineId === touched) ?? lines.at(-1))?.lineId;
    },
    decide: async (line, quantity) => {
      const existing = await order.find();
      return existing === undefined ? undefined : decideLine(existing, line, quantity);
    },
  };
}

function refuse(why: Exclude<NotAdded, "not-meant">): Tried {
  return { is: "refused", why };
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
