import type { Contestant, Work } from "../work.ts";
import { shopSize } from "./filled-shop.ts";
import { openPage, openShop } from "./open-shop.ts";
import { watchPage } from "./watch-page.ts";

/** W2: a log comes down into an empty device. */
export const remoteEvents: Work = {
  id: "W2",
  title: "remote events applied, page by page: parsed, verified, folded, written with their projections",
  measures: [{ name: "events", unit: "per s", better: "higher", goal: { ratio: 3 } }],
  prepare: async (world) => {
    const shop = await openShop(world, shopSize(world).large);
    const browser = await shop.launch();
    const [docket, raw] = [await openPage(browser, "docket"), await openPage(browser, "raw")];
    const paths = shop.pagePaths;
    const rate = (tookMs: number) => ({ events: (shop.shop.paged / tookMs) * 1_000 });
    const take = () => docket.evaluate((from) => globalThis.docket.takePages(from), paths);
    const contestants: Contestant[] = [
      {
        name: "raw",
        run: async () => rate(await raw.evaluate((from) => globalThis.raw.putEvents(from), paths)),
      },
      {
        name: "docket",
        run: async () => rate(await take()),
        profile: () => watchPage(docket, { units: shop.shop.paged / 1_000, unit: "1,000 events" }, take),
      },
    ];
    if (world.against !== undefined) {
      const against = await openPage(browser, "against");
      const run = async () =>
        rate(await against.evaluate((from) => globalThis.against.takePages(from), paths));
      contestants.push({ name: "against", run });
    }
    return {
      contestants,
      notes: [
        `${shop.shop.paged} events of orders with three lines, in ${shop.shop.pages} answers of the server; raw: a row for each of the same events, in one relaxed transaction`,
      ],
      end: shop.end,
    };
  },
};
