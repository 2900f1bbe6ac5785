import { percentile } from "../stats.ts";
import type { Work } from "../work.ts";
import { shopSize } from "./filled-shop.ts";
import { openShop } from "./open-shop.ts";
import { noteResults, typeByKeys } from "./results-of-keys.ts";
import { firstPage } from "./shown-rows.ts";
import { origins } from "./site.ts";
import { watchPage } from "./watch-page.ts";

/** Few and many matches, from the beginning and the middle of names, and a misspelt one. */
const searches = ["apple juice", "figs large 9", "grey exp", "organic 11", "sku-004", "cofee pack"];

/** U1: a product is looked for while an order is written. */
export const productSearch: Work = {
  id: "U1",
  title: "search over all products in the app: from a key to the frame that shows its matches",
  measures: [
    { name: "key p50", unit: "ms", better: "lower" },
    { name: "key p95", unit: "ms", better: "lower", goal: { figure: 50 } },
  ],
  prepare: async (world) => {
    const size = shopSize(world).large;
    const shop = await openShop(world, size);
    const page = await firstPage(await shop.launch());
    await page.goto(`${origins.docket}/orders/new`);
    await page.locator(".tile").first().waitFor();
    await noteResults(page, ".suggest");
    const field = page.getByRole("combobox", { name: "Add a product" });
    const typeAll = async () => {
      const times: number[] = [];
      for (const text of searches) {
        times.push(...(await typeByKeys(page, field, text)));
        await field.fill("");
      }
      return times;
    };
    return {
      contestants: [
        {
          name: "docket",
          run: async () => {
            const times = await typeAll();
            return { "key p50": percentile(times, 0.5), "key p95": percentile(times, 0.95) };
          },
          profile: () => watchPage(page, { units: searches.join("").length, unit: "key" }, typeAll),
        },
      ],
      notes: [`${size.products} products, ${searches.length} searches of ${searches.join("").length} keys`],
      end: shop.end,
    };
  },
};
