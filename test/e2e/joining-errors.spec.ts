import { expect, type Page, test } from "@playwright/test";
import type { RunningServer } from "../../src/server/start-server.ts";
import { makeMemoryStore } from "../../src/server/store/memory-store.ts";
import { startCheckedServer, testConfig } from "../server/support/test-server.ts";
import {
  addSampleCatalogue,
  beginOrder,
  expectAllSent,
  joinByLink,
  keepForOffline,
  loseNetwork,
  makeInvite,
  placeOrder,
  regainNetwork,
  startBusiness,
  syncBar,
} from "../support/as-a-rep.ts";
import { type CaptivePortal, startCaptivePortal } from "../support/captive-portal.ts";
import { type CuttableProxy, startCuttableProxy } from "../support/cuttable-proxy.ts";
import { joinAt, startWorkspaceAt } from "../support/protocol-client.ts";
import { faultsOfBooks, readBooks } from "../support/read-books.ts";

const minutes = 60_000;

test.describe("joining that does not work", () => {
  let server: RunningServer;
  let portal: CaptivePortal;
  let proxy: CuttableProxy;
  let behind: number;
  let clockAheadMs = 0;
  test.beforeAll(async () => {
    // In this process, on a clock that the test sets: an invite expires after ten minutes.
    const clock = () => new Date(Date.now() + clockAheadMs);
    server = await startCheckedServer(testConfig, {
      store: makeMemoryStore(),
      clock,
      clientDir: `${process.cwd()}/dist/client`,
    });
    portal = await startCaptivePortal();
    behind = Number(new URL(server.url).port);
    proxy = await startCuttableProxy(() => behind);
  });
  test.afterAll(async () => {
    await proxy.stop();
    await portal.stop();
    await server.stop();
  });

  test("what was wrong with one code is not said of the next, and a link opened over the screen fills in its code", async ({
    page,
  }) => {
    await page.goto(`${proxy.url}/join`);
    await page.getByLabel("Invite code").fill("ABCD-EFGH-JKLM");
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await expectTold(page, "This code is not right");
    await page.getByLabel("Invite code").fill("ABCD-EFGH-JKLN");
    await expect(page.getByText("This code is not right")).toHaveCount(0);
    await page.goto(`${proxy.url}/join#MNPQ-RSTV-WXYZ`);
    await expect(page.getByLabel("Invite code")).toHaveValue("MNPQ-RSTV-WXYZ");
  });

  test("a wrong setup code is told, and what was entered stays", async ({ page }) => {
    await page.goto(`${proxy.url}/start`);
    await page.getByLabel("Setup code").fill("WRONG-CODE");
    await page.getByLabel("Business name").fill("Corner Shop");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await expectTold(page, "This code is not right");
    await expect(page.getByLabel("Business name")).toHaveValue("Corner Shop");
    await page.getByLabel("Setup code").fill("SETUP-CODE");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Orders", exact: true })).toBeVisible();
  });

  test("a wrong, a used and an expired invite are told apart", async ({ page }) => {
    const owner = await startWorkspaceAt(server.url);
    await tryToJoin(page, "AAAA-BBBB");
    await expectTold(page, "This code is not right");

    const used = await owner.invite("rep");
    await joinAt(server.url, used, "Somebody faster");
    await tryToJoin(page, used);
    await expectTold(page, "This code has been used already");

    const late = await owner.invite("rep");
    clockAheadMs += 11 * minutes;
    await tryToJoin(page, late);
    await expectTold(page, "This code has expired");
    expect((await owner.listDevices()).map(({ name }) => name)).toEqual(["Office", "Somebody faster"]);
  });

  test("a server that does not answer, and one that is not ours: told, kept, and the same button works later", async ({
    page,
  }) => {
    const owner = await startWorkspaceAt(server.url);
    const code = await owner.invite("rep");
    await page.goto(`${proxy.url}/join#${code}`);
    await page.getByLabel("Name of this device").fill("Van 3");
    proxy.cut();
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await expectTold(page, "The server does not answer");
    proxy.heal();
    behind = portal.port;
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await expectTold(page, "Wi-Fi wants a sign-in");
    await expect(page.getByLabel("Name of this device")).toHaveValue("Van 3");
    behind = Number(new URL(server.url).port);
    proxy.cut();
    proxy.heal();
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Orders", exact: true })).toBeVisible();
    expect((await owner.listDevices()).map(({ name }) => name)).toEqual(["Office", "Van 3"]);
  });

  test("access taken back while work is pending: told, the work kept, and sent after joining again", async ({
    browser,
  }) => {
    const [ownerContext, repContext] = [await browser.newContext(), await browser.newContext()];
    const [owner, rep] = [await ownerContext.newPage(), await repContext.newPage()];
    await startBusiness(owner, server.url);
    await addSampleCatalogue(owner, server.url);
    await joinByLink(rep, (await makeInvite(owner, server.url)).replace(server.url, proxy.url), "Van 1");
    await keepForOffline(rep);
    await loseNetwork(proxy, repContext);
    const order = await beginOrder(rep, ["Espresso", "Sea Salt"]);
    await placeOrder(rep, order.number);

    await owner.goto(`${server.url}/devices`);
    await owner.getByRole("button", { name: "Take access back: Van 1" }).click();
    await owner
      .getByRole("dialog")
      .or(owner.getByRole("alertdialog"))
      .getByRole("button", { name: "Take access back" })
      .click();
    await expect(owner.getByText("Access taken back").first()).toBeVisible();

    await regainNetwork(proxy, repContext);
    await expect(syncBar(rep)).toContainText("Access was taken back");
    await rep.goto(`${proxy.url}/outbox`);
    await expect(rep.getByText("All that was saved here is kept", { exact: false })).toBeVisible();
    await expect(rep.getByRole("link", { name: new RegExp(`${order.number}\\b`) }).first()).toBeVisible();
    const kept = await readBooks(rep);
    expect(faultsOfBooks(kept)).toEqual([]);
    expect(kept.outbox).toHaveLength(4);

    const invite = await makeInvite(owner, server.url);
    await rep.getByRole("link", { name: "Join again with an invite" }).click();
    await rep.getByLabel("Invite code").fill(invite.replace(server.url, proxy.url));
    await rep.getByLabel("Name of this device").fill("Van 1 again");
    await rep.getByRole("button", { name: "Join", exact: true }).click();
    await expectAllSent(rep);
    await owner.goto(`${server.url}/orders/${order.id}`);
    await expect(owner.getByRole("heading", { name: `Order ${order.number}` })).toBeVisible();
    await expect(owner.getByText("Placed", { exact: true }).first()).toBeVisible();
    const after = await readBooks(rep);
    expect(after.orders).toMatchObject([{ number: order.number, status: "placed" }]);
    await ownerContext.close();
    await repContext.close();
  });

  async function tryToJoin(page: Page, code: string): Promise<void> {
    // The same screen under another fragment would not load again.
    await page.goto("about:blank");
    await page.goto(`${proxy.url}/join#${code}`);
    await page.getByLabel("Name of this device").fill("Van 2");
    await page.getByRole("button", { name: "Join", exact: true }).click();
  }
});

/** What went wrong is told as an alert, and the form is still there. */
async function expectTold(page: Page, title: string): Promise<void> {
  await expect(page.getByRole("alert")).toContainText(title);
  await expect(page.getByLabel("Name of this device")).toBeVisible();
}
