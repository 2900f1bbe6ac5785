import { type BrowserContext, expect, type Page } from "@playwright/test";
import type { CuttableProxy } from "./cuttable-proxy.ts";
import { readBooks } from "./read-books.ts";

/** How far sync is, in the words of the bar on every screen. */
export function syncBar(page: Page) {
  return page.locator(".sync-bar");
}

/** Starts a business with the test server's setup code, and waits until its first sync is through. */
export async function startBusiness(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/start#SETUP-CODE`);
  await page.getByLabel("Business name").fill("Harbour Wholesale");
  await page.getByLabel("Name of this device").fill("Maria's phone");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Orders", exact: true })).toBeVisible();
  await expectAllSent(page);
}

/** Waits until the bar says that nothing is left to send: within the bound of L8, since one wait may take a minute. */
export async function expectAllSent(page: Page): Promise<void> {
  const timeout = 180_000;
  // The bar is told a moment after something was saved: until then it still says so of what was before.
  const waiting = async () => (await readBooks(page)).outbox.filter(({ state }) => state === "pending");
  await expect.poll(waiting, { timeout }).toEqual([]);
  await expect(syncBar(page)).toContainText("All sent", { timeout });
}

/** Adds the sample catalogue, as the products screen offers it to an empty business. */
export async function addSampleCatalogue(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/products`);
  await page.getByRole("button", { name: "Add the sample catalogue" }).click();
  await expect(page.getByText("Plum Jam").first()).toBeVisible();
  await expectAllSent(page);
}

/** Makes an invite as the owner; yields its link. */
export async function makeInvite(
  page: Page,
  url: string,
  role: "Owner" | "Sales" = "Sales",
): Promise<string> {
  await page.goto(`${url}/devices`);
  await page.getByRole("button", { name: "Invite a device" }).click();
  await page.getByLabel("What it may do").selectOption({ label: role });
  await page.getByRole("button", { name: "Make the invite" }).click();
  const link = (await page.getByTestId("invite-link").getAttribute("href")) ?? "";
  await page.keyboard.press("Escape");
  return link;
}

/** Joins by an invite's link, and waits until everything has come down. */
export async function joinByLink(page: Page, link: string, deviceName: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Name of this device").fill(deviceName);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Orders", exact: true })).toBeVisible();
  await expectAllSent(page);
}

/** Waits until the service worker has kept the app and serves this page, so that it starts without a network. */
export async function keepForOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

/** Takes the network away: at the proxy, under open connections too, and by the browser's own switch. */
export async function loseNetwork(
  proxy: CuttableProxy,
  ...devices: readonly BrowserContext[]
): Promise<void> {
  proxy.cut();
  for (const device of devices) await device.setOffline(true);
}

/** Gives the network back. */
export async function regainNetwork(
  proxy: CuttableProxy,
  ...devices: readonly BrowserContext[]
): Promise<void> {
  proxy.heal();
  for (const device of devices) await device.setOffline(false);
}

/** Begins an order with these products, one tap each; yields its number and id. It is a draft, shown as saved. */
export async function beginOrder(
  page: Page,
  products: readonly string[],
): Promise<{ readonly id: string; readonly number: string }> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "New order" }).click();
  await expect(page.getByRole("heading", { name: "New order" })).toBeVisible();
  for (const product of products) await addLine(page, product);
  await expect(page.getByRole("heading", { level: 1, name: /^Order / })).toBeVisible();
  const heading = (await page.getByRole("heading", { level: 1 }).textContent()) ?? "";
  const id = page.url().slice(page.url().lastIndexOf("/") + 1);
  return { id, number: heading.replace(/^Order /, "").trim() };
}

/** Taps a product on the open order, and waits until its line is there. */
export async function addLine(page: Page, product: string): Promise<void> {
  await page.getByRole("listitem").getByRole("button", { name: product }).first().click();
  await expect(linesOf(page).filter({ hasText: product })).toBeVisible();
}

/** The lines of the order on the screen. */
export function linesOf(page: Page) {
  return page.getByRole("list", { name: "Lines" }).getByRole("listitem");
}

/** Sets the quantity of a line in its dialog. */
export async function setQuantity(page: Page, product: string, quantity: number): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^\\d+ Change .*${product}`) }).click();
  await page.getByRole("dialog").getByLabel("Quantity").fill(String(quantity));
  await page.getByRole("button", { name: "Save line" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(linesOf(page).filter({ hasText: product })).toContainText(String(quantity));
}

/** Places the order on the screen, and waits until the app says that it is placed and saved here. */
export async function placeOrder(page: Page, number: string): Promise<void> {
  await page.getByRole("button", { name: /^Place order/ }).click();
  await expect(page.getByText(`Order ${number} placed and saved on this device`).first()).toBeVisible();
}
