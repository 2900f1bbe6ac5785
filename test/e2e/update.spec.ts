import { expect, type Page, test } from "@playwright/test";
import { type AlteringServer, startAlteringServer } from "../support/altering-server.ts";
import {
  addLine,
  addSampleCatalogue,
  beginOrder,
  expectAllSent,
  keepForOffline,
  linesOf,
  startBusiness,
} from "../support/as-a-rep.ts";
import { fired } from "../support/fired.ts";
import { readBooks } from "../support/read-books.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

test.describe("an update of the app", () => {
  let docket: RunningDocket;
  let builds: AlteringServer;
  test.beforeAll(async () => {
    docket = await startDocket();
    builds = await startAlteringServer(docket.url);
  });
  test.afterAll(async () => {
    await builds.stop();
    await docket.stop();
  });

  test("waits until somebody agrees, and never interrupts an order", async ({ context, page }) => {
    await startBusiness(page, builds.url);
    await addSampleCatalogue(page, builds.url);
    await keepForOffline(page);
    const other = await context.newPage();
    await other.goto(`${builds.url}/customers`);
    await expect(other.getByRole("heading", { name: "Customers" })).toBeVisible();
    await page.bringToFront();
    // A tab that was there before the first worker came has no update: both are opened under it.
    await page.goto(`${builds.url}/orders`);
    for (const tab of [page, other]) await mark(tab);
    const order = await beginOrder(page, ["Plum Jam"]);
    const running = await workerOf(page);

    builds.addTo("/service-worker.js", "\n// another build\n");
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect.poll(() => isWaiting(page)).toBe(true);
    await expect(other.getByText("An update is ready")).toBeVisible();

    // What is taken from now on is still to be sent when the update comes.
    await context.setOffline(true);
    // The order goes on: no prompt over it, nothing reloaded, the old worker still in charge.
    await addLine(page, "Sea Salt");
    await expect(page.getByText("An update is ready")).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Update now" })).toHaveCount(0);
    expect(await isMarked(page)).toBe(true);
    expect(await workerOf(page)).toBe(running);

    await page.getByRole("link", { name: "All orders" }).click();
    await expect(page.getByText("An update is ready")).toBeVisible();
    expect(await isMarked(page)).toBe(true);
    await page.getByRole("button", { name: "Update now" }).click();
    await expect.poll(() => isMarked(page)).toBe(false);
    await expect.poll(() => isWaiting(page)).toBe(false);
    await page.getByRole("link", { name: new RegExp(`${order.number}\\b`) }).click();
    await expect(linesOf(page)).toHaveCount(2);
    expect((await readBooks(page)).outbox.map(({ state }) => state)).toEqual(["pending"]);
    fired(35, import.meta.url);
    await context.setOffline(false);
    await expectAllSent(page);
    await expect(linesOf(page)).toHaveCount(2);

    // The other tab is told, and not reloaded under anybody's hands.
    await expect(other.getByText("Docket was updated in another tab")).toBeVisible();
    expect(await isMarked(other)).toBe(true);
    await other.getByRole("button", { name: "Reload" }).click();
    await expect.poll(() => isMarked(other)).toBe(false);
    await expect(other.getByRole("heading", { name: "Customers" })).toBeVisible();
  });

  test("is found when the app is seen again, and loaded where nobody tells that the new worker is in charge", async ({
    page,
  }) => {
    const own = await startDocket();
    const newer = await startAlteringServer(own.url);
    await page.addInitScript(() => {
      navigator.serviceWorker.addEventListener("controllerchange", (event) =>
        event.stopImmediatePropagation(),
      );
      // The browser looks too, a moment after each loading: what counts here is what the app asks for.
      Object.assign(window, { docketLooks: 0 });
      const { update } = ServiceWorkerRegistration.prototype;
      ServiceWorkerRegistration.prototype.update = function counted() {
        Object.assign(window, { docketLooks: Reflect.get(window, "docketLooks") + 1 });
        return update.call(this);
      };
    });
    await startBusiness(page, newer.url);
    await keepForOffline(page);
    await page.goto(`${newer.url}/orders`);
    await mark(page);
    newer.addTo("/service-worker.js", "\n// another build\n");
    const seeAgain = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    const looks = () => page.evaluate(() => Reflect.get(window, "docketLooks"));
    await seeAgain();
    expect(await looks()).toBe(0);
    await page.evaluate(() => {
      const now = Date.now();
      Date.now = () => now + 11 * 60_000;
    });
    await seeAgain();
    expect(await looks()).toBe(1);
    await expect(page.getByText("An update is ready")).toBeVisible();
    await page.getByRole("button", { name: "Update now" }).click();
    await expect.poll(() => isMarked(page)).toBe(false);
    await expect(page.getByRole("heading", { name: "Orders", exact: true })).toBeVisible();
    await newer.stop();
    await own.stop();
  });
});

/** Marks the page as it is: a reload would take the mark away. */
function mark(page: Page): Promise<void> {
  return page.evaluate(() => {
    Object.assign(window, { docketMark: true });
  });
}

function isMarked(page: Page): Promise<boolean> {
  return page.evaluate(() => "docketMark" in window).catch(() => true);
}

function isWaiting(page: Page): Promise<boolean> {
  return page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting !== null);
}

/** Which worker serves the page, by the moment at which the page first asked about it. */
function workerOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const worker = navigator.serviceWorker.controller as (ServiceWorker & { docketName?: string }) | null;
    if (worker === null) return "none";
    worker.docketName ??= String(performance.now());
    return worker.docketName;
  });
}
