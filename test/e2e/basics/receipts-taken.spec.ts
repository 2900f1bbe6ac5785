import { type Browser, expect, type Locator, type Page, test } from "@playwright/test";
import { openScreen, testDevice } from "../../programs/screens/fill-workspace.ts";
import {
  addSampleCatalogue,
  expectAllSent,
  joinByLink,
  makeInvite,
  startBusiness,
  syncBar,
} from "../../support/as-a-rep.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";

test.describe("a delivery note that two devices book with different figures", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("[L6] is told with both figures, and kept as booked or booked twice by one tap", async ({
    browser,
  }) => {
    const owner = await newPage(browser);
    await startBusiness(owner, docket.url);
    await addSampleCatalogue(owner, docket.url);
    const office = await newPage(browser);
    await joinByLink(office, await makeInvite(owner, docket.url, "Owner"), "Office");
    await owner.goto(`${docket.url}/import`);
    await owner.context().setOffline(true);
    await importNote(owner, { plumJam: 50, gingerBeer: 30 });
    await office.goto(`${docket.url}/import`);
    await importNote(office, { plumJam: 48, gingerBeer: 24 });
    await expectAllSent(office);
    await owner.context().setOffline(false);
    await expect(syncBar(owner)).toContainText("Needs you: 2");

    await openScreen(owner, `${docket.url}/outbox`);
    const plumJam = item(owner, "Receive 50 of DEMO-205");
    await expect(plumJam).toContainText("Office booked 48 of this delivery note, you have 50.");
    const gingerBeer = item(owner, "Receive 30 of DEMO-305");
    await expect(gingerBeer).toContainText("Office booked 24 of this delivery note, you have 30.");

    await plumJam.getByRole("button", { name: "Keep theirs" }).click();
    await expect(toast(owner)).toContainText("Theirs stays. Yours was not booked");
    // What is decided asks no more.
    await expect(plumJam.getByRole("button", { name: "Bring back" })).toBeVisible();
    await expect(plumJam).not.toContainText("Keep what is booked");
    // The undo asks the same again.
    await toast(owner).getByRole("button", { name: "Undo" }).click();
    await expect(plumJam).toContainText("Office booked 48 of this delivery note, you have 50.");
    // While the cards slide, no button of them counts.
    await expect(plumJam.getByRole("button", { name: "Keep theirs" })).toBeEnabled();
    await plumJam.getByRole("button", { name: "Keep theirs" }).focus();
    await owner.keyboard.press("Enter");
    await expect(syncBar(owner)).toContainText("Needs you: 1");
    await expect(gingerBeer.getByRole("link", { name: "Quarry Ginger Beer" })).toBeFocused();

    await gingerBeer.getByRole("button", { name: "Book mine too" }).click();
    await expect(toast(owner).filter({ hasText: "Yours will be booked too" })).toBeVisible();
    await expectAllSent(owner);
    await expect(gingerBeer).toContainText("A later entry replaced it");
    await expect(gingerBeer).not.toContainText("Keep what is booked");
    await expectAllSent(office);
    for (const page of [owner, office]) {
      await openScreen(page, `${docket.url}/stock`);
      await expect(page.getByRole("listitem").filter({ hasText: "DEMO-205" })).toContainText("75 on hand");
      await expect(page.getByRole("listitem").filter({ hasText: "DEMO-305" })).toContainText("63 on hand");
    }
    for (const page of [owner, office]) await page.context().close();
  });
});

/** A card of the outbox by the words of its command. */
function item(page: Page, words: string): Locator {
  return page.locator(".outbox-item").filter({ has: page.getByRole("heading", { name: words }) });
}

function toast(page: Page): Locator {
  return page.locator(".toast");
}

/** Imports the delivery note DN-7 with these figures, as far as this device can. */
async function importNote(page: Page, figures: { readonly plumJam: number; readonly gingerBeer: number }) {
  const rows = [
    "receipt_id,sku,received",
    `DN-7,DEMO-205,${figures.plumJam}`,
    `DN-7,DEMO-305,${figures.gingerBeer}`,
  ];
  const file = { name: "deliveries.csv", mimeType: "text/csv", buffer: Buffer.from(`${rows.join("\n")}\n`) };
  await page.getByLabel("CSV files to import").setInputFiles(file);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByText("The import is done")).toBeVisible();
}

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ ...testDevice, viewport: { width: 1440, height: 900 } });
  return context.newPage();
}
