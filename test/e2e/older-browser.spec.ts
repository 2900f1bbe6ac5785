import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { addSampleCatalogue, beginOrder, expectAllSent, startBusiness } from "../support/as-a-rep.ts";
import { faultsOfBooks, readBooks } from "../support/read-books.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

/**
 * What the oldest browsers of the README (Chrome 110, Firefox 126, Safari 16.0) do not all have. What is used where it is
 * there, and not missed elsewhere, is not named here: `CompressionStream`, Background Sync, being idle.
 */
const tooNew = {
  ".js": [
    /AbortSignal\.any\b/,
    /Promise\.(withResolvers|try)\b/,
    /Array\.fromAsync\b/,
    /(Object|Map)\.groupBy\b/,
    /URL\.(canParse|parse)\b/,
    /\.(toWellFormed|isWellFormed|isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(/,
    /checkVisibility|showPopover|startViewTransition|scheduler\.(yield|postTask)|EditContext/,
    /\(\?<[=!]/,
    /\bstatic\{/,
  ],
  ".css": [/color-mix\(|light-dark\(|@starting-style|@scope|text-wrap|field-sizing/, /[{;}]\s*&/],
};

test("what is built uses nothing that the oldest browsers lack", () => {
  const names = readdirSync("dist/client", { recursive: true }).map(String);
  let looked = 0;
  for (const [ending, patterns] of Object.entries(tooNew)) {
    for (const name of names.filter((each) => each.endsWith(ending))) {
      const text = readFileSync(`dist/client/${name}`, "utf8");
      looked += 1;
      for (const pattern of patterns)
        expect.soft(`${name}: ${text.match(pattern)?.[0] ?? ""}`).toBe(`${name}: `);
    }
  }
  expect(looked).toBeGreaterThan(20);
});

test.describe("an older browser", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("without the newest parts sends everything, also what is large", async ({ page }) => {
    await page.addInitScript(() => {
      for (const [holder, name] of [
        [AbortSignal, "any"],
        [window, "CompressionStream"],
        [window, "SyncManager"],
        [Promise, "withResolvers"],
        [navigator, "permissions"],
      ] as const) {
        Object.defineProperty(holder, name, { value: undefined });
      }
    });
    await startBusiness(page, docket.url);
    await addSampleCatalogue(page, docket.url);
    await beginOrder(page, ["Plum Jam"]);
    await expectAllSent(page);
    expect(faultsOfBooks(await readBooks(page))).toEqual([]);
  });

  test("that lacks what Docket needs is told what it is", async ({ page }) => {
    await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }));
    await page.goto(`${docket.url}/orders`);
    await expect(page.getByRole("heading", { name: "This browser is too old for Docket" })).toBeVisible();
    await expect(page.getByText("It lacks: Web Locks.", { exact: false })).toBeVisible();
  });
});
