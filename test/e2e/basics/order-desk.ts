import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { testDevice } from "../../programs/screens/fill-workspace.ts";
import { startBusiness } from "../../support/as-a-rep.ts";
import { type Filling, fillByDevice } from "../../support/fill-by-device.ts";
import { connectScanner, type Scanner } from "../../support/scanner.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";

export const tea = "4006381333931";
export const coffee = "5000112637922";
export const gin = "5012345678900";
export const unknown = "9999999999994";

const filling: Filling = {
  products: [
    { sku: "HAM", name: "Hammer", priceMinor: 900 },
    { sku: "TEA-01", name: "Breakfast tea", priceMinor: 350, barcodes: [tea] },
    { sku: "COF-01", name: "Filter coffee", priceMinor: 450, barcodes: [coffee] },
    { sku: "GIN-A", name: "Dry gin", priceMinor: 2_000, barcodes: [gin] },
    { sku: "GIN-B", name: "Old gin", priceMinor: 3_000, barcodes: [gin] },
    { sku: "CAFE-1", name: "House blend", priceMinor: 500 },
    { sku: "CAFÉ-1", name: "French press", priceMinor: 2_900, minQuantity: 6, stepQuantity: 6 },
    { sku: "M2-1", name: "Emm two", priceMinor: 100 },
    { sku: "M²-1", name: "Floor per square metre", priceMinor: 4_000 },
    { sku: "SOUP", name: "Soup tin", priceMinor: 120, barcodes: ["036000291452"] },
    { sku: "RARE", name: "Rare vinegar", priceMinor: 700, onHand: 8 },
  ],
  customers: [
    { code: "10407", company: "Old Mill" },
    { code: "10408", company: "Old Mill Annexe" },
  ],
};

/** A business, a page of it with a scanner where each test begins at a new order, and what is looked at there. */
export function useOrderDesk() {
  let docket: RunningDocket;
  let context: BrowserContext;
  let page: Page;
  let scanner: Scanner;
  test.beforeAll(async ({ browser }) => {
    docket = await startDocket();
    context = await browser.newContext({ ...testDevice, viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    await page.addInitScript(() => {
      const heard: number[] = [];
      const Oscillator = window.OscillatorNode;
      window.OscillatorNode = class extends Oscillator {
        constructor(sound: BaseAudioContext, options?: OscillatorOptions) {
          super(sound, options);
          heard.push(options?.frequency ?? 0);
        }
      };
      Object.assign(window, { heard });
    });
    await startBusiness(page, docket.url);
    await fillByDevice(page, docket.url, filling);
    scanner = await connectScanner(page);
  });
  test.afterAll(async () => {
    await context.close();
    await docket.stop();
  });
  test.beforeEach(async () => {
    await goTo("New order");
    await expect(page.getByRole("heading", { name: "New order" })).toBeVisible();
    await expect(tile("Hammer")).toBeVisible();
  });

  const goTo = (name: string) =>
    page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
  const tile = (name: string) => page.locator(".tile").filter({ hasText: name });
  const entry = () => page.getByRole("combobox", { name: "Add a product" });
  const customer = () => page.getByRole("combobox", { name: "Customer" });
  const dialog = () => page.getByRole("dialog");
  const place = () => page.getByRole("button", { name: /^Place order/ });
  const status = () => page.locator(".page-header .chip");
  const notes = () => page.locator(".scan-notes");
  const toasts = () => page.locator(".toasts");
  const editLine = (name: string) => page.getByRole("button", { name: new RegExp(`Change ${name}$`) });
  /** Waits until the order has exactly these goods: how many by name. */
  const expectLines = (wanted: Readonly<Record<string, number>>) =>
    expect
      .poll(async () =>
        Object.fromEntries(
          await page
            .locator(".line")
            .evaluateAll((lines) =>
              lines.map((line) => [
                line.querySelector(".line-text .strong")?.textContent ?? "",
                Number(line.querySelector(".line-quantity")?.textContent?.replace(/\D/g, "")),
              ]),
            ),
        ),
      )
      .toEqual(wanted);
  const enter = async (text: string) => {
    await entry().fill(text);
    await entry().press("Enter");
  };

  return {
    page: () => page,
    scanner: () => scanner,
    url: () => docket.url,
    goTo,
    tile,
    entry,
    customer,
    dialog,
    place,
    status,
    notes,
    toasts,
    editLine,
    expectLines,
    enter,
  };
}
