import { quantityMax } from "../../domain/order/order-limits.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { useToasts } from "../design/Toasts.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import type { Added, NotAdded } from "./added.ts";
import { addedWords } from "./added-words.ts";
import { useOrder } from "./order-context.tsx";
import { orderWords as words } from "./order-words.ts";

/** Adding to the order and changing its quantities, with the result told in words. */
export interface Adding {
  readonly add: (product: KnownProduct, quantity?: number) => Promise<Added | undefined>;
  readonly addQuantity: (lineId: string, by: number) => Promise<Added | undefined>;
  readonly adjustLast: (by: number) => Promise<Added | undefined>;
}

/** `onAdded` hears of each line that was touched. Undefined comes back where nothing was saved. */
export function useAdding(onAdded: (lineId: string) => void): Adding {
  const workspace = useWorkspace();
  const { actions } = useOrder();
  const toasts = useToasts();
  const tell = (text: string) => (toasts.covered() ? toasts.show({ text }) : toasts.announce(text));
  const told = (added: Added | NotAdded) => {
    if (added === "not-saved") return undefined;
    if (typeof added === "string") {
      const why = words.notAdded[added];
      const text = typeof why === "string" ? why : why(workspace.format().number(quantityMax));
      // Whoever has just said no sees that it worked.
      if (added === "not-meant") toasts.announce(text);
      else toasts.show({ text });
      return undefined;
    }
    onAdded(added.lineId);
    const text = addedWords(added, workspace.format());
    if (added.raised) toasts.show({ text });
    else tell(text);
    return added;
  };
  return {
    add: async (product, quantity) => told(await actions.addProduct(product, quantity)),
    addQuantity: async (lineId, by) => told(await actions.addQuantity(lineId, by)),
    adjustLast: async (by) => told(await actions.adjustLast(by)),
  };
}
