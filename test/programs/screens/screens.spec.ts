import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { addSampleCatalogue, joinByLink, makeInvite, startBusiness } from "../../support/as-a-rep.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";
import { fillWorkspace, openScreen, testDevice, visitsOf } from "./fill-workspace.ts";
import { parkConflict } from "./park-conflict.ts";

const folder = "screens";
const devices = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1440, height: 900 },
} as const;
const themes = ["light", "dark"] as const;

/** The four that are in the README and in the browser's install dialog. */
const chosen = [
  ["phone-light/draft-order.png", "new-order-narrow.png"],
  ["phone-dark/orders.png", "orders-narrow.png"],
  ["desktop-light/draft-order.png", "new-order-wide.png"],
  ["desktop-dark/outbox-conflict.png", "outbox-wide.png"],
] as const;
/** Those that are in the README alone. */
const documented = [
  ["phone-light/order.png", "order-narrow.png"],
  ["desktop-light/journey.png", "journey-wide.png"],
] as const;

test.describe("pictures", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("of every screen, on phone and desktop, light and dark", async ({ browser }) => {
    const { page, context, ids } = await fillWorkspace(browser, docket.url);
    const take = async (name: string, prepare: (page: Page) => Promise<void>) => {
      for (const [device, viewport] of Object.entries(devices)) {
        await page.setViewportSize(viewport);
        for (const theme of themes) {
          await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
          await prepare(page);
          await page.screenshot({ path: `${folder}/${device}-${theme}/${name}.png` });
        }
      }
    };
    for (const visit of visitsOf(ids)) {
      await take(visit.name, (shown) => openScreen(shown, docket.url + visit.url));
    }
    await take("draft-order-docket", async (shown) => {
      await openScreen(shown, `${docket.url}/orders/${ids["draft-order"]}`);
      const toDocket = shown.locator(".filter", { hasText: "Order" });
      if (await toDocket.isVisible()) await toDocket.click();
    });
    await take("line-dialog", async (shown) => {
      await openScreen(shown, `${docket.url}/orders/${ids["draft-order"]}`);
      const toDocket = shown.locator(".filter", { hasText: "Order" });
      if (await toDocket.isVisible()) await toDocket.click();
      await shown.locator(".line-quantity").first().click();
    });
    await take("invite", async (shown) => {
      await openScreen(shown, `${docket.url}/devices`);
      await shown.getByRole("button", { name: "Invite a device" }).click();
      await shown.getByRole("button", { name: "Make the invite" }).click();
      await expect(shown.locator(".qr")).toBeVisible();
    });
    await page.setViewportSize(devices.desktop);
    const other = await browser.newContext({ ...testDevice, viewport: devices.desktop });
    const second = await other.newPage();
    await joinByLink(second, await makeInvite(page, docket.url, "Sales"), "Counter");
    await parkConflict({ context, page }, { page: second }, `${docket.url}/orders/${ids["placed-order"]}`);
    await take("outbox-conflict", async (shown) => {
      await openScreen(shown, `${docket.url}/outbox`);
      await expect(shown.getByRole("button", { name: /Keep mine/ })).toBeVisible();
    });
    await page.setViewportSize(devices.desktop);
    await openScreen(page, `${docket.url}/orders/${ids["draft-order"]}`);
    await context.setOffline(true);
    await page.getByRole("combobox", { name: "Add a product" }).fill("3*plum jam");
    await page.getByRole("combobox", { name: "Add a product" }).press("Enter");
    await take("offline-order", async (shown) => {
      await expect(shown.locator(".sync-bar")).toContainText(/Needs you|Offline/);
      await shown.waitForTimeout(300);
    });
    await other.close();
    await context.close();
    for (const target of ["docs/screens", "public/screenshots"]) mkdirSync(target, { recursive: true });
    for (const [from, to] of chosen) {
      for (const target of ["docs/screens", "public/screenshots"])
        copyFileSync(`${folder}/${from}`, `${target}/${to}`);
    }
    for (const [from, to] of documented) copyFileSync(`${folder}/${from}`, `docs/screens/${to}`);
  });

  test("of a business that has just begun", async ({ browser }) => {
    const fresh = await startDocket();
    const context = await browser.newContext({ ...testDevice, viewport: devices.phone });
    const page = await context.newPage();
    await startBusiness(page, fresh.url);
    await openScreen(page, `${fresh.url}/orders`);
    await page.screenshot({ path: `${folder}/phone-light/orders-empty.png` });
    await openScreen(page, `${fresh.url}/products`);
    await page.screenshot({ path: `${folder}/phone-light/products-empty.png` });
    await addSampleCatalogue(page, fresh.url);
    await context.close();
    await fresh.stop();
  });
});
