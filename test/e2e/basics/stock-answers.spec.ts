import { type Browser, expect, type Page, test } from "@playwright/test";
import { writeOrder } from "../../programs/screens/fill-workspace.ts";
import { checkBook } from "../../programs/warehouse/check-book.ts";
import {
  addSampleCatalogue,
  expectAllSent,
  joinByLink,
  keepForOffline,
  linesOf,
  loseNetwork,
  makeInvite,
  regainNetwork,
  startBusiness,
  syncBar,
} from "../../support/as-a-rep.ts";
import { type CuttableProxy, startCuttableProxy } from "../../support/cuttable-proxy.ts";
import { readBooks } from "../../support/read-books.ts";
import { type RunningApart, startApart } from "../../support/start-apart.ts";
import { startDocket } from "../../support/start-docket.ts";

test.describe("what inventory says to an order", () => {
  let apart: RunningApart;
  let proxy: CuttableProxy;
  test.beforeAll(async () => {
    apart = await startApart();
    const { docket } = apart;
    proxy = await startCuttableProxy(() => Number(new URL(docket.url).port));
  });
  test.afterAll(async () => {
    await proxy.stop();
    await apart.stop();
  });

  test("two devices sell the last three without a network: both orders stay, the second is told who came first", async ({
    browser,
  }) => {
    const [owner, rep] = [await newPage(browser), await newPage(browser)];
    await startBusiness(owner, proxy.url);
    await addSampleCatalogue(owner, proxy.url);
    await countStock(owner, proxy.url, "Plum Jam", "3");
    // The server names itself in the link; both devices go through the proxy.
    const link = (await makeInvite(owner, proxy.url)).replace(apart.docket.url, proxy.url);
    await joinByLink(rep, link, "Counter");
    for (const page of [owner, rep]) {
      await page.goto(`${proxy.url}/orders/new`);
      await expect(tileOf(page, "Plum Jam")).toContainText("about 3 in stock");
      await keepForOffline(page);
    }

    await loseNetwork(proxy, owner.context(), rep.context());
    const first = await sell(owner, proxy.url, ["3*plum jam"]);
    const second = await sell(rep, proxy.url, ["3*plum jam", "2*lemonade"]);
    for (const page of [owner, rep]) {
      await expect(syncBar(page)).toContainText("Offline");
      await expect(stageOf(page, "Saved here")).toContainText("done");
      await expect(stageOf(page, "Stock answered")).toContainText("not yet");
    }

    proxy.heal();
    await owner.context().setOffline(false);
    await expectAllSent(owner);
    await expect(linesOf(owner).filter({ hasText: "Plum Jam" })).toContainText("Reserved 3");
    await expect(stageOf(owner, "Stock answered")).toContainText("done");
    await regainNetwork(proxy, rep.context());
    await expectAllSent(rep);
    const short = linesOf(rep).filter({ hasText: "Plum Jam" });
    await expect(short).toContainText(`None reserved, short by 3: ${first.number} came first`);
    await expect(rep.locator(".timeline")).toContainText(/0 of 3 × .*Plum Jam reserved/);

    // The order that came first is one tap away; both stay.
    await short.getByRole("link", { name: first.number }).click();
    await expect(rep.getByRole("heading", { level: 1, name: `Order ${first.number}` })).toBeVisible();
    await expect(rep.getByText("Placed", { exact: true }).first()).toBeVisible();
    await expect(linesOf(rep).filter({ hasText: "Plum Jam" })).toContainText("Reserved 3");

    // Who is short is found among all orders, and is asked until somebody chooses.
    await rep.goto(`${proxy.url}/orders`);
    await rep.getByRole("radio", { name: /^Short/ }).check();
    await rep.getByRole("link", { name: new RegExp(`${second.number}\\b`) }).click();
    await rep.getByRole("button", { name: /^Choose what happens to .*Plum Jam$/ }).click();
    await rep
      .getByRole("dialog")
      .getByRole("button", { name: /^Wait for 3 more/ })
      .click();
    await expect(short).toContainText("None reserved, waiting for 3");
    await expectAllSent(rep);

    // What becomes free goes to who waits.
    await owner.getByRole("button", { name: "Cancel order" }).click();
    await owner.getByLabel("Reason").fill("Closed this week");
    await owner.getByRole("button", { name: "Cancel the order" }).click();
    await expect(short).toContainText("Reserved 3");
    await expect(rep.locator(".timeline")).toContainText("Goods became free: everything reserved");
    await expectBook(apart, owner);
    for (const page of [owner, rep]) await page.context().close();
  });

  test("shipping a short order says what will be booked out; the estimate stays down afterwards", async ({
    browser,
  }) => {
    const alone = await startDocket();
    const { url } = alone;
    const owner = await newPage(browser);
    await startBusiness(owner, url);
    await addSampleCatalogue(owner, url);
    await countStock(owner, url, "Plum Jam", "3");
    await sell(owner, url, ["5*plum jam", "2*lemonade"]);
    const line = linesOf(owner).filter({ hasText: "Plum Jam" });
    await expect(line).toContainText("3 of 5 reserved, short by 2");
    await owner.getByRole("button", { name: "Mark as shipped" }).click();
    const dialog = owner.getByRole("dialog");
    await expect(dialog).toContainText("1 line short");
    await expect(dialog).toContainText("Plum Jam: 3 of 5 reserved");
    await owner.keyboard.press("Escape");

    // Taking what is there ends the shortage.
    await owner.getByRole("button", { name: /^Choose what happens to .*Plum Jam$/ }).click();
    await dialog.getByRole("button", { name: /^Change to 3/ }).click();
    await expect(line).toContainText("Reserved 3");
    await owner.getByRole("button", { name: "Mark as shipped" }).click();
    await dialog.getByRole("button", { name: "Mark as shipped" }).click();
    await expect(owner.locator(".timeline")).toContainText(/Booked out of stock: .*3 × .*Plum Jam/);
    await expectAllSent(owner);
    await owner.goto(`${url}/orders/new`);
    await expect(tileOf(owner, "Plum Jam")).toContainText("probably none in stock");
    await owner.context().close();
    await alone.stop();
  });
});

/** Holds inventory's book against the log, in SQL. */
async function expectBook({ databaseUrl }: RunningApart, page: Page): Promise<void> {
  if (databaseUrl === undefined) return;
  const { workspaceId } = await readBooks(page);
  expect(await checkBook(databaseUrl, workspaceId)).toMatchObject({ orders: 2, violations: [] });
}

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1440, height: 900 },
  });
  return context.newPage();
}

/** Counts the stock of a product on the stock screen, and waits until the server has it. */
async function countStock(page: Page, url: string, product: string, count: string): Promise<void> {
  await page.goto(`${url}/stock`);
  await page.getByRole("button", { name: new RegExp(`^Count .*${product}`) }).click();
  await page.getByRole("dialog").getByLabel("On the shelf").fill(count);
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expectAllSent(page);
}

/** Writes and places an order by keyboard; yields its number. It is saved here. */
async function sell(page: Page, url: string, lines: readonly string[]): Promise<{ readonly number: string }> {
  await writeOrder(page, url, "harbour", lines);
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { name: "What happened" })).toBeVisible();
  const heading = (await page.getByRole("heading", { level: 1 }).textContent()) ?? "";
  return { number: heading.replace(/^Order /, "").trim() };
}

function stageOf(page: Page, name: string) {
  return page
    .getByRole("list", { name: "How far this order is" })
    .getByRole("listitem")
    .filter({ hasText: name });
}

function tileOf(page: Page, product: string) {
  return page.getByRole("listitem").getByRole("button", { name: product }).first();
}
