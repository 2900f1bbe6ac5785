import type { Locator, Page } from "@playwright/test";
import type { ScanEnd } from "../../support/scanner.ts";

/** The barcodes of a product, of nobody and of two products. */
export const codes = {
  known: "4006381333931",
  unknown: "9999999999994",
  ambiguous: "5012345678900",
} as const;
export const productCodes = { ...codes, archived: "5000112637922" };
/** The codes of customers. */
export const cards = { known: "10407", unknown: "99999", ambiguous: "77001", archived: "10409" } as const;
export const ends: readonly ScanEnd[] = ["Enter", "Tab", "nothing"];

/** Somewhere the focus may be when a scan comes, and what may be typed there at that time. */
export interface Spot {
  readonly name: string;
  readonly find: (page: Page) => Locator;
  /** Typed there, with the caret behind its first character. */
  readonly typed?: string;
}

export const named = (
  role: "button" | "combobox" | "searchbox" | "textbox" | "checkbox" | "heading" | "link",
  name: string | RegExp,
) => ({
  name: `${role} ${name}`,
  find: (page: Page) => page.getByRole(role, { name }).first(),
});
const entry = named("combobox", "Add a product");
const customer = named("combobox", "Customer");
export const thePage = { name: "the page", find: (page: Page) => page.locator("body") };
export const orderSpots: readonly Spot[] = [
  entry,
  { ...entry, typed: "lem" },
  { ...entry, typed: "1234567" },
  customer,
  { ...customer, typed: "old" },
  named("heading", /^Order /),
  { name: "the page", find: (page) => page.locator("body") },
  { name: "the content", find: (page) => page.locator("main") },
  { name: "a tile", find: (page) => page.locator(".tile").filter({ hasText: "Hammer" }) },
  named("button", "One step more of Hammer"),
  named("button", "One step fewer of Hammer"),
  named("button", /Change Hammer$/),
  named("button", "Cancel order"),
  named("button", "Change details"),
  named("button", /^Place order/),
  named("link", "All orders"),
  named("link", "New order"),
];
export const lineDialogSpots: readonly Spot[] = [
  named("textbox", "Quantity"),
  { ...named("textbox", "Quantity"), typed: "75" },
  named("textbox", "Discount in percent"),
  { ...named("textbox", "Discount in percent"), typed: "15" },
  named("textbox", /^Note on this line/),
  { ...named("textbox", /^Note on this line/), typed: "two of them" },
  named("button", "Save line"),
  named("button", "Remove from the order"),
  { name: "its cross", find: (page: Page) => page.locator("dialog .dialog-head button").first() },
];
export const detailsDialogSpots: readonly Spot[] = [
  named("textbox", "Customer's reference"),
  { ...named("textbox", "Customer's reference"), typed: "PO 12" },
  { name: "a day", find: (page: Page) => page.getByLabel(/^Wanted on/) },
  { ...named("textbox", "Freight"), typed: "12.50" },
  { ...named("textbox", "Note"), typed: "side door" },
  named("checkbox", "Ship to an address"),
  named("button", "Save details"),
  named("button", "Cancel"),
];
export const cancelDialogSpots: readonly Spot[] = [
  { ...named("textbox", "Reason"), typed: "twice" },
  named("button", "Cancel the order"),
];
export const stockSpots: readonly Spot[] = [
  named("combobox", "What was received"),
  { ...named("combobox", "What was received"), typed: "lem" },
  { ...named("combobox", "What was received"), typed: "*HAM" },
  named("heading", "Count and receive"),
  { name: "the page", find: (page) => page.locator("body") },
  {
    name: "counting",
    find: (page) => page.getByRole("radio", { name: "Count" }),
  },
  named("button", "Take back Hammer"),
  named("link", "Stock"),
];
