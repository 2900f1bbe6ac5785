import { expect, type Page, test } from "@playwright/test";
import { holdStorage } from "../../support/hold-storage.ts";
import { readBooks } from "../../support/read-books.ts";
import type { Scanner } from "../../support/scanner.ts";
import { coffee, gin, tea, unknown, useOrderDesk } from "./order-desk.ts";

test.describe("[D1] [D2] scans in dialogs, at placing and when an order is left", () => {
  const desk = useOrderDesk();
  const { goTo, tile, entry, customer, dialog, place, status, notes, toasts, editLine, expectLines } = desk;
  let page: Page;
  let scanner: Scanner;
  test.beforeAll(() => {
    [page, scanner] = [desk.page(), desk.scanner()];
  });

  test("in a line's dialog a scan is no quantity and presses nothing: it goes onto the order beneath, and is told", async () => {
    await tile("Hammer").click();
    await editLine("Hammer").click();
    const quantity = dialog().getByLabel("Quantity");
    await quantity.fill("7");
    await scanner.scan("40063");
    await expect(dialog()).toContainText("“40063” is not known");
    await expect(quantity).toHaveValue("7");
    await scanner.scan(tea, "nothing");
    await expect(dialog()).toContainText("Added 1 × Breakfast tea");
    await expect(quantity).toHaveValue("7");
    await expect(quantity).toBeFocused();
    await dialog().getByRole("button", { name: "Save line" }).focus();
    await scanner.scan(coffee, "Tab");
    await expect(dialog()).toContainText("Added 1 × Filter coffee");
    await expect(dialog().getByRole("button", { name: "Save line" })).toBeFocused();
    await dialog().getByRole("button", { name: "Save line" }).click();
    await expect(dialog()).toHaveCount(0);
    await expectLines({ Hammer: 7, "Breakfast tea": 1, "Filter coffee": 1 });
  });
  test("Ctrl+Enter in a dialog saves that dialog and places nothing", async () => {
    await tile("Hammer").click();
    await editLine("Hammer").click();
    await dialog().getByLabel("Quantity").fill("4");
    await page.keyboard.press("Control+Enter");
    await expect(dialog()).toHaveCount(0);
    await expectLines({ Hammer: 4 });
    await expect(status()).toHaveText("Draft");
    await scanner.scan(gin);
    await page.keyboard.press("Control+Enter");
    await expect(dialog()).toContainText("Which one is it?");
    await dialog().locator(".dialog-head").getByRole("button", { name: "Close" }).click();
    await expect(status()).toHaveText("Draft");
  });
  test("placing adds what can only mean one thing, and else refuses and keeps what was typed", async () => {
    await tile("Hammer").click();
    await expectLines({ Hammer: 1 });
    await entry().fill("99*gin");
    await page.keyboard.press("Control+Enter");
    await expect(toasts()).toContainText("Not placed: “99*gin”");
    await expect(entry()).toHaveValue("99*gin");
    await expect(entry()).toBeFocused();
    await entry().fill("");
    await customer().fill("nobody of that name");
    await place().click();
    await expect(toasts()).toContainText("Not placed: “nobody of that name”");
    await expect(customer()).toBeFocused();
    await customer().fill("");
    await entry().fill("9*french");
    await place().click();
    await expect(toasts()).toContainText("Added 12 × French press, as it is sold in steps");
    await expectLines({ Hammer: 1, "French press": 12 });
    await expect(status()).toHaveText("Draft");
    await entry().fill("99*coffee");
    await page.keyboard.press("Control+Enter");
    await expect(status()).toHaveText("Placed");
    await expect(page.locator(".line").filter({ hasText: "Filter coffee" })).toContainText("99 ×");
  });
  test("a scan that ends in nothing is on the order before it is placed, however soon Place is tapped behind it", async () => {
    await tile("Hammer").click();
    await expectLines({ Hammer: 1 });
    // In the same moment as the last key: before anything of the scan can have been taken.
    const tapBehind = (code: string) =>
      page.evaluate((last) => {
        const button = [...document.querySelectorAll("button")].find((one) =>
          one.textContent?.startsWith("Place order"),
        );
        const tap = ({ key }: KeyboardEvent) => {
          if (key !== last) return;
          removeEventListener("keyup", tap, true);
          button?.click();
        };
        addEventListener("keyup", tap, true);
      }, code.slice(-1));
    const letters = "M2-1";
    await page.getByRole("heading", { level: 1 }).click();
    await tapBehind(unknown.replace(/4$/, "x"));
    await scanner.scan(unknown.replace(/4$/, "x"), "nothing");
    await expect(toasts()).toContainText("Not placed: what was scanned last is not on the order.");
    await expect(status()).toHaveText("Draft");
    await notes()
      .getByRole("button", { name: /^Dealt with/ })
      .click();
    await expect(notes()).toHaveText("");
    await entry().focus();
    await tapBehind(letters);
    await scanner.scan(letters, "nothing");
    await expect(status()).toHaveText("Placed");
    const line = page.locator(".line").filter({ hasText: "Emm two" });
    await expect(line).toContainText("1 ×");
    await expect(page.locator(".line")).toHaveCount(2);
  });
  test("a scan that ends in nothing is taken by a shortcut behind it, and by leaving the screen", async () => {
    await tile("Hammer").click();
    await expectLines({ Hammer: 1 });
    await page.getByRole("heading", { level: 1 }).click();
    await scanner.scan(tea, "nothing");
    await page.keyboard.press("Control+Enter");
    await expect(status()).toHaveText("Placed");
    await expect(page.locator(".line").filter({ hasText: "Breakfast tea" })).toContainText("1 ×");
    await goTo("New order");
    await expect(page.getByRole("heading", { name: "New order" })).toBeVisible();
    await tile("Hammer").click();
    await expectLines({ Hammer: 1 });
    await page.evaluate(() => {
      const link = document.querySelector<HTMLAnchorElement>('a[href="/products"]');
      const go = ({ key }: KeyboardEvent) => {
        if (key !== "x") return;
        removeEventListener("keyup", go, true);
        link?.click();
      };
      addEventListener("keyup", go, true);
    });
    const left = page.url().slice(page.url().lastIndexOf("/") + 1);
    // Its last key is the one at which the screen is left.
    await scanner.scan("cafe-1x", "nothing");
    await expect(page.getByRole("heading", { name: "Products" })).toBeVisible();
    await page.goBack();
    await expect(page).toHaveURL(new RegExp(`${left}$`));
    await expect(notes()).toContainText("cafe-1x is not known");
    await page.reload();
    await expect(notes()).toContainText("cafe-1x is not known");
  });
  test("what is still being saved for an order stays with it, and so does its placing, when another is begun meanwhile", async () => {
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 1 });
    const first = page.url().slice(page.url().lastIndexOf("/") + 1);
    const before = (await readBooks(page)).orders.length;
    const release = await holdStorage(page);
    for (const code of [coffee, tea, coffee]) await scanner.scan(code);
    await page.keyboard.press("Control+Enter");
    await goTo("New order");
    await expect(page.getByRole("heading", { name: "New order" })).toBeVisible();
    await release();
    const found = async () => {
      const { orders } = await readBooks(page);
      const { status: stage, lines } = orders.find(({ id }) => id === first) ?? {};
      return { stage, lines: lines?.map(({ name, quantity }) => [name, quantity]), count: orders.length };
    };
    const lines = [
      ["Breakfast tea", 2],
      ["Filter coffee", 2],
    ];
    await expect.poll(found).toEqual({ stage: "placed", lines, count: before });
    await expect(toasts()).toContainText("placed and saved on this device");
    await expect(page.getByRole("heading", { name: "New order" })).toBeVisible();
  });
  test("a new order that is begun while its screen is left calls nobody back to it", async () => {
    const before = (await readBooks(page)).orders.length;
    const release = await holdStorage(page);
    await scanner.scan(tea);
    await goTo("Products");
    await expect(page.getByRole("heading", { name: "Products" })).toBeVisible();
    await release();
    await expect.poll(async () => (await readBooks(page)).orders.at(-1)?.lines.length).toBe(1);
    expect((await readBooks(page)).orders).toHaveLength(before + 1);
    await expect(page.getByRole("heading", { name: "Products" })).toBeVisible();
  });
});
