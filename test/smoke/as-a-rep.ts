import { expect } from "@playwright/test";
import type { LogEvent } from "../../src/protocol/log-event.ts";
import { clientOf } from "../support/protocol-client.ts";
import { readBooks } from "../support/read-books.ts";
import type { Tab } from "./driver/driven-browser.ts";

/** A line of the order on the screen. */
export const line = (text: string | RegExp) => ({ css: "ul[aria-label=Lines] > li", text });

/** Starts a business with the sample catalogue; afterwards the app is kept for starts without a network. */
export async function startBusiness(tab: Tab, url: string): Promise<void> {
  await tab.goto(`${url}/start#SETUP-CODE`);
  await tab.fill({ role: "textbox", name: "Business name" }, "Harbour Wholesale");
  await tab.fill({ role: "textbox", name: "Name of this device" }, "Maria's phone");
  await tab.click({ role: "button", name: /^Start$/ });
  await tab.see({ role: "heading", name: /^Orders$/ });
  await tab.click({ role: "link", name: /^Products/ });
  await tab.click({ role: "button", name: "Add the sample catalogue" });
  await tab.see({ text: "Plum Jam" });
  await allSent(tab);
  await tab.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect.poll(() => tab.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

/** Waits until nothing is left to send and the bar says so: within the bound of L8, since one wait may take a minute. */
export async function allSent(tab: Tab): Promise<void> {
  // With what the bar says of it, for whoever must find out why it was not sent.
  const waiting = async () => {
    const pending = (await readBooks(tab)).outbox.filter(({ state }) => state === "pending");
    return pending.length === 0 ? [] : [(await tab.see({ css: ".sync-bar" })).text, ...pending];
  };
  await expect.poll(waiting, { timeout: 180_000 }).toEqual([]);
  await tab.see({ css: ".sync-bar", text: "All sent" });
}

/** An order on its screen. */
export interface ShownOrder {
  readonly id: string;
  readonly number: string;
}

/** The order that the screen shows, once it has begun. */
export async function shownOrder(tab: Tab): Promise<ShownOrder> {
  const { text } = await tab.see({ css: "h1", text: /^Order \S+/ });
  const id = await tab.evaluate(() => location.pathname.split("/").at(-1) ?? "");
  return { id, number: text.replace(/^Order /, "") };
}

/** Begins an order with these products, one tap each. */
export async function beginOrder(tab: Tab, products: readonly string[]): Promise<ShownOrder> {
  await tab.click({ role: "link", name: "New order" });
  await tab.see({ role: "heading", name: /^New order$/ });
  for (const product of products) await tapProduct(tab, product);
  return shownOrder(tab);
}

/** Taps a product on the open order, and waits until its line is there. */
async function tapProduct(tab: Tab, product: string): Promise<void> {
  await tab.click({ css: ".tile", name: product });
  await tab.see(line(product));
}

/** Places the order on the screen, and waits until the app says that it is placed and saved here. */
export async function placeOrder(tab: Tab, { number }: ShownOrder): Promise<void> {
  await tab.click({ role: "button", name: /^Place order/ });
  await tab.see({ text: `Order ${number} placed and saved on this device` });
}

/** Makes an invite; yields its link, which leads to the server itself. */
export async function makeInvite(tab: Tab): Promise<string> {
  await tab.click({ role: "link", name: /^Devices$/ });
  await tab.click({ role: "button", name: "Invite a device" });
  await tab.click({ role: "button", name: "Make the invite" });
  const { href } = await tab.see({ css: "[data-testid=invite-link]" });
  await tab.press("Escape");
  await tab.seeCount({ role: "dialog" }, 0);
  return href;
}

/** Joins by an invite's link, and waits until everything has come down. */
export async function joinByLink(tab: Tab, link: string, deviceName: string): Promise<void> {
  await tab.goto(link);
  await tab.fill({ role: "textbox", name: "Name of this device" }, deviceName);
  await tab.click({ role: "button", name: /^Join$/ });
  await tab.see({ role: "heading", name: /^Orders$/ });
  await allSent(tab);
}

/** The server's log of the business that a page works in, whole and verified. */
export async function serverLog(tab: Pick<Tab, "evaluate">): Promise<readonly LogEvent[]> {
  const { token, deviceId, code } = await readBooks(tab);
  const server = clientOf(serverUrl(), token, {
    workspace: { id: "", name: "" },
    device: { id: deviceId, code, name: "", role: "owner" },
  });
  return server.pullAll();
}

/** The numbers of all orders in a log, as often as they were begun. */
export function numbersIn(log: readonly LogEvent[]): readonly string[] {
  return log
    .filter(({ type }) => type === "order-drafted")
    .map(({ data }) => (data as { number: string }).number);
}

/** Where the run's server answers: it is started once, before the tests. */
export function serverUrl(): string {
  const url = process.env.SMOKE_SERVER;
  if (url === undefined) throw new Error("expected the server of the smoke suite to have been started");
  return url;
}
