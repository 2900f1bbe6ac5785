import { type BrowserContext, expect, type Page } from "@playwright/test";
import { expectAllSent } from "../../support/as-a-rep.ts";
import { openScreen } from "./fill-workspace.ts";

/** Sets the first line's quantity on an order's page, as a person would. */
async function setFirstQuantity(page: Page, quantity: string): Promise<void> {
  const change = page.getByRole("button", { name: "Change order" });
  if (await change.isVisible()) await change.click();
  await page.locator(".line-quantity").first().click();
  await page.getByRole("dialog").getByLabel("Quantity").fill(quantity);
  await page.getByRole("button", { name: "Save line" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.locator(".line-quantity").first()).toHaveText(quantity);
}

/**
 * Two devices give the same line different quantities, the first one offline: after the network is back, its command
 * waits for a person on its outbox page.
 */
export async function parkConflict(
  first: { readonly context: BrowserContext; readonly page: Page },
  second: { readonly page: Page },
  orderUrl: string,
): Promise<void> {
  await openScreen(first.page, orderUrl);
  await openScreen(second.page, orderUrl);
  await first.context.setOffline(true);
  await setFirstQuantity(first.page, "5");
  await setFirstQuantity(second.page, "8");
  await expectAllSent(second.page);
  await first.context.setOffline(false);
  await expect(first.page.locator(".sync-bar")).toContainText("Needs you: 1");
}
