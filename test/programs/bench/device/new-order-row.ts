import type { Page } from "@playwright/test";
import { percentile } from "../stats.ts";
import type { Figures, Work } from "../work.ts";
import { shopSize } from "./filled-shop.ts";
import { openPage, openShop } from "./open-shop.ts";
import { openUntilShown } from "./shown-rows.ts";
import { origins } from "./site.ts";
import { watchPage } from "./watch-page.ts";

/** W4: from a tap to its row, with Docket's modules alone and in the app. */
export const newOrderRow: Work = {
  id: "W4",
  title: "tap to the new order's row in the DOM: modules alone, the app that syncs, its second tab",
  measures: [
    { name: "modules p50", unit: "ms", better: "lower", goal: { ratio: 1.5 } },
    { name: "modules p95", unit: "ms", better: "lower", goal: { ratio: 1.5 } },
    { name: "app p50", unit: "ms", better: "lower", goal: { ratio: 1.5 } },
    { name: "app p95", unit: "ms", better: "lower", goal: { ratio: 1.5 } },
    { name: "app, shown as saved p50", unit: "ms", better: "lower" },
    { name: "second tab p50", unit: "ms", better: "lower" },
    { name: "second tab p95", unit: "ms", better: "lower", goal: { figure: 50 } },
  ],
  prepare: async (world) => {
    const size = shopSize(world).large;
    const count = world.quick ? 10 : 40;
    const shop = await openShop(world, size);
    const browser = await shop.launch();
    const [docket, raw] = [await openPage(browser, "docket"), await openPage(browser, "raw")];
    const [app, second] = [await browser.newPage(), await browser.newPage()];
    const begin = () => docket.evaluate((times) => globalThis.docket.beginAndDraw(times), count);
    const tapAll = async () => {
      await openUntilShown(second, `${origins.docket}/orders`);
      await noteRows(second);
      await app.goto(`${origins.docket}/orders`);
      const taps: Tap[] = [];
      while (taps.length < count) taps.push(await tap(app, second));
      // Nothing of the app goes on while others have their turn.
      await app.goto("about:blank");
      await second.goto("about:blank");
      return taps;
    };
    return {
      contestants: [
        {
          name: "raw",
          run: async () => {
            const times = await raw.evaluate((wanted) => globalThis.raw.putAndDraw(wanted), count);
            return { ...spread("modules", times), ...spread("app", times) };
          },
        },
        {
          name: "docket",
          run: async () => {
            const times = await begin();
            await docket.evaluate(() => globalThis.docket.sync());
            const taps = await tapAll();
            const of = (which: keyof Tap) => taps.map((one) => one[which]);
            return {
              ...spread("modules", times),
              ...spread("app", of("rowMs")),
              "app, shown as saved p50": percentile(of("savedMs"), 0.5),
              ...spread("second tab", of("secondMs")),
            };
          },
          profile: () => watchPage(docket, { units: count, unit: "order begun" }, begin),
        },
      ],
      notes: [
        `${count} orders begun, ${size.orders} there; modules: the newest 50 drawn by hand from a live query; app: a tap on a product begins the order, its line is the row, the server takes it meanwhile; second tab: the same order in the list there`,
      ],
      end: shop.end,
    };
  },
};

function spread(name: string, times: readonly number[]): Figures {
  return { [`${name} p50`]: percentile(times, 0.5), [`${name} p95`]: percentile(times, 0.95) };
}

interface Tap {
  readonly rowMs: number;
  readonly savedMs: number;
  readonly secondMs: number;
}

/** Notes when each order first stands in the list of a page, in ms of the machine's clock. */
async function noteRows(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = new Map<string, number>();
    const look = () => {
      for (const link of document.querySelectorAll("ul.list > li:nth-child(-n+3) a")) {
        const href = link.getAttribute("href") ?? "";
        if (!seen.has(href)) seen.set(href, performance.timeOrigin + performance.now());
      }
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    Object.assign(globalThis, { seen });
  });
}

/** Begins an order by a tap on a product. */
async function tap(app: Page, second: Page): Promise<Tap> {
  await app.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "New order" }).click();
  await app.getByRole("heading", { name: "New order" }).waitFor();
  await app.locator(".tile").first().waitFor();
  const { atMs, rowMs, savedMs, path } = await app.evaluate(async () => {
    const lines = document.getElementsByClassName("line");
    const until = (isThere: () => boolean) =>
      new Promise<number>((resolve) => {
        const watch = new MutationObserver(() => {
          if (!isThere()) return;
          watch.disconnect();
          resolve(performance.now());
        });
        watch.observe(document.body, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true,
        });
      });
    const row = until(() => lines.length > 0);
    const saved = until(
      () =>
        document.querySelector(".page-header [data-testid=saved-here]") !== null ||
        /Sent and confirmed/.test(document.querySelector(".page-header")?.textContent ?? ""),
    );
    const startedMs = performance.now();
    document.querySelector<HTMLElement>(".tile")?.click();
    const [rowAtMs, savedAtMs] = [await row, await saved];
    return {
      atMs: performance.timeOrigin + startedMs,
      rowMs: rowAtMs - startedMs,
      savedMs: savedAtMs - startedMs,
      path: location.pathname,
    };
  });
  const seenAtMs = await second.waitForFunction(
    (href) => (globalThis as unknown as { readonly seen: Map<string, number> }).seen.get(href),
    path,
  );
  return { rowMs, savedMs, secondMs: ((await seenAtMs.jsonValue()) ?? 0) - atMs };
}
