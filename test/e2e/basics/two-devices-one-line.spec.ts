import { expect, test } from "@playwright/test";
import { openScreen, placeOrder, testDevice, writeOrder } from "../../programs/screens/fill-workspace.ts";
import { parkConflict } from "../../programs/screens/park-conflict.ts";
import {
  addSampleCatalogue,
  expectAllSent,
  joinByLink,
  makeInvite,
  startBusiness,
} from "../../support/as-a-rep.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";

test.describe("two devices, one line", () => {
  test.describe.configure({ timeout: 120_000 });
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  for (const choice of ["mine", "theirs"] as const) {
    test(`[L10] a quantity changed twice is shown with both values, and keeping ${choice} settles it`, async ({
      browser,
    }) => {
      const own = choice === "mine" ? docket : await startDocket();
      const viewport = { width: 1280, height: 800 };
      const context = await browser.newContext({ ...testDevice, viewport });
      const otherContext = await browser.newContext({ ...testDevice, viewport });
      const [page, other] = [await context.newPage(), await otherContext.newPage()];
      await startBusiness(page, own.url);
      await addSampleCatalogue(page, own.url);
      const orderId = await writeOrder(page, own.url, "harbour", ["12*tonic", "lemonade"]);
      await placeOrder(page);
      await joinByLink(other, await makeInvite(page, own.url, "Sales"), "Counter");
      await parkConflict({ context, page }, { page: other }, `${own.url}/orders/${orderId}`);
      await openScreen(page, `${own.url}/outbox`);
      const both = page.getByRole("figure", { name: "Quantity" });
      await expect(both).toContainText(/You.*5.*was 12.*Meanwhile.*8.*Counter, /);
      const button = choice === "mine" ? "Keep mine: 5" : "Keep theirs: 8";
      await page.getByRole("button", { name: button }).click();
      await expectAllSent(page);
      const kept = choice === "mine" ? "5" : "8";
      await openScreen(page, `${own.url}/orders/${orderId}`);
      await expect(page.locator(".line").first()).toContainText(`${kept} ×`);
      await openScreen(other, `${own.url}/orders/${orderId}`);
      await expect(other.locator(".line").first()).toContainText(`${kept} ×`);
      await context.close();
      await otherContext.close();
      if (own !== docket) await own.stop();
    });
  }
});
