import { type Browser, type BrowserContext, expect, type Page, test } from "@playwright/test";
import {
  addSampleCatalogue,
  beginOrder,
  keepForOffline,
  makeInvite,
  startBusiness,
} from "../support/as-a-rep.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

const iphone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1";

/** A page that says that it is an iPhone's; with `standalone`, of an app on its home screen, which can share files. */
async function anIphone(browser: Browser, standalone: boolean): Promise<readonly [BrowserContext, Page]> {
  const context = await browser.newContext({ userAgent: iphone });
  await context.addInitScript((inApp) => {
    const shared: string[] = [];
    Object.assign(window, { docketShared: shared });
    Object.defineProperty(navigator, "standalone", { value: inApp });
    Object.defineProperty(navigator, "canShare", { value: () => true });
    Object.defineProperty(navigator, "share", {
      value: async ({ files }: ShareData) => void shared.push(...(files ?? []).map(({ name }) => name)),
    });
  }, standalone);
  return [context, await context.newPage()];
}

const installFirst = "Add Docket to the home screen first, then go on there";

test.describe("on an iPhone", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("a tab says to install first, an app joins by the pasted link, and another server's link is told", async ({
    browser,
    page,
  }) => {
    await startBusiness(page, docket.url);
    const link = await makeInvite(page, docket.url);
    await expect(page.getByText(installFirst)).toHaveCount(0);

    const [tab, inTab] = await anIphone(browser, false);
    for (const path of ["/join", "/start", "/begin"]) {
      await inTab.goto(`${docket.url}${path}`);
      await expect(inTab.getByText(installFirst)).toBeVisible();
    }
    await tab.close();

    const [app, inApp] = await anIphone(browser, true);
    await inApp.goto(`${docket.url}/join`);
    await expect(inApp.getByRole("button", { name: "Join", exact: true })).toBeVisible();
    await expect(inApp.getByText(installFirst)).toHaveCount(0);
    const code = inApp.getByLabel("Invite code");
    await code.fill(link.replace(docket.url, "https://other.example.com"));
    await expect(
      inApp.getByText("belongs to another server, https://other.example.com.", { exact: false }),
    ).toBeVisible();
    await code.fill(`Join here: ${link.toLowerCase().replace("#", " #")} until noon`);
    await expect(code).toHaveValue(link.slice(link.indexOf("#") + 1).toLowerCase());
    await inApp.getByLabel("Name of this device").fill("Tom's phone");
    await inApp.getByRole("button", { name: "Join", exact: true }).click();
    await expect(inApp.getByRole("heading", { name: "Orders", exact: true })).toBeVisible();

    // A file is shared: a download would show it with no way back.
    await inApp.goto(`${docket.url}/settings`);
    await inApp.getByRole("button", { name: "Save a copy of everything" }).click();
    await expect(inApp.getByText("Saved as a file.", { exact: false }).first()).toBeVisible();
    const shared = await inApp.evaluate(() => Reflect.get(window, "docketShared") as string[]);
    expect(shared).toEqual([expect.stringMatching(/^docket-.*\.jsonl$/)]);
    await app.close();
  });

  test("a tab says how long it keeps what waits, in the bar, in the outbox and in Settings", async ({
    browser,
  }) => {
    const other = await startDocket();
    const [tab, page] = await anIphone(browser, false);
    await startBusiness(page, other.url);
    await addSampleCatalogue(page, other.url);
    await keepForOffline(page);
    await tab.setOffline(true);
    await beginOrder(page, ["Plum Jam"]);
    await expect(page.getByText("open Docket again within 7 days", { exact: false })).toBeVisible();
    await page.locator(".sync-bar").click();
    await expect(page.getByText("Open Docket again within seven days")).toBeVisible();
    await tab.setOffline(false);
    await page.goto(`${other.url}/settings`);
    await expect(page.getByText("after seven days of use without a visit", { exact: false })).toBeVisible();
    await tab.close();
    await other.stop();
  });
});
