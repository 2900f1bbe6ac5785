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
  role: "button" | "combobox" | "searchbox" | "textbox" | "checkbox" | "heading" | "link",
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

/** A screen where things are looked at, and what a scan opens there. */
interface Looking {
  readonly path: string;
  readonly begin: (page: Page) => Promise<void>;
  readonly spots: readonly Spot[];
  readonly codes: Readonly<Record<keyof typeof codes | "archived", string>>;
  /** The headings of what the known and the archived code belong to. */
  readonly opens: readonly [known: string, archived: string];
  readonly nobody: string;
}

const productCodes = { ...codes, archived: "5000112637922" };
const cards = { known: "10407", unknown: "99999", ambiguous: "77001", archived: "10409" } as const;
const lookAtProducts = {
  codes: productCodes,
  opens: ["Breakfast tea", "Old soap"],
  nobody: `No product has the barcode or SKU “${codes.unknown}”.`,
} as const;
const lookAtCustomers = {
  codes: cards,
  opens: ["Old Mill", "Closed Mill"],
  nobody: `No customer has the code “${cards.unknown}”.`,
} as const;
const goesTo = (list: string, row?: string) => async (page: Page) => {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: list }).click();
  await expect(page.getByRole("heading", { name: list, level: 1 })).toBeVisible();
  if (row === undefined) return;
  await page.getByRole("link", { name: row }).click();
  await expect(page.getByRole("heading", { name: row, level: 1 })).toBeVisible();
};
const thePage = { name: "the page", find: (page: Page) => page.locator("body") };
const lookings: readonly Looking[] = [
  {
    ...lookAtProducts,
    path: "/products",
    begin: goesTo("Products"),
    spots: [
      { ...named("searchbox", "Search products"), typed: "lem" },
      thePage,
      named("link", /^Hammer/),
      named("link", "New product"),
    ],
  },
  {
    ...lookAtProducts,
    path: "/products/HAM",
    begin: goesTo("Products", "Hammer"),
    spots: [named("heading", "Hammer"), named("button", "Archive"), named("button", "Receive")],
  },
  {
    ...lookAtProducts,
    path: "/stock",
    begin: goesTo("Stock"),
    spots: [
      { ...named("searchbox", "Search stock"), typed: "lem" },
      thePage,
      named("link", /^Hammer/),
      named("button", "Count Hammer"),
    ],
  },
  {
    ...lookAtCustomers,
    path: "/customers",
    begin: goesTo("Customers"),
    spots: [
      { ...named("searchbox", "Search customers"), typed: "annexe" },
      thePage,
      named("link", /^Annexe/),
    ],
  },
  {
    ...lookAtCustomers,
    path: "/customers/",
    begin: goesTo("Customers", "Annexe"),
    spots: [named("heading", "Annexe"), named("button", "Archive")],
  },
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

  /** Closes the message that says this, and nothing else. */
  const closeTold = async (text: string, what: string) => {
    const told = page.locator(".toast").filter({ hasText: text });
    await expect(told, what).toHaveCount(1);
    await told.getByRole("button", { name: "Close" }).click();
    await expect(page.locator(".toast")).toHaveCount(0);
  };
  /** Scans once where things are looked at, sees what that came to, and comes back. */
  const lookUp = async (looking: Looking, spot: Spot, scan: keyof Looking["codes"], end: ScanEnd) => {
    const what = `${scan}, ended by ${end}, from ${spot.name} of ${looking.path}`;
    await goTo(spot);
    const [before, before2] = [await look(), await caret()];
    await scanner.scan(looking.codes[scan], end);
    if (scan === "known" || scan === "archived") {
      const name = looking.opens[scan === "known" ? 0 : 1];
      await expect(page.getByRole("heading", { name, level: 1, exact: true }), what).toBeVisible();
      await expect(page.locator(".toast"), what).toHaveCount(0);
      return looking.begin(page);
    }
    if (scan === "ambiguous") {
      const question = page.getByRole("dialog");
      await expect(question, what).toContainText("Which one is it?");
      await question.locator(".dialog-head").getByRole("button", { name: "Close" }).click();
    } else await closeTold(looking.nobody, what);
    await expect.poll(look, { message: what, intervals: [20] }).toEqual(before);
    if (spot.typed !== undefined) expect(await caret(), what).toEqual(before2);
  };

  test("where products, stock and customers are looked at: it opens what has the code, asks or says so, and changes nothing, 192 times", async () => {
    let cells = 0;
    for (const looking of lookings) {
      await looking.begin(page);
      for (const spot of looking.spots) {
        for (const scan of ["known", "archived", "unknown", "ambiguous"] as const) {
          for (const end of ends) {
            await lookUp(looking, spot, scan, end);
            cells += 1;
          }
        }
      }
    }
    expect(cells).toBe(192);
    expect(lookings.flatMap(({ spots }) => spots).length * 12).toBe(192);
  });

  test("a code that nobody has begins a new product or customer, and a choice opens what several have", async () => {
    await goesTo("Products")(page);
    await scanner.scan(codes.unknown);
    await page.locator(".toast").getByRole("button", { name: "New product" }).click();
    await expect(page.getByRole("textbox", { name: "Barcodes" })).toHaveValue(codes.unknown);
    await goesTo("Customers")(page);
    await scanner.scan(cards.unknown);
    await page.locator(".toast").getByRole("button", { name: "New customer" }).click();
    await expect(page.getByRole("textbox", { name: /^Code/ })).toHaveValue(cards.unknown);
    await goesTo("Stock")(page);
    await scanner.scan(codes.ambiguous);
    await page.getByRole("dialog").getByRole("button", { name: "Old gin" }).click();
    await expect(page.getByRole("heading", { name: "Old gin", level: 1 })).toBeVisible();
    // Several in a row: each opens the next, from the page of the one before.
    await scanner.scan(codes.known);
    await expect(page.getByRole("heading", { name: "Breakfast tea", level: 1 })).toBeVisible();
  });

  test("into the dialog where stock is counted it is no figure and opens nothing, and what is typed stays", async () => {
    await goesTo("Stock")(page);
    await page.getByRole("button", { name: "Count Hammer" }).click();
    const figure = { ...named("textbox", "On the shelf"), typed: "75" };
    for (const spot of [figure, named("button", "Save")]) {
      for (const code of ["40063", codes.known, codes.unknown]) {
        for (const end of ends) {
          const what = `${code}, ended by ${end}, from ${spot.name}`;
          await figure.find(page).fill("75");
          await goTo(spot);
          const before = await look();
          await scanner.scan(code, end);
          await closeTold(`“${code}” was not looked up.`, what);
          await expect.poll(look, { message: what, intervals: [20] }).toEqual(before);
        }
      }
    }
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await expect(page.locator(".toast")).toContainText("Hammer: 75 counted");
  });
});
