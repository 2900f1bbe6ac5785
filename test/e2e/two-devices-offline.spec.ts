import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import {
  addLine,
  addSampleCatalogue,
  beginOrder,
  expectAllSent,
  joinByLink,
  keepForOffline,
  linesOf,
  loseNetwork,
  makeInvite,
  placeOrder,
  setQuantity,
  startBusiness,
  syncBar,
} from "../support/as-a-rep.ts";
import { type CuttableProxy, startCuttableProxy } from "../support/cuttable-proxy.ts";
import { faultsOfBooks, readBooks } from "../support/read-books.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

test.describe("two devices change one order without a network", () => {
  let docket: RunningDocket;
  let proxy: CuttableProxy;
  test.beforeAll(async () => {
    docket = await startDocket();
    proxy = await startCuttableProxy(() => Number(new URL(docket.url).port));
  });
  test.afterAll(async () => {
    await proxy.stop();
    await docket.stop();
  });

  for (const back of ["who added lines", "who placed it"] as const) {
    test(`[L10] both show the same order with everybody's lines; first back is ${back}`, async ({
      browser,
    }) => {
      const [adding, placing] = [await newDevice(browser), await newDevice(browser)];
      await startBusiness(adding.page, proxy.url);
      await addSampleCatalogue(adding.page, proxy.url);
      const link = await makeInvite(adding.page, proxy.url);
      const order = await beginOrder(adding.page, ["Plum Jam", "Still Water"]);
      await expectAllSent(adding.page);
      await joinByLink(placing.page, link, "Counter");
      await placing.page.getByRole("link", { name: new RegExp(`${order.number}\\b`) }).click();
      await expect(linesOf(placing.page)).toHaveCount(2);
      for (const { page } of [adding, placing]) await keepForOffline(page);

      await loseNetwork(proxy, adding.context, placing.context);
      await addLine(adding.page, "Basmati");
      await setQuantity(adding.page, "Plum Jam", 7);
      await addLine(placing.page, "Sea Salt");
      await placeOrder(placing.page, order.number);
      for (const { page } of [adding, placing]) await expect(syncBar(page)).toContainText("Offline");
      await expect(linesOf(adding.page)).toHaveCount(3);
      await expect(linesOf(placing.page)).toHaveCount(3);

      proxy.heal();
      const inTurn = back === "who added lines" ? [adding, placing] : [placing, adding];
      for (const { context, page } of inTurn) {
        await context.setOffline(false);
        await expectAllSent(page);
      }
      for (const { page } of [adding, placing]) {
        await expect(page.getByRole("heading", { name: "What happened" })).toBeVisible();
        await expect(linesOf(page)).toHaveCount(4);
        await expect(linesOf(page).filter({ hasText: "Plum Jam" })).toContainText("7 ×");
        await expect(linesOf(page).filter({ hasText: "Still Water" })).toContainText("1 ×");
        await expect(linesOf(page).filter({ hasText: "Basmati" })).toContainText("1 ×");
        await expect(linesOf(page).filter({ hasText: "Sea Salt" })).toContainText("1 ×");
      }
      const [one, other] = await Promise.all([readBooks(adding.page), readBooks(placing.page)]);
      expect(one.orders).toEqual(other.orders);
      expect(one.orders).toMatchObject([{ number: order.number, status: "placed" }]);
      expect([...faultsOfBooks(one), ...faultsOfBooks(other)]).toEqual([]);
      const totals = [adding, placing].map(({ page }) => page.getByTestId("order-total").textContent());
      const [total, sameTotal] = await Promise.all(totals);
      // 7 x 16.20 + 7.80 + 13.90 + 4.15
      expect(total).toContain("139.25");
      expect(sameTotal).toBe(total);
      await adding.context.close();
      await placing.context.close();
    });
  }
});

async function newDevice(browser: {
  newContext: (options: object) => Promise<BrowserContext>;
}): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1280, height: 800 },
  });
  return { context, page: await context.newPage() };
}
