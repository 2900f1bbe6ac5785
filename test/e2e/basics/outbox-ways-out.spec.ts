import { readFileSync } from "node:fs";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { openScreen, placeOrder, testDevice, writeOrder } from "../../programs/screens/fill-workspace.ts";
import {
  addSampleCatalogue,
  expectAllSent,
  joinByLink,
  makeInvite,
  startBusiness,
} from "../../support/as-a-rep.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";

test.describe("ways out of the outbox", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("a late change goes on a new order and back, and is taken along as a file without any access", async ({
    browser,
  }) => {
    const owner = await newPage(browser);
    await startBusiness(owner, docket.url);
    await addSampleCatalogue(owner, docket.url);
    const id = await writeOrder(owner, docket.url, "harbour", ["5*tonic", "2*jam"]);
    await placeOrder(owner);
    await expectAllSent(owner);
    const url = `${docket.url}/orders/${id}`;
    const rep = await newPage(browser);
    await joinByLink(rep, await makeInvite(owner, docket.url, "Sales"), "Counter");
    await openScreen(rep, url);
    await rep.context().setOffline(true);
    await setFirstQuantity(rep, "12");
    await openScreen(owner, url);
    await owner.getByRole("button", { name: "Mark as shipped" }).click();
    await owner.getByRole("dialog").getByRole("button", { name: "Mark as shipped" }).click();
    await expect(owner.getByRole("dialog")).toHaveCount(0);
    await expectAllSent(owner);
    await rep.context().setOffline(false);
    await expect(rep.locator(".sync-bar")).toContainText("Needs you: 1");

    await openScreen(rep, `${docket.url}/outbox`);
    await expect(rep.getByText(/By Maria's phone, /)).toBeVisible();
    const download = rep.waitForEvent("download");
    await rep.getByRole("button", { name: "Save a copy as a file" }).click();
    // Read at once: the browser keeps it no longer than its window.
    const buffer = readFileSync(await (await download).path());
    const file = { name: "copy.jsonl", mimeType: "application/jsonl", buffer };
    expect(buffer.toString()).not.toContain("token");

    await rep.getByRole("button", { name: "Put on a new order" }).click();
    await expect(rep.getByText("On new order", { exact: false }).first()).toBeVisible();
    await expectAllSent(rep);
    await rep.getByRole("button", { name: "Take it off the new order" }).click();
    await expect(rep.getByRole("button", { name: "Put on a new order" })).toBeVisible();

    // The disk of this device is gone; another one of the business brings the file in.
    await rep.context().close();
    const spare = await newPage(browser);
    await joinByLink(spare, await makeInvite(owner, docket.url, "Sales"), "Spare phone");
    await openScreen(spare, `${docket.url}/settings`);
    await spare.locator('input[type="file"]').setInputFiles(file);
    await spare.getByRole("button", { name: "Restore 1" }).click();
    await expect(spare.locator(".sync-bar")).toContainText("Needs you: 1");
    await spare.locator('input[type="file"]').setInputFiles(file);
    await expect(spare.getByRole("dialog")).toContainText("here already");
    await spare.context().close();
    await owner.context().close();
  });
});

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ ...testDevice, viewport: { width: 1280, height: 800 } });
  return context.newPage();
}

/** Sets the first line's quantity of a placed order, as a person would. */
async function setFirstQuantity(page: Page, quantity: string): Promise<void> {
  await page.getByRole("button", { name: "Change order" }).click();
  await page.locator(".line-quantity").first().click();
  await page.getByRole("dialog").getByLabel("Quantity").fill(quantity);
  await page.getByRole("button", { name: "Save line" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}
