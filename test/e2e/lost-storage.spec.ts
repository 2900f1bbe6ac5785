import { expect, type Locator, type Page, test } from "@playwright/test";
import {
  addLine,
  addSampleCatalogue,
  beginOrder,
  expectAllSent,
  linesOf,
  startBusiness,
} from "../support/as-a-rep.ts";
import { faultsOfBooks, readBooks } from "../support/read-books.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

test.describe("the storage of a page", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("that is lost is told at the next tap, the page loads again, and what was typed is still there", async ({
    page,
  }) => {
    await keepConnections(page);
    await startBusiness(page, docket.url);
    await addSampleCatalogue(page, docket.url);
    await beginOrder(page, ["Plum Jam"]);
    await mark(page);
    await page.getByRole("combobox").first().fill("12*sea");
    // At the same moment: a little later the page has found it out itself, and covers what could be tapped.
    await loseStorage(page, page.getByRole("listitem").getByRole("button", { name: "Sea Salt" }).first());
    await expect(lostNotice(page)).toBeVisible();
    await expect(page.getByText("Nothing that was saved is lost.", { exact: false })).toBeVisible();
    await expect.poll(() => isMarked(page)).toBe(false);
    await expect(linesOf(page)).toHaveCount(1);
    await expect(page.getByRole("combobox").first()).toHaveValue("12*sea");
    await addLine(page, "Sea Salt");
    await expectAllSent(page);
    expect(faultsOfBooks(await readBooks(page))).toEqual([]);
  });

  test("that is lost at Enter gives the entry line back what it could not add", async ({ page }) => {
    await keepConnections(page);
    await startBusiness(page, docket.url);
    await addSampleCatalogue(page, docket.url);
    await beginOrder(page, ["Plum Jam"]);
    await mark(page);
    const entry = page.getByRole("combobox").first();
    await entry.fill("12*sea salt");
    await loseStorage(page, entry);
    await expect(lostNotice(page)).toBeVisible();
    await expect.poll(() => isMarked(page)).toBe(false);
    await expect(linesOf(page)).toHaveCount(1);
    await expect(entry).toHaveValue("12*sea salt");
    await entry.press("Enter");
    await expect(linesOf(page).filter({ hasText: "Sea Salt" })).toContainText("12");
    await expect(entry).toHaveValue("");
  });

  test("that is lost is found when the page is seen again, before anybody taps", async ({ page }) => {
    await keepConnections(page);
    await startBusiness(page, docket.url);
    await mark(page);
    await loseStorage(page);
    await seeAgain(page);
    await expect(lostNotice(page)).toBeVisible();
    await expect.poll(() => isMarked(page)).toBe(false);
    await expect(page.getByRole("heading", { name: "Orders", exact: true })).toBeVisible();
    await expect(lostNotice(page)).toHaveCount(0);
  });

  test("that is lost takes nobody's half-written form away", async ({ page }) => {
    await keepConnections(page);
    await startBusiness(page, docket.url);
    await page.goto(`${docket.url}/customers/new`);
    await page.getByLabel("Company or name").fill("Quayside Kiosk");
    await loseStorage(page);
    await seeAgain(page);
    await expect(lostNotice(page)).toBeVisible();
    await page.getByRole("button", { name: "Show what I typed" }).click();
    await expect(lostNotice(page)).toHaveCount(0);
    await expect(page.getByLabel("Company or name")).toHaveValue("Quayside Kiosk");
    await page.getByRole("button", { name: /^Save/ }).click();
    await expect(page.getByText("Not saved: the browser could not write.", { exact: false })).toHaveCount(2);
  });

  test("that is lost again after each loading does not make the page load for ever", async ({ page }) => {
    await keepConnections(page);
    await startBusiness(page, docket.url);
    await page.addInitScript(() => {
      sessionStorage.setItem("loads", String(Number(sessionStorage.getItem("loads") ?? 0) + 1));
    });
    await page.goto(`${docket.url}/orders`);
    for (const loads of ["1", "2", "3"]) {
      await expect.poll(() => loadsOf(page)).toBe(loads);
      await expect(page.getByRole("heading", { name: "Orders", exact: true })).toBeVisible();
      await loseStorage(page);
      await seeAgain(page);
      await expect(lostNotice(page)).toBeVisible();
    }
    await expect(page.getByText("Loading again has not helped so far", { exact: false })).toBeVisible();
    await page.getByRole("button", { name: "Reload" }).click();
    await expect.poll(() => loadsOf(page)).toBe("4");
  });

  test("that another window holds is told after a while, and opens once it is free", async ({
    context,
    page,
  }) => {
    await startBusiness(page, docket.url);
    await page.goto(`${docket.url}/healthz`);
    await page.evaluate(async () => {
      const found = (await indexedDB.databases()).find(({ name }) => name?.startsWith("docket-"));
      const opening = indexedDB.open(found?.name ?? "");
      await new Promise((resolve) => {
        opening.onsuccess = resolve;
      });
      const meta = opening.result.transaction("meta", "readwrite").objectStore("meta");
      const hold = () => {
        if (!("released" in window)) meta.get("identity").onsuccess = hold;
      };
      hold();
    });
    const other = await context.newPage();
    await other.goto(`${docket.url}/orders`);
    await expect(other.getByRole("heading", { name: "storage does not answer yet" })).toBeVisible();
    await expect(other.getByRole("button", { name: "Try again" })).toBeVisible();
    await page.evaluate(() => Object.assign(window, { released: true }));
    await expect(other.getByRole("heading", { name: "Orders", exact: true })).toBeVisible();
  });

  test("is released by a page that is left in the middle of a write, and a page that comes back loads again", async ({
    context,
    page,
  }) => {
    await startBusiness(page, docket.url);
    await addSampleCatalogue(page, docket.url);
    await beginOrder(page, ["Plum Jam"]);
    await expectAllSent(page);
    const before = await readBooks(page);
    await mark(page);
    // A write that does not come to its end, as in a page that the browser stops in the middle of one.
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function held(this: IDBObjectStore, ...wanted: Parameters<typeof put>) {
        const hold = () => {
          try {
            this.getKey("none").onsuccess = hold;
          } catch {
            Object.assign(window, { ended: true });
          }
        };
        hold();
        return put.apply(this, wanted);
      };
    });
    await page.getByRole("listitem").getByRole("button", { name: "Sea Salt" }).first().click();
    const other = await context.newPage();
    await other.goto(`${docket.url}/orders`);
    await expect(other.getByRole("heading", { name: "storage does not answer yet" })).toBeVisible();
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
    await expect(other.getByRole("heading", { name: "Orders", exact: true })).toBeVisible();
    await expectAllSent(other);
    const after = await readBooks(other);
    expect(after.counters).toEqual(before.counters);
    expect(faultsOfBooks(after)).toEqual([]);
    const held = await page.evaluate(async () => (await navigator.locks.query()).held?.length);
    expect(held).toBe(1);

    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
    await expect.poll(() => isMarked(page)).toBe(false);
    await expect(linesOf(page)).toHaveCount(1);
    await addLine(page, "Sea Salt");
  });
});

