import { expect, type Locator, type Page, test } from "@playwright/test";
import { addSampleCatalogue, beginOrder, startBusiness } from "../support/as-a-rep.ts";
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
});
