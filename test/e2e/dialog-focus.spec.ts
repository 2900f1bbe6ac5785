import { expect, type Locator, type Page, test } from "@playwright/test";
import { addLine, addSampleCatalogue, beginOrder, linesOf, startBusiness } from "../support/as-a-rep.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

/** A dialog of the app: where it is, and what opens it. */
interface Opened {
  readonly at: string;
  readonly opener: (page: Page) => Locator;
}

test.describe("the focus", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("goes back to what opened a dialog, by mouse and by keyboard, however it is closed", async ({
    page,
  }) => {
    await startBusiness(page, docket.url);
    await addSampleCatalogue(page, docket.url);
    const order = await beginOrder(page, ["Plum Jam"]);
    const dialogs: readonly Opened[] = [
      {
        at: `/orders/${order.id}`,
        opener: () => page.getByRole("button", { name: /^\d+ Change .*Plum Jam/ }),
      },
      { at: `/orders/${order.id}`, opener: () => page.getByRole("button", { name: "Cancel order" }) },
      { at: "/devices", opener: () => page.getByRole("button", { name: "Invite a device" }) },
      { at: "/webhooks", opener: () => page.getByRole("button", { name: "Add a webhook" }).first() },
      { at: "/products", opener: () => page.getByRole("button", { name: "Remove the sample" }) },
    ];
    for (const { at, opener } of dialogs) {
      await page.goto(`${docket.url}${at}`);
      for (const way of ["mouse", "keyboard"] as const) {
        for (const closing of ["Escape", "button"] as const) {
          await expect(opener(page)).toBeVisible();
          if (way === "mouse") await opener(page).click();
          else {
            await opener(page).focus();
            await page.keyboard.press("Enter");
          }
          const dialog = page.getByRole("dialog");
          await expect(dialog).toBeVisible();
          if (closing === "Escape") await page.keyboard.press("Escape");
          else await dialog.getByRole("button", { name: "Close" }).click();
          await expect(dialog).toHaveCount(0);
          await expect(opener(page), `${at}, by ${way}, closed by ${closing}`).toBeFocused();
        }
      }
    }
  });

  test("lands on the neighbour of a line that is taken off, also after the undo, and on the entry line after the last one", async ({
    page,
  }) => {
    await startBusiness(page, docket.url);
    await addSampleCatalogue(page, docket.url);
    await beginOrder(page, ["Plum Jam"]);
    for (const product of ["Sea Salt", "Ginger Beer"]) await addLine(page, product);
    const quantity = (product: string) =>
      page.getByRole("button", { name: new RegExp(`^\\d+ Change .*${product}`) });
    const takeOff = async (product: string) => {
      await quantity(product).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").getByRole("button", { name: "Remove from the order" }).focus();
      await page.keyboard.press("Enter");
      await expect(linesOf(page).filter({ hasText: product })).toHaveCount(0);
    };
    await takeOff("Sea Salt");
    await expect(quantity("Ginger Beer")).toBeFocused();
    await page.locator(".toast").getByRole("button", { name: "Undo" }).focus();
    await page.keyboard.press("Enter");
    await expect(linesOf(page).filter({ hasText: "Sea Salt" })).toBeVisible();
    await expect(quantity("Ginger Beer")).toBeFocused();
    await takeOff("Sea Salt");
    await expect(quantity("Ginger Beer")).toBeFocused();
    await takeOff("Ginger Beer");
    await expect(quantity("Plum Jam")).toBeFocused();
    await takeOff("Plum Jam");
    await expect(page.getByRole("combobox", { name: "Add a product" })).toBeFocused();
  });

  test("stays beside a button that can no longer be used, and where a message closes", async ({ page }) => {
    await startBusiness(page, docket.url);
    await addSampleCatalogue(page, docket.url);
    await beginOrder(page, ["Plum Jam"]);
    await page.getByRole("button", { name: /^One step more of .*Plum Jam/ }).click();
    const fewer = page.getByRole("button", { name: /^One step fewer of .*Plum Jam/ });
    await expect(fewer).toBeEnabled();
    await fewer.focus();
    await page.keyboard.press("Enter");
    await expect(fewer).toBeDisabled();
    await expect(page.getByRole("button", { name: /^1 Change .*Plum Jam/ })).toBeFocused();
    await page.goto(`${docket.url}/products`);
    const row = page.getByRole("link", { name: /Plum Jam/ });
    await row.click();
    const archive = page.getByRole("button", { name: "Archive" });
    await archive.focus();
    await page.keyboard.press("Enter");
    await page.locator(".toast").getByRole("button", { name: "Close" }).focus();
    await page.keyboard.press("Enter");
    await expect(page.locator(".toast")).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Restore" })).toBeFocused();
  });
});
