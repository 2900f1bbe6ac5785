import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { testDevice } from "../../programs/screens/fill-workspace.ts";
import { startBusiness } from "../../support/as-a-rep.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";

test.describe("[D4] searching as people type", () => {
  let docket: RunningDocket;
  let context: BrowserContext;
  let page: Page;
  test.beforeEach(async ({ browser }) => {
    docket = await startDocket();
    context = await browser.newContext({ ...testDevice, viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    await startBusiness(page, docket.url);
  });
  test.afterEach(async () => {
    await context.close();
    await docket.stop();
  });

  test("two SKUs that differ by an accent stay two: what was typed is ordered, in its own steps", async () => {
    await importLists({
      "products.csv": [
        "sku,name,price,min_quantity,step_quantity",
        ...["CAFE-1,House blend,5.00,1,1", "CAFÉ-1,French press,29.00,6,6"],
        ...["M2-1,Emm two,1.00,1,1", "M²-1,Floor per square metre,40.00,1,1"],
      ],
    });
    for (const [typed, name, price] of [
      ["CAFE-1", "House blend", "5.00"],
      ["CAFÉ-1", "French press", "29.00"],
      ["café-1", "French press", "29.00"],
      ["M2-1", "Emm two", "1.00"],
      ["m²-1", "Floor per square metre", "40.00"],
    ] as const) {
      await newOrder(typed);
      const line = page.locator(".line");
      await expect(line).toHaveCount(1);
      await expect(line).toContainText(name);
      await expect(line).toContainText(price);
      const isPress = name === "French press";
      await expect(line.locator(".line-quantity")).toHaveText(isPress ? "6" : "1");
      if (!isPress) continue;
      await page.getByRole("button", { name: /step more of French press/ }).click();
      await expect(line.locator(".line-quantity")).toHaveText("12");
      await line.locator(".line-quantity").click();
      await expect(page.getByRole("dialog")).toContainText("From 6 in steps of 6");
      await page.keyboard.press("Escape");
    }
  });

  test("letters that a keyboard lacks are typed as one can, in every search", async () => {
    await importLists({
      "products.csv": [
        "sku,name,price,unit",
        ...["F1,Łosoś wędzony,8.00,1 kg", "F2,Smørrebrød,6.00,case"],
        ...["F3,Weißbier,2.00,bottle", "F4,Œufs frais,3.00,", "F5,Coca-Cola,1.00,", "F6,Müller’s Senf,2.00,"],
      ],
      "customers.csv": [
        "code,company,address,city",
        "C1,Zażółć,Długa 1,Łódź",
        ...["C2,Bäckerei Groß,Straße der Einheit 5,Halle", "C3,O’Neill’s,Quay 1,Galway"],
      ],
    });
    const products = {
      ...{ losos: "Łosoś wędzony", smorrebrod: "Smørrebrød", weissbier: "Weißbier", oeufs: "Œufs frais" },
      ...{ cocacola: "Coca-Cola", "coca cola": "Coca-Cola", "muellers senf": "Müller’s Senf" },
      ...{ "muller  senf": "Müller’s Senf", smorerbrod: "Smørrebrød" },
    };
    const customers = {
      ...{ lodz: "Zażółć", zazolc: "Zażółć", strasse: "Bäckerei Groß", "baeckerei gross": "Bäckerei Groß" },
      ...{ oneill: "O’Neill’s", "o neill": "O’Neill’s", "o'neills": "O’Neill’s" },
    };
    await page.goto(`${docket.url}/orders/new`);
    await expectOptions("Add a product", products);
    const salmon = page.getByRole("option", { name: /Łosoś/ });
    await page.getByRole("combobox", { name: "Add a product" }).fill("losos");
    await expect(salmon).toContainText("1 kg");
    await expect(salmon.locator("mark")).toHaveText("Łosoś");
    await expectOptions("Customer", customers);
    await page.goto(`${docket.url}/customers`);
    await expectRows(customers);
    await page.goto(`${docket.url}/products`);
    await expectRows(products);
    await page.goto(`${docket.url}/stock`);
    for (const [typed, name] of Object.entries(products)) {
      await page.getByRole("searchbox").fill(typed);
      await expect(page.locator(".stock-row")).toHaveCount(1);
      await expect(page.locator(".stock-row")).toContainText(name);
    }
  });

  test("a customer is found by any words of theirs, and their orders by them", async () => {
    await importLists({
      "products.csv": ["sku,name,price", "TEA,Salt tea,1.00", "SM,Saltmarsh honey,2.00", "S,Salt,3.00"],
      "customers.csv": [
        "code,company,contact,phone,email,city",
        "12,Harbour Cafe,Ana Reed,+353 91 555 0100,ana@harbour.example,Galway",
        "MILL,Old Mill 12,Sam Hill,+353 91 555 0200,sam@mill.example,Cork",
      ],
    });
    const texts = [
      "harbour galway",
      "reed ana",
      "555 0100",
      "5550100",
      "ana@",
      "+353 91 555 0100",
      "0915550100",
    ];
    const found = Object.fromEntries([...texts, "harbuor"].map((text) => [text, "Harbour Cafe"]));
    await page.goto(`${docket.url}/customers`);
    await expectRows(found);
    await page.goto(`${docket.url}/orders/new`);
    await expectOptions("Customer", found);
    await page.getByRole("combobox", { name: "Customer" }).fill("cork mill");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "Add a product" }).fill("salt");
    await expect(page.getByRole("option")).toHaveText([/^Salt/, /^Salt tea/, /^Saltmarsh honey/]);
    await page.keyboard.press("Enter");
    await expect(page.locator(".line")).toContainText("Salt");
    await expect(page.locator(".line")).toContainText("3.00");
    await page.goto(`${docket.url}/orders`);
    for (const typed of ["mill", "MILL salt", "old mlil"]) {
      await page.getByRole("searchbox").fill(typed);
      await expect(page.locator(".list-row")).toHaveCount(1);
      await expect(page.locator(".list-row")).toContainText("Old Mill 12");
    }
    await page.getByRole("searchbox").fill("harbour");
    await expect(page.locator(".list-row")).toHaveCount(0);
    // A customer's page lists their own orders, whatever else has their code in its text.
    await page.goto(`${docket.url}/customers`);
    await page.getByRole("link", { name: /Harbour Cafe/ }).click();
    await expect(page.getByText("No orders yet")).toBeVisible();
    await page.goto(`${docket.url}/customers`);
    await page.getByRole("link", { name: /Old Mill/ }).click();
    await expect(page.getByRole("list", { name: "Orders" }).getByRole("link")).toHaveCount(1);
  });

  async function importLists(lists: Readonly<Record<string, readonly string[]>>): Promise<void> {
    await page.goto(`${docket.url}/import`);
    const files = Object.entries(lists).map(([name, rows]) => ({
      name,
      mimeType: "text/csv",
      buffer: Buffer.from(`${rows.join("\n")}\n`),
    }));
    await page.getByLabel("CSV files to import").setInputFiles(files);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await expect(page.getByText("The import is done")).toBeVisible();
  }

  async function newOrder(typed: string): Promise<void> {
    await page.goto(`${docket.url}/orders/new`);
    const entry = page.getByRole("combobox", { name: "Add a product" });
    await entry.fill(typed);
    await expect(page.getByRole("option").first()).toBeVisible();
    await entry.press("Enter");
  }

  async function expectOptions(box: string, expected: Readonly<Record<string, string>>): Promise<void> {
    for (const [typed, name] of Object.entries(expected)) {
      await page.getByRole("combobox", { name: box }).fill(typed);
      await expect(page.getByRole("option")).toHaveCount(1);
      await expect(page.getByRole("option")).toContainText(name);
    }
  }

  async function expectRows(expected: Readonly<Record<string, string>>): Promise<void> {
    for (const [typed, name] of Object.entries(expected)) {
      await page.getByRole("searchbox").fill(typed);
      await expect(page.locator(".list-row")).toHaveCount(1);
      await expect(page.locator(".list-row")).toContainText(name);
    }
  }
});
