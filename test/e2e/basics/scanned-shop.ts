import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { testDevice } from "../../programs/screens/fill-workspace.ts";
import { startBusiness } from "../../support/as-a-rep.ts";
import { fillByDevice } from "../../support/fill-by-device.ts";
import { connectScanner, type Scanner } from "../../support/scanner.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";
import { cards, codes, productCodes, type Spot } from "./scan-spots.ts";

/** A business, a page of it with a scanner, and what a scan could change there; made for all tests of a group. */
export function useScannedShop() {
  let docket: RunningDocket;
  let context: BrowserContext;
  let page: Page;
  let scanner: Scanner;
  test.beforeAll(async ({ browser }) => {
    docket = await startDocket();
    context = await browser.newContext({ ...testDevice, viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    await startBusiness(page, docket.url);
    await fillByDevice(page, docket.url, {
      products: [
        { sku: "HAM", name: "Hammer" },
        { sku: "TEA-01", name: "Breakfast tea", barcodes: [codes.known] },
        { sku: "GIN-A", name: "Dry gin", barcodes: [codes.ambiguous] },
        { sku: "GIN-B", name: "Old gin", barcodes: [codes.ambiguous] },
        { sku: "SOAP", name: "Old soap", barcodes: [productCodes.archived], archived: true },
        { sku: "ZINC", name: "Zinc bucket" },
      ],
      customers: [
        { code: cards.known, company: "Old Mill" },
        { code: "20000", company: "Annexe" },
        { code: cards.ambiguous, company: "Twin Mill" },
        { code: cards.ambiguous, company: "Twin Mill Shop" },
        { code: cards.archived, company: "Closed Mill", archived: true },
      ],
    });
    scanner = await connectScanner(page);
  });
  test.afterAll(async () => {
    await context.close();
    await docket.stop();
  });

  /** All that a scan could change: goods, notes, the address, what is typed, chosen and open. */
  const look = () =>
    page.evaluate(() => {
      const texts = (selector: string) =>
        [...document.querySelectorAll(selector)].map((element) => element.textContent);
      const fields = [...document.querySelectorAll("input, textarea, select")] as HTMLInputElement[];
      return {
        lines: Object.fromEntries(
          [...document.querySelectorAll(".line")].map((line) => [
            line.querySelector(".line-text .strong")?.textContent ?? "",
            Number(line.querySelector(".line-quantity")?.textContent),
          ]),
        ),
        notes: Object.fromEntries(
          [...document.querySelectorAll(".scan-note")].map((note) => [
            note.querySelector("code")?.textContent ?? "",
            Number(/scanned (\d+) times/.exec(note.textContent)?.[1] ?? 1),
          ]),
        ),
        written: texts(".stock-row"),
        address: location.pathname,
        status: texts(".page-header .chip"),
        customer: texts(".customer-name"),
        chosen: texts("[aria-pressed=true], [aria-checked=true]"),
        dialogs: texts("dialog[open] h2"),
        fields: fields.map((field) =>
          field.type === "checkbox" || field.type === "radio" ? field.checked : field.value,
        ),
      };
    });
  const goTo = ({ find, typed }: Spot) =>
    find(page).evaluate((found: HTMLElement, text) => {
      const isText =
        found instanceof HTMLTextAreaElement || (found instanceof HTMLInputElement && found.type === "text");
      if (isText) {
        found.focus();
        found.value = text;
        found.dispatchEvent(new InputEvent("input", { bubbles: true }));
        found.setSelectionRange(Math.min(1, text.length), Math.min(1, text.length));
      } else if (found.tabIndex < 0 && !found.hasAttribute("tabindex")) {
        // A page and its content take no focus: that is what a tap on nothing leaves.
        (document.activeElement as HTMLElement | null)?.blur();
      } else {
        found.focus({ preventScroll: true });
      }
    }, typed ?? "");
  const caret = () =>
    page.evaluate(() => {
      const { activeElement: field } = document;
      return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
        ? [field.value, field.selectionStart, field.selectionEnd]
        : undefined;
    });
  /** Closes the message that says this, and nothing else. */
  const closeTold = async (text: string, what: string) => {
    const told = page.locator(".toast").filter({ hasText: text });
    await expect(told, what).toHaveCount(1);
    await told.getByRole("button", { name: "Close" }).click();
    await expect(page.locator(".toast")).toHaveCount(0);
  };
  return { page: () => page, scanner: () => scanner, url: () => docket.url, look, goTo, caret, closeTold };
}

/** All that a scan could change, as it was at a moment. */
export type Seen = Awaited<ReturnType<ReturnType<typeof useScannedShop>["look"]>>;
