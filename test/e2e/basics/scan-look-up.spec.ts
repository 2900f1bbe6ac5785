import { expect, type Page, test } from "@playwright/test";
import type { ScanEnd, Scanner } from "../../support/scanner.ts";
import { cards, codes, ends, named, productCodes, type Spot, thePage } from "./scan-spots.ts";
import { useScannedShop } from "./scanned-shop.ts";

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

test.describe("[D1] [D2] a scan where nothing is written down", () => {
  const shop = useScannedShop();
  const { look, goTo, caret, closeTold } = shop;
  let page: Page;
  let scanner: Scanner;
  test.beforeAll(() => {
    [page, scanner] = [shop.page(), shop.scanner()];
  });

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
