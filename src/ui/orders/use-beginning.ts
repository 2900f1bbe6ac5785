import { useNavigate } from "@solidjs/router";
import { onCleanup } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import { findOrder } from "../../device/views/queries.ts";
import type { OrderDetails } from "../../domain/order/order-events.ts";
import type { ExistingOrder } from "../../domain/order/order-state.ts";
import { orderStream } from "../../domain/stream-key.ts";
import { isDone, useSend } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";

/** An order that begins with the first command about it. */
export interface Beginning {
  /** The order as it is on this device; undefined before it has begun. */
  readonly find: () => Promise<ExistingOrder | undefined>;
  /** The order, begun now when it was not; `details` go into its beginning. Undefined where that was not saved. */
  readonly begun: (details: Partial<OrderDetails>) => Promise<ExistingOrder | undefined>;
}

/** Begins the order of one screen, once, and gives the screen the order's own address then. */
export function useBeginning(orderId: string): Beginning {
  const workspace = useWorkspace();
  const send = useSend();
  const navigate = useNavigate();
  const startId = uuidv7();
  // Whoever has gone on to another screen is not called back by what is still being saved here.
  let isShown = true;
  onCleanup(() => {
    isShown = false;
  });
  const find = async () => (await findOrder(workspace.device.db, orderId))?.order;
  return {
    find,
    begun: async (details) => {
      const existing = await find();
      const settings = workspace.settings();
      if (existing !== undefined || settings === undefined) return existing;
      const { currency, taxMode } = settings;
      const header = { ...blankDetails(workspace.today()), ...details, currency, taxMode };
      const handled = await send({
        id: startId,
        stream: orderStream(orderId),
        command: ({ orderNumber }) => ({ type: "start-order", data: { ...header, number: orderNumber } }),
      });
      if (!isDone(handled)) return undefined;
      if (isShown) navigate(`/orders/${orderId}`, { replace: true, scroll: false });
      return find();
    },
  };
}

/** The details of an order of which only the day is known. */
function blankDetails(orderedOn: string): OrderDetails {
  const open = { customer: null, shipTo: null, wantedOn: null };
  return { ...open, discountBps: 0, freightMinor: 0, reference: "", note: "", orderedOn };
}
