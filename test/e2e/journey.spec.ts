import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { openScreen, placeOrder, testDevice, writeOrder } from "../programs/screens/fill-workspace.ts";
import {
  addSampleCatalogue,
  expectAllSent,
  joinByLink,
  makeInvite,
  startBusiness,
} from "../support/as-a-rep.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } } as const;

test.describe("an order's journey", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("shows on both devices how long it was offline, and leads to the events of one trace", async ({
    browser,
  }, info) => {
    const van = await browser.newContext({ ...testDevice, viewport: sizes.desktop });
    const page = await van.newPage();
    await startBusiness(page, docket.url);
    await addSampleCatalogue(page, docket.url);
    const office = await browser.newContext({ ...testDevice, viewport: sizes.desktop });
    const second = await office.newPage();
    await joinByLink(second, await makeInvite(page, docket.url, "Sales"), "Office");

    // Without a network at an hour that is two hours ago; then the hour of now, and a network.
    const now = Date.now();
    await page.clock.install({ time: now });
    const order = await writeOrder(page, docket.url, "harbour", ["12*tonic", "3*jam"]);
    await expectAllSent(page);
    await van.setOffline(true);
    await page.clock.setSystemTime(now - (2 * 60 + 10) * 60_000);
    await placeOrder(page);
    await page.getByRole("link", { name: "Journey" }).click();
    await expect(page.locator(".journey")).toContainText("Saved on this device");
    await expect(page.locator(".journey")).toContainText("Waits on this device for a network");
    await page.clock.setSystemTime(now);
    await van.setOffline(false);
    await expect(page.locator(".journey")).toContainText(/2 h \d+ min offline/);
    await expect(page.locator(".journey")).toContainText("Accepted by the server");

    await openScreen(second, `${docket.url}/orders/${order}/journey`);
    await expect(second.locator(".journey")).toContainText(/2 h \d+ min offline/);
    await expect(second.locator(".journey")).toContainText("Order seen here");
    const traceOf = (shown: Page) => shown.locator(".copy-text code").textContent();
    const trace = await traceOf(page);
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    expect(await traceOf(second)).toBe(trace);

    for (const [size, viewport] of Object.entries(sizes)) {
      await second.setViewportSize(viewport);
      for (const theme of ["light", "dark"] as const) {
        await second.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        await second.screenshot({ path: info.outputPath(`journey-${size}-${theme}.png`), fullPage: true });
        const found = await new AxeBuilder({ page: second }).analyze();
        expect(found.violations.map(({ id }) => id)).toEqual([]);
      }
    }

    await second.getByRole("link", { name: "Look at its events" }).click();
    await expect(second.locator("a.list-row")).not.toHaveCount(0);
    await second.locator("a.list-row").first().click();
    await expect(second.getByRole("heading", { name: "What caused it" })).toBeVisible();
    await expect(second.locator(".copy-text code")).toHaveText(trace ?? "");
    await van.close();
    await office.close();
  });
});
