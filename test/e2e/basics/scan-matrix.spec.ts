import { type BrowserContext, expect, type Locator, type Page, test } from "@playwright/test";
import { testDevice } from "../../programs/screens/fill-workspace.ts";
import { startBusiness } from "../../support/as-a-rep.ts";
import { fillByDevice } from "../../support/fill-by-device.ts";
import { connectScanner, type ScanEnd, type Scanner } from "../../support/scanner.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";

const codes = { known: "4006381333931", unknown: "9999999999994", ambiguous: "5012345678900" } as const;
const ends: readonly ScanEnd[] = ["Enter", "Tab", "nothing"];

/** Somewhere the focus may be when a scan comes, and what may be typed there at that time. */
interface Spot {
  readonly name: string;
  readonly find: (page: Page) => Locator;
  /** Typed there, with the caret behind its first character. */
  readonly typed?: string;
}

const named = (
  role: "button" | "combobox" | "textbox" | "checkbox" | "heading" | "link",
  name: string | RegExp,
) => ({
  name: `${role} ${name}`,
  find: (page: Page) => page.getByRole(role, { name }).first(),
});
const entry = named("combobox", "Add a product");
const customer = named("combobox", "Customer");
const orderSpots: readonly Spot[] = [
  entry,
  { ...entry, typed: "lem" },
  { ...entry, typed: "1234567" },
  customer,
  { ...customer, typed: "old" },
  named("heading", /^Order /),
  { name: "the page", find: (page) => page.locator("body") },
  { name: "the content", find: (page) => page.locator("main") },
  { name: "a tile", find: (page) => page.locator(".tile").filter({ hasText: "Hammer" }) },
  named("button", "One step more of Hammer"),
  named("button", "One step fewer of Hammer"),
  named("button", /Change Hammer$/),
  named("button", "Cancel order"),
  named("button", "Change details"),
  named("button", /^Place order/),
  named("link", "All orders"),
  named("link", "New order"),
];
const lineDialogSpots: readonly Spot[] = [
  named("textbox", "Quantity"),
  { ...named("textbox", "Quantity"), typed: "75" },
  named("textbox", "Discount in percent"),
  { ...named("textbox", "Discount in percent"), typed: "15" },
  named("textbox", /^Note on this line/),
  { ...named("textbox", /^Note on this line/), typed: "two of them" },
  named("button", "Save line"),
  named("button", "Remove from the order"),
  { name: "its cross", find: (page: Page) => page.locator("dialog .dialog-head button").first() },
];
const detailsDialogSpots: readonly Spot[] = [
  named("textbox", "Customer's reference"),
  { ...named("textbox", "Customer's reference"), typed: "PO 12" },
  { name: "a day", find: (page: Page) => page.getByLabel(/^Wanted on/) },
  { ...named("textbox", "Freight"), typed: "12.50" },
  { ...named("textbox", "Note"), typed: "side door" },
  named("checkbox", "Ship to an address"),
  named("button", "Save details"),
  named("button", "Cancel"),
];
const cancelDialogSpots: readonly Spot[] = [
  { ...named("textbox", "Reason"), typed: "twice" },
  named("button", "Cancel the order"),
];
const stockSpots: readonly Spot[] = [
  named("combobox", "What was received"),
  { ...named("combobox", "What was received"), typed: "lem" },
  { ...named("combobox", "What was received"), typed: "*HAM" },
  named("heading", "Count and receive"),
  { name: "the page", find: (page) => page.locator("body") },
  {
    name: "counting",
    find: (page) => page.getByRole("radio", { name: "Count" }),
  },
  named("button", "Take back Hammer"),
  named("link", "Stock"),
];

