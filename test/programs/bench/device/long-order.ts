import type { Page } from "@playwright/test";
import { median } from "../stats.ts";
import type { Work } from "../work.ts";
import { shopSize } from "./filled-shop.ts";
import { openPage, openShop } from "./open-shop.ts";
import { longLines, longOrderId } from "./shop.ts";
import { origins } from "./site.ts";
import { watchPage } from "./watch-page.ts";

/** As many streams as a shop of 20,000 orders has whose stock is counted. */
const wholeStreams = 40_000;

/** U4: a long order is opened, and the read models are made again. */
export const longOrder: Work = {
  id: "U4",
  title: "opening a long order in the app; read models made again, as after an update",
  repetitions: { full: 3, quick: 1 },
  measures: [
    { name: "opening", unit: "ms", better: "lower", goal: { figure: 300 } },
    { name: "rebuild of 40,000 streams", unit: "s", better: "lower", goal: { figure: 20 } },
  ],
  prepare: async (world) => {
    const [, lines] = longLines;
    const shop = await openShop(world, shopSize(world).large);
    const browser = await shop.launch();
    const docket = await openPage(browser, "docket");
    const { streams } = await docket.evaluate(() => globalThis.docket.facts());
    const path = `/orders/${longOrderId(1)}`;
    const openTimes = async (page: Page) => {
      const times: number[] = [];
      while (times.length < 5) times.push(await open(page, path, lines));
      return times;
    };
    return {
      contestants: [
        {
          name: "docket",
          run: async () => {
            const page = await browser.newPage();
            const opening = median(await openTimes(page));
            await page.close();
            const rebuilt = await docket.evaluate(() => globalThis.docket.rebuild());
            return {
              opening,
              "rebuild of 40,000 streams": ((rebuilt.ms / 1_000) * wholeStreams) / rebuilt.streams,
            };
          },
          profile: () =>
            watchPage(docket, { units: streams / 1_000, unit: "1,000 streams made again" }, () =>
              docket.evaluate(() => globalThis.docket.rebuild()),
            ),
        },
      ],
      notes: [
        `an order of ${lines} lines; ${streams} streams are made again, the time is told for ${wholeStreams}`,
      ],
      end: shop.end,
    };
  },
};

/** From the tap on a link to it until all of its lines are in the DOM and on a frame. */
async function open(page: Page, path: string, lines: number): Promise<number> {
  await page.goto(`${origins.docket}/orders`);
  await page.locator("ul.list > li").nth(40).waitFor();
  return page.evaluate(
    async ([wanted, count]) => {
      // Its own row may be far down the list: what the works before this one began is newer.
      const link = document.createElement("a");
      link.href = wanted;
      document.querySelector("main")?.append(link);
      const shown = document.getElementsByClassName("line");
      const startedMs = performance.now();
      link.click();
      await new Promise<void>((resolve) => {
        const watch = new MutationObserver(() => {
          if (shown.length < count) return;
          watch.disconnect();
          resolve();
        });
        watch.observe(document.body, { subtree: true, childList: true });
      });
      await new Promise(requestAnimationFrame);
      return performance.now() - startedMs;
    },
    [path, lines] as const,
  );
}
