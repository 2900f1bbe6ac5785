import type { FieldConflict } from "../../domain/field-changes.ts";
import type { KnownRejection } from "../../domain/kinds.ts";
import { unreachable } from "../../domain/unreachable.ts";
import { fieldName, fieldValue } from "./field-words.ts";
import type { Format } from "./format.ts";
import { statusWords } from "./status-words.ts";

/** Why something may not be, as a sentence: what is against it and what to do. */
export function rejectionWords(rejection: KnownRejection, format: Format): string {
  switch (rejection.reason) {
    case "order-not-found":
      return "This order is not on this device yet. Wait until everything has been received, then try again.";
    case "order-exists":
      return "This order has been started already. Open it from the list.";
    case "order-not-open":
      return `The order is ${statusName(rejection.status)}, so it can no longer be changed. Write a new order instead.`;
    case "order-not-draft":
      return `The order is ${statusName(rejection.status)} already. There is nothing left to place.`;
    case "order-not-placed":
      return `Only a placed order can be shipped; this one is ${statusName(rejection.status)}.`;
    case "order-empty":
      return "The order has no lines. Add at least one, then place it.";
    case "line-exists":
      return "This line is on the order already.";
    case "line-not-found":
      return rejection.removed
        ? "Somebody took this line off the order meanwhile. Add the product again if it is still wanted."
        : "This line is not on the order.";
    case "last-line-of-placed-order":
      return "A placed order keeps at least one line. Cancel the order instead.";
    case "back-order-too-large":
      return `${rejection.name} (${rejection.sku}): you chose to wait for ${format.number(rejection.quantity)}; meanwhile the line was changed to ${format.number(rejection.ordered)}. Open the order and choose again.`;
    case "too-many-lines":
      return `An order holds at most ${format.number(rejection.max)} lines. Put the rest on a new order.`;
    case "quantity-out-of-range":
      return `A quantity is between 1 and ${format.number(rejection.max)}; this would be ${format.number(rejection.quantity)}.`;
    case "amount-too-large":
      return "The amount is too large to count exactly. Lower a quantity or a price.";
    case "line-changed-meanwhile":
      return `${rejection.name} (${rejection.sku}): ${conflictWords(rejection.conflict, format)}`;
    case "details-changed-meanwhile":
    case "customer-changed-meanwhile":
    case "product-changed-meanwhile":
    case "settings-changed-meanwhile":
      return rejection.conflicts.map((conflict) => conflictWords(conflict, format)).join(" ");
    case "placed-differs":
      return `The placed order does not match its own lines (${fieldName(rejection.field)}). Open it, check it and place it again.`;
    case "number-changed-meanwhile":
      return rejection.current === null
        ? "The order has no number to change."
        : `The order's number was changed to ${rejection.current} meanwhile.`;
    case "import-differs":
      return `Order ${rejection.externalRef} was imported before and changed here since. It stays as it is here.`;
    case "customer-exists":
      return "This customer exists already. Open the customer to change it.";
    case "customer-not-found":
      return "This customer is not on this device yet. Wait until everything has been received, then try again.";
    case "product-exists":
      return "A product with this SKU exists already. Open the product to change it.";
    case "product-not-found":
      return "This product is not on this device yet. Wait until everything has been received, then try again.";
    case "stock-too-large":
      return `Stock is at most ${format.number(rejection.max)}. Check the figure.`;
    case "workspace-exists":
      return "The business is set up already. Change its settings instead.";
    case "workspace-not-found":
      return "The business's settings have not arrived here yet. Wait until everything has been received.";
    case "currency-fixed":
      return `The currency stays ${rejection.currency}: orders have been priced in it.`;
    case "allocation-ended":
      return "The goods of this order have left or are free again: nothing more is put aside for it.";
    case "reserved-too-much":
      return `More of ${rejection.sku} would be put aside than the order asks for. Save a support file and report this.`;
    case "wrong-stream":
      return `This entry (${rejection.type}) does not belong there (${rejection.kind}). Update the app.`;
    default:
      return unreachable(rejection);
  }
}

/** Both values of one conflict: what you did, what happened meanwhile. */
function conflictWords(conflict: FieldConflict, format: Format): string {
  const value = (of: unknown) => fieldValue(conflict.field, of, format);
  return `You changed ${fieldName(conflict.field)} from ${value(conflict.before)} to ${value(conflict.yours)}; meanwhile it was changed to ${value(conflict.theirs)}.`;
}

function statusName(status: keyof typeof statusWords.order): string {
  return statusWords.order[status].toLowerCase();
}