test.describe("[D1] [D2] a scan from every spot", () => {
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
      ],
      customers: [{ code: "10407", company: "Old Mill" }],
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
  type Seen = Awaited<ReturnType<typeof look>>;
  const more = (counts: Readonly<Record<string, number>>, name: string) => ({
    ...counts,
    [name]: (counts[name] ?? 0) + 1,
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
  const stockBox = () => page.getByRole("combobox", { name: "What was received" });
  const caret = () =>
    page.evaluate(() => {
      const { activeElement: field } = document;
      return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
        ? [field.value, field.selectionStart, field.selectionEnd]
        : undefined;
    });
  /** Scans from each spot, with each end, and holds what is there after it against what was there before. */
  const scanFrom = async (
    spots: readonly Spot[],
    scan: keyof typeof codes,
    after: (before: Seen, spot: Spot) => Seen,
  ): Promise<number> => {
    let cells = 0;
    for (const spot of spots) {
      for (const end of ends) {
        // A scan must change something: else nobody can see when one that ends in nothing is over.
        if (spots === stockSpots) await stockBox().fill("");
        await goTo(spot);
        const [before, before2] = [await look(), await caret()];
        await scanner.scan(codes[scan], end);
        const what = `${scan}, ended by ${end}, from ${spot.name} (${spot.typed ?? "nothing typed"})`;
        if (scan === "ambiguous") {
          await expect(page.getByRole("dialog").last(), what).toContainText("Which one is it?");
          const { dialogs, ...rest } = await look();
          expect({ ...rest, dialogs: dialogs.slice(0, -1) }, what).toEqual(before);
          await page
            .getByRole("dialog")
            .last()
            .locator(".dialog-head")
            .getByRole("button", { name: "Close" })
            .click();
        }
        await expect.poll(look, { message: what, intervals: [20] }).toEqual(after(before, spot));
        if (spot.typed !== undefined && spots !== stockSpots) expect(await caret(), what).toEqual(before2);
        cells += 1;
      }
    }
    return cells;
  };
  const onOrder = async (spots: readonly Spot[]): Promise<number> => {
    const noted = (code: string) => (before: Seen) => ({ ...before, notes: more(before.notes, code) });
    const known = await scanFrom(spots, "known", (before) => ({
      ...before,
      lines: more(before.lines, "Breakfast tea"),
    }));
    const unknown = await scanFrom(spots, "unknown", noted(codes.unknown));
    return known + unknown + (await scanFrom(spots, "ambiguous", noted(codes.ambiguous)));
  };

  const beginOrder = async () => {
    await page.goto(`${docket.url}/orders/new`);
    await page.locator(".tile").filter({ hasText: "Hammer" }).click();
    await expect(page.getByRole("heading", { name: /^Order / })).toBeVisible();
    await scanner.scan(codes.known);
    await expect(page.locator(".line")).toHaveCount(2);
  };
  const expectOnlyOneHammer = async () => {
    const hammer = page.locator(".line").filter({ hasText: "Hammer" });
    await expect(hammer.locator(".line-quantity")).toHaveText("1");
    await expect(page.locator(".page-header .chip")).toHaveText("Draft");
  };

  test("on an order: only the scanned article comes onto it, 153 times", async () => {
    await beginOrder();
    expect(await onOrder(orderSpots)).toBe(153);
    expect(orderSpots.length * 9).toBe(153);
    await expectOnlyOneHammer();
  });

  test("in the dialogs of an order: only the scanned article comes onto it, 171 times", async () => {
    await beginOrder();
    const dialogs: readonly (readonly [Locator, readonly Spot[]])[] = [
      [page.getByRole("button", { name: /Change Hammer$/ }), lineDialogSpots],
      [page.getByRole("button", { name: "Change details" }), detailsDialogSpots],
      [page.getByRole("button", { name: "Cancel order" }), cancelDialogSpots],
    ];
    let cells = 0;
    for (const [opener, spots] of dialogs) {
      await opener.click();
      await expect(page.getByRole("dialog")).toHaveCount(1);
      cells += await onOrder(spots);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
    }
    expect(cells).toBe(171);
    expect(dialogs.flatMap(([, spots]) => spots).length * 9).toBe(171);
    await expectOnlyOneHammer();
  });

  test("in stock entry: a scan asks for its figure, is none itself and saves nothing, 72 times", async () => {
    await page.goto(`${docket.url}/stock/entry`);
    const box = stockBox();
    await box.fill("3*ham");
    await box.press("Enter");
    await expect(page.locator(".stock-row")).toHaveCount(1);
    const inBox = (before: Seen, text: string) => ({
      ...before,
      fields: before.fields.map((field) => (typeof field === "string" ? text : field)),
    });
    const noted = (code: string) => (before: Seen) => ({ ...before, notes: more(before.notes, code) });
    const known = await scanFrom(stockSpots, "known", (before, { typed }) => ({
      ...inBox(before, "*TEA-01"),
      // What was typed and not entered is told, not saved.
      notes: typed === "lem" ? more(before.notes, "lem") : before.notes,
    }));
    const unknown = await scanFrom(stockSpots, "unknown", noted(codes.unknown));
    const ambiguous = await scanFrom(stockSpots, "ambiguous", noted(codes.ambiguous));
    expect(known + unknown + ambiguous).toBe(72);
    expect(stockSpots.length * 9).toBe(72);
    await box.fill("7*");
    await scanner.scan(codes.known);
    await expect(page.locator(".stock-row").first()).toContainText("7 received");
  });
});
