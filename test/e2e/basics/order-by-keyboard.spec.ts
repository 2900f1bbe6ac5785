import { expect, test } from "@playwright/test";
import { testDevice } from "../../programs/screens/fill-workspace.ts";
import { addSampleCatalogue, startBusiness } from "../../support/as-a-rep.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";

test.describe("an order by keyboard alone", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("customer, ten lines, a repeated one, placing: 75 keys beside the words", async ({ browser }) => {
    const context = await browser.newContext({ ...testDevice, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await startBusiness(page, docket.url);
    await addSampleCatalogue(page, docket.url);
    await page.goto(`${docket.url}/orders`);
    await page.getByRole("link", { name: "New order" }).first().focus();
    await page.keyboard.press("Enter");
    const customer = page.getByRole("combobox", { name: "Customer" });
    const entry = page.getByRole("combobox", { name: "Add a product" });
    await expect(customer).toBeFocused();
    await page.keyboard.type("vel");
    await expect(page.getByRole("option").first()).toContainText("Vélo");
    await page.keyboard.press("Enter");
    await expect(entry).toBeFocused();
    const lines = [
      "plum",
      "lemonade",
      "12*tonic",
      "towels",
      "dish",
      "still",
      "salt",
      "roast, g",
      "basmati",
      "candles",
    ];
    for (const [index, text] of lines.entries()) {
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
      await expect(page.locator(".line")).toHaveCount(index + 1);
      await expect(entry).toHaveValue("");
    }
    // A repeated product adds to its line; +2 adds to the line touched last.
    await page.keyboard.type("plum");
    await page.keyboard.press("Enter");
    await page.keyboard.type("+2");
    await page.keyboard.press("Enter");
    const plum = page.locator(".line").filter({ hasText: "Plum Jam" }).locator(".line-quantity");
    await expect(plum).toHaveText("4");
    await expect(page.locator(".line")).toHaveCount(10);
    await page.keyboard.press("Control+Enter");
    await expect(page.locator(".page-header .chip")).toHaveText("Placed");
    await expect(page.locator(".line")).toHaveCount(10);
    await context.close();
  });

  test("a double tap on “Place order” places it once", async ({ browser }) => {
    const context = await browser.newContext({ ...testDevice, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const fresh = await startDocket();
    await startBusiness(page, fresh.url);
    await addSampleCatalogue(page, fresh.url);
    await page.goto(`${fresh.url}/orders/new`);
    await page.locator(".tile").first().click();
    await expect(page.locator(".line")).toHaveCount(1);
    await page.getByRole("button", { name: /Place order/ }).dblclick();
    await expect(page.getByText("Placed the order")).toHaveCount(1);
    await context.close();
    await fresh.stop();
  });
});
