import { expect, type Page, test } from "@playwright/test";
import type { Scanner } from "../../support/scanner.ts";
import { coffee, tea, unknown, useOrderDesk } from "./order-desk.ts";

test.describe("[D1] [D2] scans while an order is written", () => {
  const desk = useOrderDesk();
  const { goTo, tile, entry, customer, dialog, place, status, notes, toasts, editLine, expectLines } = desk;
  let page: Page;
  let scanner: Scanner;
  test.beforeAll(() => {
    [page, scanner] = [desk.page(), desk.scanner()];
  });

  test("a scan after a tile was tapped adds what was scanned, and the tile's product no second time", async () => {
    await tile("Hammer").click();
    await expectLines({ Hammer: 1 });
    await scanner.scan(tea);
    await expectLines({ Hammer: 1, "Breakfast tea": 1 });
    await expect(entry()).toBeFocused();
    await expect(entry()).toHaveValue("");
  });
  test("a scan after + was tapped presses + no second time", async () => {
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 1 });
    await page.getByRole("button", { name: "One step more of Breakfast tea" }).click();
    await expectLines({ "Breakfast tea": 2 });
    await scanner.scan(coffee);
    await expectLines({ "Breakfast tea": 2, "Filter coffee": 1 });
    await expect(entry()).toBeFocused();
  });
  test("a scan after a click into nothing is taken, and so is one that ends in Tab, or in nothing", async () => {
    await page.getByRole("heading", { level: 1 }).click();
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 1 });
    await scanner.scan(tea, "Tab");
    await expectLines({ "Breakfast tea": 2 });
    await scanner.scan(coffee, "Tab");
    await expectLines({ "Breakfast tea": 2, "Filter coffee": 1 });
    await scanner.scan(coffee, "nothing");
    await expectLines({ "Breakfast tea": 2, "Filter coffee": 2 });
    await expect(entry()).toBeFocused();
  });
  test("a scanner that is slow presses no tile and no button, and its code is taken", async () => {
    await tile("Hammer").click();
    await expectLines({ Hammer: 1 });
    await scanner.scan(tea, "Enter", 60);
    await expectLines({ Hammer: 1, "Breakfast tea": 1 });
    await page.getByRole("button", { name: "One step more of Breakfast tea" }).focus();
    await scanner.scan(coffee, "Tab", 60);
    await expectLines({ Hammer: 1, "Breakfast tea": 1, "Filter coffee": 1 });
    await page.getByRole("heading", { level: 1 }).click();
    await scanner.scan(unknown, "Enter", 60);
    await expect(notes()).toContainText(unknown);
    await editLine("Hammer").click();
    await scanner.scan(tea, "Enter", 60);
    await expect(dialog()).toContainText("Added 1 × Breakfast tea: 2 now");
    await expect(dialog().getByLabel("Quantity")).toHaveValue("1");
    await page.keyboard.press("Escape");
    await expectLines({ Hammer: 1, "Breakfast tea": 2, "Filter coffee": 1 });
  });
  test("one article is found by 12, 13 and 14 figures, by a scanner's mark before them, and in a GS1 code", async () => {
    await entry().focus();
    const codes = ["036000291452", "0036000291452", "00036000291452", "]E00036000291452"];
    for (const code of [...codes, "010003600029145210AB\u001d21XYZ"]) await scanner.scan(code);
    await expectLines({ "Soup tin": 5 });
    await expect(entry()).toHaveValue("");
    await tile("Soup tin").focus();
    await scanner.scan("]d20100036000291452172712311012\u001d21XYZ");
    await expectLines({ "Soup tin": 6 });
    await expect(notes()).toHaveText("");
  });
  test("the last keys of a scan that reach the page late belong to it: one article is added once, and nothing is left", async () => {
    await entry().focus();
    const code = "010003600029145210AB\u001d21XYZ";
    await scanner.scanLate(code, 4, () => expectLines({ "Soup tin": 1 }));
    await expect(entry()).toHaveValue("");
    await scanner.scanLate("999999999999x", 3, () => expect(notes()).toContainText("99999999999 is not"));
    await expect(notes()).toContainText("999999999999x is not known");
    await expect(entry()).toHaveValue("");
    await expectLines({ "Soup tin": 1 });
    for (const note of ["99999999999", "999999999999x"]) {
      await notes()
        .getByRole("button", { name: `Dealt with: ${note}`, exact: true })
        .click();
    }
    await expect(notes()).toHaveText("");
  });
  test("the tone of what was added is heard only of what is on the order", async () => {
    const heard = () => page.evaluate(() => (window as unknown as { heard: number[] }).heard);
    const forget = () => page.evaluate(() => (window as unknown as { heard: number[] }).heard.splice(0));
    const [added, notAdded, asked] = [[1_320], [196, 156], [523, 659, 880]];
    await entry().focus();
    await forget();
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 1 });
    await expect.poll(heard).toEqual(added);
    await forget();
    await entry().fill("0*");
    await scanner.scan(tea);
    await expect(toasts()).toContainText("A quantity is a whole number from 1");
    await expect.poll(heard).toEqual(notAdded);
    await forget();
    await entry().fill("500*");
    await scanner.scan(tea);
    await expect(dialog()).toContainText("501 × Breakfast tea?");
    await expect.poll(heard).toEqual(asked);
    await forget();
    await dialog().getByRole("button", { name: "Yes, 501" }).click();
    await expectLines({ "Breakfast tea": 501 });
    await expect.poll(heard).toEqual(added);
  });
  test("a scan that is not known is told and kept to be copied, and the next one works", async () => {
    await entry().focus();
    await scanner.scan(unknown);
    await expect(notes()).toContainText(unknown);
    await expect(entry()).toHaveValue("");
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 1 });
    await expect(notes()).toContainText(`${unknown} is not known. Nothing was added.`);
    await expect(notes().getByRole("button", { name: /^Copy/ })).toBeVisible();
    await notes()
      .getByRole("button", { name: `Dealt with: ${unknown}` })
      .click();
    await expect(notes()).not.toContainText(unknown);
    await expectLines({ "Breakfast tea": 1 });
  });
  test("what was scanned in vain survives a reload and leaving the screen, before the order begins and after it is placed, and is asked about at placing", async () => {
    await entry().focus();
    await scanner.scan(unknown);
    await expect(notes()).toContainText(unknown);
    await goTo("Products");
    await goTo("New order");
    await expect(notes()).toContainText(unknown);
    await page.reload();
    await expect(notes()).toContainText(unknown);
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 1 });
    await scanner.scan(unknown);
    await expect(notes()).toContainText("scanned 2 times");
    await page.reload();
    await expect(notes()).toContainText("scanned 2 times");
    await place().click();
    await expect(dialog()).toContainText(`Scanned, but not on it: “${unknown}”`);
    await dialog().getByRole("button", { name: "No, look at it first" }).click();
    await expect(status()).toHaveText("Draft");
    await place().click();
    await dialog().getByRole("button", { name: "Yes, place it" }).click();
    await expect(status()).toHaveText("Placed");
    await expect(notes()).toContainText(unknown);
    await notes()
      .getByRole("button", { name: `Dealt with: ${unknown}` })
      .click();
    await expect(notes()).toHaveText("");
    await goTo("New order");
    await expect(page.getByRole("heading", { name: "New order" })).toBeVisible();
    await expect(notes()).toHaveText("");
  });
  test("what people type by hand, however fast, pasted or held down, stays where they typed it", async () => {
    await entry().focus();
    for (const gapMs of [60, 90]) {
      await scanner.type("400638", gapMs);
      await expect(entry()).toHaveValue("400638");
      await entry().fill("");
    }
    await page.keyboard.insertText(tea);
    await expect(entry()).toHaveValue(tea);
    await entry().press("Enter");
    await expectLines({ "Breakfast tea": 1 });
    for (let at = 0; at < 8; at += 1) await page.keyboard.down("7");
    await page.keyboard.up("7");
    await expect(entry()).toHaveValue("77777777");
    await entry().fill("");
    // Words as fast as a scanner: nobody loses them.
    await scanner.scan("hammer");
    await expectLines({ "Breakfast tea": 1, Hammer: 1 });
    await scanner.scan("lemon", "nothing");
    await expect(entry()).toHaveValue("lemon");
    await expectLines({ "Breakfast tea": 1, Hammer: 1 });
  });
  test("a scan while Ctrl, Alt or Meta is down presses and places nothing, and is told; the next one works", async () => {
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 1 });
    const more = page.getByRole("button", { name: "One step more of Breakfast tea" });
    for (const held of ["Alt", "Control", "Meta"] as const) {
      for (const at of [more, place(), entry()]) {
        await at.focus();
        await scanner.scanHeld(coffee, held);
        const told = toasts().locator(".toast").filter({ hasText: "The scan could not be read" });
        await expect(told).toHaveCount(1);
        await told.getByRole("button").click();
        await expect(told).toHaveCount(0);
      }
    }
    await expectLines({ "Breakfast tea": 1 });
    await expect(status()).toHaveText("Draft");
    await scanner.scan(coffee);
    await expectLines({ "Breakfast tea": 1, "Filter coffee": 1 });
  });
  test("a customer's card chooses that customer and no other; Enter with no match is never “no customer”", async () => {
    await customer().focus();
    await scanner.scan("10407");
    await expect(page.locator(".customer-name")).toHaveText("Old Mill");
    await page.getByRole("button", { name: "Change customer" }).click();
    await customer().fill("10499");
    await customer().press("Enter");
    await expect(customer()).toBeFocused();
    await expect(customer()).toHaveValue("10499");
    await scanner.scan("10499");
    await expect(notes()).toContainText("10499");
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 1 });
    await expect(customer()).toHaveValue("10499");
    await customer().fill("");
    await scanner.scan("10408", "Tab");
    await expect(page.locator(".customer-name")).toHaveText("Old Mill Annexe");
    // With a customer on the order, a card is no product.
    await scanner.scan("10407");
    await expect(notes()).toContainText("10407");
    await expect(page.locator(".customer-name")).toHaveText("Old Mill Annexe");
    await expectLines({ "Breakfast tea": 1 });
  });
});
