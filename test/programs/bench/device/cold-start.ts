import type { Work } from "../work.ts";
import { shopSize } from "./filled-shop.ts";
import { type OpenShop, openShop } from "./open-shop.ts";
import { firstPage, openUntilShown } from "./shown-rows.ts";
import { origins } from "./site.ts";
import { watchPage } from "./watch-page.ts";

/** W3: a cold start. */
export const coldStart: Work = {
  id: "W3",
  title: "cold start: a fresh browser process, from the navigation to the 50 newest orders in the DOM",
  measures: [
    { name: "start", unit: "ms", better: "lower", goal: { ratio: 1.5 } },
    { name: "start with a tenth of the orders", unit: "ms", better: "lower" },
    { name: "growth", unit: "x", better: "lower", goal: { figure: 1.2 } },
  ],
  prepare: async (world) => {
    const { large, small } = shopSize(world);
    const [many, few] = [await openShop(world, large), await openShop(world, small)];
    const start = async (shop: OpenShop, url: string) => {
      const browser = await shop.launch();
      const tookMs = await openUntilShown(await firstPage(browser), url);
      await browser.close();
      return tookMs;
    };
    const [app, bare] = [`${origins.docket}/orders`, `${origins.raw}/bench/raw-start.html`];
    const named = (ofMany: number, ofFew: number) => ({
      start: ofMany,
      "start with a tenth of the orders": ofFew,
      growth: ofMany / ofFew,
    });
    return {
      contestants: [
        { name: "raw", run: async () => named(await start(many, bare), await start(few, bare)) },
        {
          name: "docket",
          run: async () => named(await start(many, app), await start(few, app)),
          profile: async () => {
            const browser = await many.launch();
            const page = await firstPage(browser);
            const of = { units: 1, unit: "start" };
            const watched = await watchPage(page, of, () => openUntilShown(page, app));
            await browser.close();
            return watched;
          },
        },
      ],
      notes: [
        `${large.orders} and ${small.orders} orders, ${large.products} products, the built app with its service worker; raw: a bare page that reads 50 rows by an index`,
      ],
      end: async () => {
        await many.end();
        await few.end();
      },
    };
  },
};