test.describe("a mistake of ours", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("in what a tap asks for is said in words, and noted without what somebody typed", async ({ page }) => {
    await startBusiness(page, docket.url);
    await page.goto(`${docket.url}/customers/new`);
    await page.getByLabel("Company or name").fill("Quayside Kiosk");
    await page.evaluate(() => {
      crypto.getRandomValues = () => {
        throw new Error("expected no Quayside Kiosk");
      };
    });
    await page.getByRole("button", { name: /^Save/ }).click();
    await expect(
      page.getByText("Something went wrong in Docket, and this may not be saved.", { exact: false }).first(),
    ).toBeVisible();
    await expect(page.getByLabel("Company or name")).toHaveValue("Quayside Kiosk");
    const noted = await page.evaluate(() => sessionStorage.getItem("docket-faults") ?? "");
    expect(JSON.parse(noted)).toEqual([
      { at: expect.any(String), name: "Error", acted: true, frames: expect.any(Array) },
    ]);
    expect(noted).not.toContain("Kiosk");
    // The next try works.
    await page.evaluate(() => {
      Reflect.deleteProperty(crypto, "getRandomValues");
    });
    await page.getByRole("button", { name: /^Save/ }).click();
    await expect(page.getByRole("heading", { name: "Quayside Kiosk" })).toBeVisible();
  });
});

function lostNotice(page: Page) {
  return page.getByRole("alertdialog", { name: "The connection to this device's storage is lost" });
}

interface Connections {
  readonly docketConnections: readonly IDBDatabase[];
}

/** Keeps hold of the connections that the page opens. To be called before it does. */
function keepConnections(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const docketConnections: IDBDatabase[] = [];
    Object.assign(window, { docketConnections });
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function noted(...wanted: Parameters<typeof open>) {
      const request = open.apply(this, wanted);
      request.addEventListener("success", () => docketConnections.push(request.result));
      return request;
    };
  });
}

/** What WebKit does to a page whose database server has ended: no transaction, and no new connection either. */
async function loseStorage(page: Page, tap?: Locator): Promise<void> {
  await page.evaluate(
    (tapped) => {
      const lost = () =>
        new DOMException(
          "Connection to Indexed Database server lost. Refresh the page to try again",
          "UnknownError",
        );
      for (const connection of (window as unknown as Connections).docketConnections) connection.close();
      IDBFactory.prototype.open = () => {
        const request = new EventTarget() as IDBOpenDBRequest;
        Object.defineProperty(request, "error", { value: lost() });
        setTimeout(() => {
          const event = new Event("error", { cancelable: true });
          request.dispatchEvent(event);
          request.onerror?.call(request, event);
        });
        return request;
      };
      const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
      if (tapped instanceof HTMLInputElement) tapped.dispatchEvent(enter);
      else if (tapped instanceof HTMLElement) tapped.click();
    },
    await tap?.elementHandle(),
  );
}

function seeAgain(page: Page): Promise<boolean> {
  return page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
}

function loadsOf(page: Page): Promise<string | null> {
  return page.evaluate(() => sessionStorage.getItem("loads")).catch(() => null);
}

/** Marks the page as it is: a reload would take the mark away. */
function mark(page: Page): Promise<void> {
  return page.evaluate(() => {
    Object.assign(window, { docketMark: true });
  });
}

function isMarked(page: Page): Promise<boolean> {
  return page.evaluate(() => "docketMark" in window).catch(() => true);
}
