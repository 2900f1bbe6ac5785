import { expect, type Page, test } from "@playwright/test";
import { joinByLink, makeInvite } from "../../support/as-a-rep.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";
import { fillWorkspace, openScreen, placeOrder, testDevice, writeOrder } from "./fill-workspace.ts";

const devices = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1440, height: 900 },
} as const;
const themes = ["light", "dark"] as const;

/** Takes a picture of a screen on phone and desktop, light and dark. */
async function take(page: Page, name: string, prepare: () => Promise<void>): Promise<void> {
  for (const [device, viewport] of Object.entries(devices)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await prepare();
      await page.screenshot({ path: `screens/${device}-${colorScheme}/${name}.png`, fullPage: true });
    }
  }
}

// By its name it runs after `screens.spec.ts`, which empties the folder.
test.describe("pictures of what rarely happens", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("to a device whose access was taken back, and to what the server does not take", async ({
    browser,
  }) => {
    const { page: owner, context: office } = await fillWorkspace(browser, docket.url);
    const context = await browser.newContext({ ...testDevice, viewport: devices.desktop });
    const page = await context.newPage();
    await joinByLink(page, await makeInvite(owner, docket.url, "Sales"), "Van 1");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await context.setOffline(true);
    await writeOrder(page, docket.url, "old mill", ["6*plum jam", "2*lemonade"]);
    await placeOrder(page);
    await writeOrder(page, docket.url, "harbour", ["12*tonic"]);
    await placeOrder(page);
    await owner.goto(`${docket.url}/devices`);
    await owner.getByRole("button", { name: "Take access back: Van 1" }).click();
    await owner
      .getByRole("dialog")
      .or(owner.getByRole("alertdialog"))
      .getByRole("button", { name: "Take access back" })
      .click();
    await expect(owner.getByText("Access taken back").first()).toBeVisible();
    await context.setOffline(false);
    await expect(page.locator(".sync-bar")).toContainText("Access was taken back");
    await take(page, "revoked", () => openScreen(page, `${docket.url}/outbox`));
    await take(page, "revoked-orders", () => openScreen(page, `${docket.url}/orders`));
    await refuse(page);
    await take(page, "refused", async () => {
      await openScreen(page, `${docket.url}/outbox`);
      await expect(page.locator(".outbox-item[data-state=parked]").first()).toBeVisible();
    });
    await context.close();
    await office.close();
  });

  test("to a phone of Apple's, in a tab", async ({ browser }) => {
    const userAgent =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
    const context = await browser.newContext({ ...testDevice, userAgent, viewport: devices.phone });
    const page = await context.newPage();
    for (const path of ["join", "start", "begin"]) {
      await take(page, `iphone-${path}`, () => openScreen(page, `${docket.url}/${path}`));
    }
    await context.close();
  });
});

/** Leaves the outbox as a server does that refuses by role and by number, and one that was set back. */
async function refuse(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const done = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const registry = await done(indexedDB.open("docket"));
    const entries = await done(registry.transaction("workspaces").objectStore("workspaces").getAll());
    registry.close();
    const db = await done(indexedDB.open(entries.find(({ current }) => current).database));
    const write = db.transaction(["meta", "outbox", "log", "resupply"], "readwrite");
    const outbox = write.objectStore("outbox");
    const rows = await done(outbox.getAll());
    const places = rows.filter(({ command }) => command.type === "place-order");
    const adds = rows.filter(({ command }) => command.type === "add-line");
    const park = (row: (typeof rows)[number], code: string) =>
      outbox.put({
        ...row,
        state: "parked",
        since: new Date().toISOString(),
        sent: true,
        parked: {
          why: "refused",
          problem: { type: `urn:docket:problem:${code}`, title: code, status: 403, code },
        },
      });
    park(places[0], "number-taken");
    park(adds[adds.length - 1], "not-allowed");
    const segments = await done(write.objectStore("log").getAll());
    const events = segments.flatMap(({ body }) => JSON.parse(body));
    const ofOrder = events.filter(({ stream }) => stream.startsWith("order/"));
    const { value: identity } = await done(write.objectStore("meta").get("identity"));
    const [first] = ofOrder;
    const lost = ofOrder.filter(({ command }: { command: string }) => command === first.command);
    const later = ofOrder.filter(({ type }: { type: string }) => type === "line-added").slice(0, 1);
    for (const [order, group] of [lost, later].entries()) {
      write.objectStore("resupply").put({
        command: group[0].command,
        order,
        state: "refused",
        events: group.map((event: object) => ({ ...event, device: identity.deviceId })),
        problem: {
          type: "urn:docket:problem:rule-broken",
          title: "x",
          status: 409,
          code: order === 0 ? "number-taken" : "rule-broken",
          ...(order === 0 ? {} : { detail: "the order is shipped" }),
        },
      });
    }
    await new Promise((resolve) => (write.oncomplete = resolve));
    db.close();
  });
}
