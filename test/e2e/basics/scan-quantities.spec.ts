import { expect, type Page, test } from "@playwright/test";
import type { Scanner } from "../../support/scanner.ts";
import { coffee, gin, tea, unknown, useOrderDesk } from "./order-desk.ts";

test.describe("[D1] [D2] quantities of scans, and typed ones", () => {
  const desk = useOrderDesk();
  const { goTo, tile, entry, dialog, notes, toasts, editLine, expectLines, enter } = desk;
  let page: Page;
  let scanner: Scanner;
  test.beforeAll(() => {
    [page, scanner] = [desk.page(), desk.scanner()];
  });

  test("a barcode of two products is asked; a scan meanwhile neither chooses nor is lost", async () => {
    await entry().fill("3*");
    await scanner.scan(gin);
    await expect(dialog()).toContainText("Which one is it?");
    await expect(dialog().getByRole("button", { name: /gin/ })).toHaveCount(2);
    await scanner.scan(coffee);
    await scanner.scan(tea, "Tab");
    await expectLines({ "Filter coffee": 1, "Breakfast tea": 1 });
    await expect(dialog()).toContainText("Which one is it?");
    await page.keyboard.press("Enter");
    await expect(dialog()).toHaveCount(1);
    await dialog()
      .getByRole("button", { name: /Dry gin/ })
      .click();
    await expectLines({ "Filter coffee": 1, "Breakfast tea": 1, "Dry gin": 3 });
    // A scanner that is too slow is read as typing; the last one does not win there either.
    await entry().fill(gin);
    await entry().press("Enter");
    await dialog().locator(".dialog-head").getByRole("button", { name: "Close" }).click();
    await expect(notes()).toContainText(`${gin} belongs to several.`);
    await expectLines({ "Filter coffee": 1, "Breakfast tea": 1, "Dry gin": 3 });
  });
  test("a scan takes the quantity that is before it, and leaves what else is typed as it is", async () => {
    await entry().fill("12*");
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 12 });
    await expect(entry()).toHaveValue("");
    await entry().fill("lemon");
    await scanner.scan(coffee);
    await expectLines({ "Breakfast tea": 12, "Filter coffee": 1 });
    await expect(entry()).toHaveValue("lemon");
  });
  test("a quantity goes with the scan that it was typed for, also when that comes to nothing: the next one is added once", async () => {
    await entry().fill("12*");
    await scanner.scan(unknown);
    await expect(notes()).toContainText(unknown);
    await expect(toasts()).toContainText("The quantity 12 was for that scan and is gone with it.");
    await expect(entry()).toHaveValue("");
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 1 });
    // Typed and entered by hand, or read by a slow scanner.
    await entry().fill(`5*${unknown}`);
    await entry().press("Enter");
    await expect(toasts()).toContainText("The quantity 5 was for that scan and is gone with it.");
    await expect(entry()).toHaveValue("");
    await entry().fill("3*");
    await scanner.scan(gin);
    await expect(dialog()).toContainText("Which one is it?");
    await dialog().locator(".dialog-head").getByRole("button", { name: "Close" }).click();
    await expect(toasts()).toContainText("The quantity 3 was for that scan and is gone with it.");
    await entry().fill("7*");
    await scanner.scanHeld(coffee, "Control");
    await expect(toasts()).toContainText("The quantity 7 was for that scan and is gone with it.");
    await expect(entry()).toHaveValue("");
    await scanner.scan(coffee, "nothing");
    await expectLines({ "Breakfast tea": 1, "Filter coffee": 1 });
  });
  test("in stock entry a figure goes with the scan that it was typed for: the next one is asked for its own", async () => {
    await page.goto(`${desk.url()}/stock/entry`);
    const box = page.getByRole("combobox", { name: "What was received" });
    const written = page.locator(".stock-row");
    await box.fill("7*");
    await scanner.scan(unknown);
    await expect(notes()).toContainText(unknown);
    await expect(toasts()).toContainText("The quantity 7 was for that scan and is gone with it.");
    await scanner.scan(tea);
    await expect(box).toHaveValue("*TEA-01");
    await expect(written).toHaveCount(0);
    await box.fill("8*");
    await scanner.scan(gin);
    await expect(dialog()).toContainText("Which one is it?");
    await scanner.scan(coffee);
    await expect(box).toHaveValue("*COF-01");
    await dialog()
      .getByRole("button", { name: /Dry gin/ })
      .click();
    await expect(written).toHaveCount(1);
    await expect(written).toContainText("Dry gin");
    await expect(written).toContainText("8 received");
    await expect(box).toHaveValue("*COF-01");
    await box.fill("");
    await notes()
      .getByRole("button", { name: `Dealt with: ${unknown}` })
      .click();
    await goTo("Orders");
  });
  test("minimum and steps hold in every way of entry, and it is told when they raise", async () => {
    await enter("café-1");
    await expectLines({ "French press": 6 });
    await expect(page.locator(".line")).toContainText("29.00");
    await page.getByRole("button", { name: "One step more of French press" }).click();
    await expectLines({ "French press": 12 });
    await enter("+3");
    await expect(toasts()).toContainText("Added 6 × French press: 18 now, as it is sold in steps");
    await expectLines({ "French press": 18 });
    await tile("French press").click();
    await expectLines({ "French press": 24 });
    await enter("1*café-1");
    await expectLines({ "French press": 30 });
    await entry().fill("2*");
    await scanner.scan("CAFÉ-1".normalize("NFC"));
    await expectLines({ "French press": 36 });
    await enter("-1");
    await expectLines({ "French press": 36 });
    await enter("-36");
    await expect(toasts()).toContainText("A quantity is a whole number from 1");
    await expectLines({ "French press": 36 });
    await editLine("French press").click();
    await expect(dialog()).toContainText("From 6 in steps of 6");
    await dialog().getByLabel("Quantity").fill("40");
    await expect(dialog()).toContainText("Sold in steps: take 36 or 42.");
    await page.keyboard.press("Escape");
    await enter("cafe-1");
    await enter("M2-1");
    await enter("M²-1");
    await expectLines({ "French press": 36, "House blend": 1, "Emm two": 1, "Floor per square metre": 1 });
  });
  test("a quantity far from usual is asked once; a scan does not answer, and no leaves all as it was", async () => {
    await enter("101*hammer");
    await expect(dialog()).toContainText("101 × Hammer?");
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 1 });
    await expect(dialog()).toContainText("101 × Hammer?");
    await dialog().getByRole("button", { name: "No, leave it as it was" }).click();
    await expectLines({ "Breakfast tea": 1 });
    await expect(entry()).toHaveValue("101*hammer");
    await entry().press("Enter");
    await dialog().getByRole("button", { name: "Yes, 101" }).click();
    await expectLines({ "Breakfast tea": 1, Hammer: 101 });
    await enter("50*hammer");
    await expectLines({ "Breakfast tea": 1, Hammer: 151 });
    await enter("41*rare");
    await expect(dialog()).toContainText("There are 8 in stock.");
    await page.keyboard.press("Escape");
    await entry().fill("");
    await editLine("Breakfast tea").click();
    await dialog().getByLabel("Quantity").fill("40063");
    await dialog().getByRole("button", { name: "Save line" }).click();
    await page.getByRole("button", { name: "No, leave it as it was" }).click();
    await expect(dialog().getByLabel("Quantity")).toHaveValue("40,063");
    await page.keyboard.press("Escape");
    await expectLines({ "Breakfast tea": 1, Hammer: 151 });
  });
  test("a quantity typed for a line that is scanned meanwhile is told so, and the next Save takes it", async () => {
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 1 });
    await editLine("Breakfast tea").click();
    await dialog().getByLabel("Quantity").fill("7");
    await scanner.scan(tea);
    await expectLines({ "Breakfast tea": 2 });
    await dialog().getByRole("button", { name: "Save line" }).click();
    await expect(toasts()).toContainText("from 1 to 7; meanwhile it was changed to 2. Save again");
    await expectLines({ "Breakfast tea": 2 });
    await dialog().getByRole("button", { name: "Save line" }).click();
    await expect(dialog()).toHaveCount(0);
    await expectLines({ "Breakfast tea": 7 });
  });
});
