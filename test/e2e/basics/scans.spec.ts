import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { testDevice } from "../../programs/screens/fill-workspace.ts";
import { startBusiness } from "../../support/as-a-rep.ts";
import { type Filling, fillByDevice } from "../../support/fill-by-device.ts";
import { holdStorage } from "../../support/hold-storage.ts";
import { readBooks } from "../../support/read-books.ts";
import { connectScanner, type Scanner } from "../../support/scanner.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";

const tea = "4006381333931";
const coffee = "5000112637922";
const gin = "5012345678900";
const unknown = "9999999999994";

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

test.describe("[D1] [D2] scans while an order is written", () => {
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
    await page.goto(`${docket.url}/stock/entry`);
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
    await page.goto(`${docket.url}/orders/${left}`);
    await expect(notes()).toContainText("cafe-1x is not known");
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
