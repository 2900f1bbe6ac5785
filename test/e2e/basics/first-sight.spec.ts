import { expect, test } from "@playwright/test";
import { addSampleCatalogue, startBusiness } from "../../support/as-a-rep.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";

test.describe("what has not been read yet", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
  });
  test.afterAll(() => docket.stop());

  test("is not called uncounted: product, products and stock claim nothing before it is read", async ({
    page,
  }) => {
    await startBusiness(page, docket.url);
    await addSampleCatalogue(page, docket.url);
    await page.getByRole("link", { name: /Plum Jam/ }).click();
    await expect(page.getByText("On hand", { exact: false })).toBeVisible();
    const product = page.url();
    // Keeps every text that is ever on the screen, however briefly.
    await page.addInitScript(() => {
      const seen = new Set<string>();
      Object.assign(window, { seen });
      new MutationObserver(() => {
        for (const text of document.body?.innerText.split("\n") ?? []) seen.add(text.trim());
      }).observe(document, { childList: true, subtree: true, characterData: true });
    });
    const shown: readonly (readonly [url: string, ready: string])[] = [
      [product, "Promised in open orders"],
      [`${docket.url}/products`, "27 left"],
      [`${docket.url}/stock`, "27 left"],
    ];
    for (const [url, ready] of shown) {
      await page.goto(url);
      await expect(page.getByText(ready).first()).toBeVisible();
      const seen = await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen]);
      expect(seen).toContain(ready);
      expect(seen, url).not.toContain("Not counted");
    }
  });
});
