import { type Browser, type BrowserContext, expect, type Page } from "@playwright/test";
import { addSampleCatalogue, expectAllSent, startBusiness } from "../../support/as-a-rep.ts";
import { type Sample, type Visit, visits } from "../../support/visits.ts";

/** A business that was filled through the app itself, and where its things are. */
export interface FilledWorkspace {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly ids: Readonly<Record<Sample, string>>;
}

/** What a device of the tests is like, unless a test says otherwise. */
export const testDevice = { locale: "en-GB", timezoneId: "Europe/Berlin", reducedMotion: "reduce" } as const;

/** Writes an order by keyboard alone; `lines` as typed into the entry box. Yields its id; it is still a draft. */
export async function writeOrder(
  page: Page,
  url: string,
  customer: string,
  lines: readonly string[],
): Promise<string> {
  await page.goto(`${url}/orders/new`);
  await expect(page.getByRole("combobox", { name: "Customer" })).toBeFocused();
  await page.keyboard.type(customer);
  await expect(page.getByRole("option").first()).toBeVisible();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  for (const [index, line] of lines.entries()) {
    await expect(page.getByRole("combobox", { name: "Add a product" })).toBeFocused();
    await page.keyboard.type(line);
    await expect(page.getByRole("option").first()).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page.locator(".line")).toHaveCount(index + 1);
  }
  return page.url().slice(page.url().lastIndexOf("/") + 1);
}

/** Places the order on the screen by keyboard. */
export async function placeOrder(page: Page): Promise<void> {
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { name: "What happened" })).toBeVisible();
}

/** Fills a business with everything that a screen may show: all through the app, nothing made up. */
export async function fillWorkspace(browser: Browser, url: string): Promise<FilledWorkspace> {
  const context = await browser.newContext({ ...testDevice, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await startBusiness(page, url);
  await addSampleCatalogue(page, url);
  await writeOrder(page, url, "old mill", ["6*plum jam", "2*lemonade"]);
  await placeOrder(page);
  await page.getByRole("button", { name: "Mark as shipped" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Mark as shipped" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await writeOrder(page, url, "lindner", ["paper towels"]);
  await page.getByRole("button", { name: "Cancel order" }).click();
  await page.getByLabel("Reason").fill("Ordered twice");
  await page.getByRole("button", { name: "Cancel the order" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const placed = await writeOrder(page, url, "harbour", ["12*tonic", "4*dish liquid", "3*jam", "lemonade"]);
  await placeOrder(page);
  const draft = await writeOrder(page, url, "nordlys", ["5*tonic", "2*paper towels", "lemonade"]);
  const customer = await firstId(page, url, "customers");
  const product = await firstId(page, url, "products");
  await expectAllSent(page);
  const event = await firstId(page, url, "events");
  return { context, page, ids: { "draft-order": draft, "placed-order": placed, customer, product, event } };
}

/** Every way to look at a screen, with its address in a filled business. */
export function visitsOf(
  ids: Readonly<Record<Sample, string>>,
): readonly (Visit & { readonly url: string })[] {
  return visits.map((visit) => ({
    ...visit,
    url: visit.sample === undefined ? visit.path : visit.path.replace(":id", ids[visit.sample]),
  }));
}

/** Opens a screen and waits until it shows more than that it is loading. */
export async function openScreen(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.locator("h1").first()).toBeVisible();
  await expect(page.locator(".loading")).toHaveCount(0);
}

async function firstId(page: Page, url: string, list: "customers" | "products" | "events"): Promise<string> {
  await openScreen(page, `${url}/${list}`);
  const href = await page.locator(`a[href^="/${list}/"].list-row`).first().getAttribute("href");
  return href?.split("/")[2] ?? "";
}
