import { expect, type Locator, type Page, test } from "@playwright/test";
import type { Scanner } from "../../support/scanner.ts";
import {
  cancelDialogSpots,
  codes,
  detailsDialogSpots,
  ends,
  lineDialogSpots,
  orderSpots,
  type Spot,
  stockSpots,
} from "./scan-spots.ts";
import { type Seen, useScannedShop } from "./scanned-shop.ts";

test.describe("[D1] [D2] a scan from every spot", () => {
  const shop = useScannedShop();
  const { look, goTo, caret } = shop;
  let page: Page;
  let scanner: Scanner;
  test.beforeAll(() => {
    [page, scanner] = [shop.page(), shop.scanner()];
  });

  const more = (counts: Readonly<Record<string, number>>, name: string) => ({
    ...counts,
    [name]: (counts[name] ?? 0) + 1,
  });
  const stockBox = () => page.getByRole("combobox", { name: "What was received" });
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
    await page.goto(`${shop.url()}/orders/new`);
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
    await page.goto(`${shop.url()}/stock/entry`);
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
