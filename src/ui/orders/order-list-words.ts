import type { Format } from "../words/format.ts";
import { many } from "../words/many.ts";

/** Words of the list of orders. */
export const orderListWords = {
  title: "Orders",
  newOrder: "New order",
  search: "Find an order",
  searchHint: "Number, customer, product",
  filter: "Which orders",
  all: "All",
  more: "Show more",
  noCustomer: "No customer",
  none: {
    title: "No orders yet",
    text: "Write the first one. It is saved on this device at once, with or without a network.",
    joining: "They arrive here as soon as the server answers.",
  },
  noneOfStatus: (status: string) => `No ${status.toLowerCase()} orders`,
  noMatch: (text: string) => `Nothing found for “${text}”`,
  /** An order that has had other numbers, which may be on paper. */
  numbered: (number: string, former: readonly string[]) =>
    former.length === 0 ? number : `${number} (was ${former.join(", ")})`,
  noMatchText: "Try a part of the number, the customer or a product.",
  lines: (count: number, format: Format) => many(count, "line", "lines", format),
  shortage: { short: "Short", waited: "Waits for stock" },
  shortOnly: "Short",
  noneShort: "No order is short",
};
