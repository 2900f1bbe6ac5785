import { expect, type Page, test } from "@playwright/test";
import {
  addLine,
  addSampleCatalogue,
  beginOrder,
  expectAllSent,
  linesOf,
  startBusiness,
} from "../support/as-a-rep.ts";
import { fired } from "../support/fired.ts";
import { faultsOfBooks, readBooks } from "../support/read-books.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

test.describe("storage", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  for (const way of ["throws", "fails later"] as const) {
    test(`that the browser refuses (opening it ${way}) is explained, with what to do`, async ({ page }) => {
      await page.addInitScript((throws) => {
        const refused = () => new DOMException("The operation is insecure.", "SecurityError");
        IDBFactory.prototype.open = () => {
          if (throws) throw refused();
          const request = new EventTarget() as IDBOpenDBRequest;
          Object.defineProperty(request, "error", { value: refused() });
          setTimeout(() => {
            const event = new Event("error", { cancelable: true });
            request.dispatchEvent(event);
            request.onerror?.call(request, event);
          });
          return request;
        };
      }, way === "throws");
      await page.goto(`${docket.url}/orders`);
      await expect(
        page.getByRole("heading", { name: "This browser does not let Docket save anything" }),
      ).toBeVisible();
      await expect(page.getByText("open Docket in a normal window", { exact: false })).toBeVisible();
      await expect(page.getByText("Saved", { exact: false })).toHaveCount(0);
    });
  }

  test("that has lost the orders and kept the rest is told, and the device can begin again", async ({
    page,
  }) => {
    await startBusiness(page, docket.url);
    await page.evaluate(async () => {
      const databases = await indexedDB.databases();
      const names = databases.map(({ name }) => name ?? "").filter((name) => name !== "docket");
      for (const name of names) indexedDB.deleteDatabase(name);
    });
    for (let start = 0; start < 2; start += 1) {
      await page.goto(`${docket.url}/orders`);
      await expect(
        page.getByRole("heading", { name: "This browser has lost what was kept here" }),
      ).toBeVisible();
    }
    await page.getByRole("button", { name: "Begin again on this device" }).click();
    await expect(page.getByRole("link", { name: /^Join your business/ })).toBeVisible();
  });

  test("that is full: nothing is shown as saved, what was typed stays, and it is saved once there is room", async ({
    context,
    page,
  }) => {
    await startBusiness(page, docket.url);
    await addSampleCatalogue(page, docket.url);
    const order = await beginOrder(page, ["Plum Jam"]);
    await expectAllSent(page);
    const before = await readBooks(page);
    const devtools = await context.newCDPSession(page);
    const origin = docket.url;

    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
    // Chromium asks for the quota again after half a minute at the latest.
    await expect.poll(() => mayWrite(page), { timeout: 60_000 }).toBe("QuotaExceededError");
    fired(4, import.meta.url);
    await page.getByRole("listitem").getByRole("button", { name: "Sea Salt" }).first().click();
    const told = page.getByText("Not saved: this device's storage is full.", { exact: false });
    await expect(told.first()).toBeVisible();
    await expect(linesOf(page)).toHaveCount(1);
    await page.goto(`${docket.url}/customers/new`);
    await page.getByLabel("Company or name").fill("Quayside Kiosk");
    await page.getByLabel("Contact").fill("Ada Brandt");
    await page.getByRole("button", { name: /^Save/ }).click();
    await expect(told.first()).toBeVisible();
    await expect(page.getByLabel("Company or name")).toHaveValue("Quayside Kiosk");
    await expect(page.getByLabel("Contact")).toHaveValue("Ada Brandt");
    const full = await readBooks(page);
    expect(full.counters).toEqual(before.counters);
    expect(full.ledger.created).toBe(before.ledger.created);
    expect(faultsOfBooks(full)).toEqual([]);

    await devtools.send("Storage.overrideQuotaForOrigin", { origin });
    await expect.poll(() => mayWrite(page), { timeout: 60_000 }).toBe("yes");
    await page.getByRole("button", { name: /^Save/ }).click();
    await expect(page.getByRole("heading", { name: "Quayside Kiosk" })).toBeVisible();
    await page.goto(`${docket.url}/orders/${order.id}`);
    await addLine(page, "Sea Salt");
    await expectAllSent(page);
    expect(faultsOfBooks(await readBooks(page))).toEqual([]);
  });
});

/** Whether the browser lets this origin write, tried in a database beside the app's: "yes", or the error's name. */
function mayWrite(page: Page): Promise<string> {
  return page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const opening = indexedDB.open("docket-test-probe", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("probe");
        opening.onerror = () => resolve(opening.error?.name ?? "");
        opening.onsuccess = () => {
          const db = opening.result;
          const writing = db.transaction("probe", "readwrite");
          writing.objectStore("probe").put("x".repeat(1_000), 1);
          writing.oncomplete = () => resolve("yes");
          writing.onabort = () => resolve(writing.error?.name ?? "");
          writing.addEventListener("complete", () => db.close());
          writing.addEventListener("abort", () => db.close());
        };
      }),
  );
}
