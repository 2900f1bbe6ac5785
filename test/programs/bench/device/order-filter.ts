import { percentile } from "../stats.ts";
import type { Work } from "../work.ts";
import { shopSize } from "./filled-shop.ts";
import { openShop } from "./open-shop.ts";
import { inputAndWait, noteResults } from "./results-of-keys.ts";
import { companyOf } from "./shop.ts";
import { firstPage, openUntilShown } from "./shown-rows.ts";
import { origins } from "./site.ts";
import { watchPage } from "./watch-page.ts";

/** Each is another set of orders than the one before it: its result is a change. */
const many = ["harbour", "mill", "quay", "green", "market", "station", "castle", "bridge"];

/** U3: orders are looked for in the whole history. */
export const orderFilter: Work = {
  id: "U3",
  title: "filter over all orders in the app: from the last key to the frame that shows its result",
  measures: [
    { name: "many matches p50", unit: "ms", better: "lower" },
    { name: "many matches p95", unit: "ms", better: "lower", goal: { figure: 100 } },
    { name: "few matches p50", unit: "ms", better: "lower" },
    { name: "few matches p95", unit: "ms", better: "lower", goal: { figure: 100 } },
  ],
  prepare: async (world) => {
    const size = shopSize(world).large;
    // Old orders, which are far from the front of the list, and customers of whom there are few.
    const few = [17, 40, 71, 90, 121].flatMap((index) => [`PO 1${index}5`, companyOf(index)]);
    const shop = await openShop(world, size);
    const page = await firstPage(await shop.launch());
    await openUntilShown(page, `${origins.docket}/orders`);
    await noteResults(page, "main");
    const field = page.getByRole("searchbox").first();
    const search = async (texts: readonly string[]) => {
      const times: number[] = [];
      for (const text of texts) times.push(await inputAndWait(page, () => field.fill(text)));
      return times;
    };
    return {
      contestants: [
        {
          name: "docket",
          run: async () => {
            const [ofMany, ofFew] = [await search(many), await search(few)];
            return {
              "many matches p50": percentile(ofMany, 0.5),
              "many matches p95": percentile(ofMany, 0.95),
              "few matches p50": percentile(ofFew, 0.5),
              "few matches p95": percentile(ofFew, 0.95),
            };
          },
          profile: () =>
            watchPage(page, { units: many.length + few.length, unit: "search" }, () =>
              search([...many, ...few]),
            ),
        },
      ],
      notes: [
        `${size.orders} orders; ${many.length} texts with many matches, ${few.length} with few, each put in whole`,
      ],
      end: shop.end,
    };
  },
};
