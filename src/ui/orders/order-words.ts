import type { Format } from "../words/format.ts";

const many = (count: number, one: string, more: string, format: Format) =>
  `${format.number(count)} ${count === 1 ? one : more}`;

/** Words of the list of orders. */
export const orderListWords = {
  title: "Orders",
  newOrder: "New order",
  search: "Find an order",
  searchHint: "Number, customer, reference or product",
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
  /** An order that has had other numbers, which may stand on paper. */
  numbered: (number: string, former: readonly string[]) =>
    former.length === 0 ? number : `${number} (was ${former.join(", ")})`,
  noMatchText: "Try a part of the number, the customer or a product.",
  lines: (count: number, format: Format) => many(count, "line", "lines", format),
};

/** Words of an order, written or read. */
export const orderWords = {
  newOrder: "New order",
  order: (number: string) => `Order ${number}`,
  toList: "All orders",
  notHere: {
    title: "This order is not on this device",
    text: "It may still be on its way, or the address is wrong. Everything that has arrived is in the list.",
  },
  noSettings: {
    title: "Waiting for the business's settings",
    text: "This device has joined and has not heard them yet. As soon as the server answers, you can take orders, from then on also without a network.",
  },
  readOnly:
    "Part of this order was written by a newer version of Docket. Update the app to change it; what is shown is the last state this version can read.",
  numberChanged: {
    title: (from: string, to: string) => `The number changed from ${from} to ${to}`,
    text: (from: string) =>
      `Another order already had ${from}. Paper may still say ${from}: search finds this order by it too.`,
  },
  saved: "Saved on this device",
  changesWaiting: (count: number, format: Format) => `${many(count, "change", "changes", format)} to send`,
  pane: { label: "What to show", products: "Products", order: "Order" },
  customer: "Customer",
  customerHint: "Name or code; leave empty for a cash sale",
  pickCustomer: "Choose a customer",
  changeCustomer: "Change customer",
  noCustomer: "No customer",
  noCustomerMatch: (text: string) =>
    `No customer matches “${text}”. Add one under Customers, or clear the line and take the order without.`,
  entry: "Add a product",
  entryPlaceholder: "SKU, name or barcode",
  entryHint: "12* before it for a quantity; +3 or -1 for the last line; arrows choose, Enter adds",
  noProductMatch: (text: string) =>
    `No product matches “${text}”. Check the spelling, or add it under Products.`,
  noProducts: {
    title: "No products yet",
    text: "Import a list, add products by hand, or take the sample catalogue.",
    action: "Go to products",
  },
  results: "Matching products",
  categories: "Category",
  allCategories: "All",
  moreProducts: "Show more products",
  inOrder: (count: string) => `${count} in this order`,
  added: (quantity: string, name: string) => `Added ${quantity} × ${name}`,
  raised: (quantity: string, name: string) => `${name}: ${quantity}, as it is sold in steps`,
  quantityNow: (quantity: string, name: string) => `${name}: ${quantity} now`,
  notAdded: {
    "no-line": "There is no line to change yet.",
    "out-of-range": (max: string) =>
      `A quantity is a whole number from 1 to ${max}. Nothing was changed; take a line off with its own button.`,
    "not-meant": "Nothing was changed.",
  },
  stillTyped: (text: string) =>
    `Not placed: “${text}” is still in the line for products. Add it with Enter, or clear the line.`,
  stillTypedCustomer: (text: string) =>
    `Not placed: “${text}” is still in the line for the customer. Choose one, or clear the line.`,
  notAsTyped: "Not placed yet: look at the quantity that was just added, then place the order.",
  productsLoading: "The products are still being read.",
  quantityFirst: "Type a product after the quantity.",
  lines: "Lines",
  noLines: "No lines yet. Type or scan a product, or tap one.",
  more: (name: string) => `One step more of ${name}`,
  fewer: (name: string) => `One step fewer of ${name}`,
  editLine: (name: string) => `Change ${name}`,
  removed: (name: string) => `${name} taken off`,
  undo: "Undo",
  remove: "Take off the order",
  each: (price: string, unit: string) => (unit === "" ? price : `${price} / ${unit}`),
  lessPercent: (percent: string) => `${percent} off`,
  quantity: "Quantity",
  quantityWrong: "A whole number from 1",
  quantityHint: (min: string, step: string) => `From ${min} in steps of ${step}`,
  quantityBelowMin: (min: string) => `Sold from ${min}.`,
  quantityOffStep: (down: string, up: string) => `Sold in steps: take ${down} or ${up}.`,
  discount: "Discount in percent",
  discountWrong: "A percentage from 0 to 100",
  lineNote: "Note on this line",
  saveLine: "Save line",
  keypad: { clear: "Clear", back: "Delete the last figure" },
  subtotal: "Lines",
  orderDiscount: (percent: string) => `Discount ${percent}`,
  tax: (percent: string) => `Tax ${percent}`,
  taxIncluded: (percent: string) => `includes tax ${percent}`,
  freight: "Freight",
  total: "Total",
  place: "Place order",
  placed: (number: string) => `Order ${number} placed and saved on this device`,
  placeEmpty: "Add a line, then place the order.",
  review: (lines: string, total: string) => `${lines} · ${total}`,
  details: "Details",
  chooseDay: "Choose a day",
  editDetails: "Change details",
  detail: {
    reference: "Customer's reference",
    referenceHint: "For example their purchase order number",
    orderedOn: "Ordered on",
    wantedOn: "Wanted on",
    shippedOn: "Shipped on",
    note: "Note",
    discount: "Discount on the whole order, in percent",
    freight: "Freight",
    moneyWrong: "An amount such as 12.50",
    shipTo: "Ship to",
    ownAddress: "Ship to an address",
    name: "Recipient",
    street: "Street",
    city: "City",
    region: "Region",
    postalCode: "Postal code",
    country: "Country",
    save: "Save details",
    external: "Imported as",
    former: "Earlier number",
    cancelled: "Cancelled because",
  },
  change: "Change order",
  doneChanging: "Done changing",
  ship: "Mark as shipped",
  shipDialog: {
    title: "Mark as shipped",
    day: "Shipped on",
    confirm: "Mark as shipped",
    done: "Marked as shipped",
  },
  cancel: "Cancel order",
  cancelDialog: {
    title: "Cancel this order?",
    text: "It stays in the list, with the reason. It cannot be opened again; a new order can be written.",
    reason: "Reason",
    reasonMissing: "Say why, for whoever looks at it later.",
    confirm: "Cancel the order",
    done: "Order cancelled",
  },
  history: "What happened",
  shortcut: "Ctrl + Enter",
};

/** Stock as the estimate that it is. */
export const stockWords = {
  about: (count: string) => `about ${count} in stock`,
  none: "probably none in stock",
  age: (ago: string) => `as of ${ago}`,
};
