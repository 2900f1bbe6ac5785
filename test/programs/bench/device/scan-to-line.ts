import type { Page } from "@playwright/test";
import { connectScanner } from "../../../support/scanner.ts";
import { percentile } from "../stats.ts";
import type { Work } from "../work.ts";
import { shopSize } from "./filled-shop.ts";
import { openPage, openShop } from "./open-shop.ts";
import { ean13, longLines, longOrderId } from "./shop.ts";
import { origins } from "./site.ts";
import { watchPage } from "./watch-page.ts";

/** U2: a code is scanned into an order. */
export const scanToLine: Work = {
  id: "U2",
  title: "scan in the app: from the code's last key to the line in the DOM",
  measures: longLines.flatMap((lines) => [
    { name: `${lines} lines p50`, unit: "ms", better: "lower" } as const,
    {
      name: `${lines} lines p95`,
      unit: "ms",
      better: "lower",
      goal: { figure: lines < 100 ? 60 : 100 },
    } as const,
  ]),
  prepare: async (world) => {
    const size = shopSize(world).large;
    const count = world.quick ? 8 : 20;
    const shop = await openShop(world, size);
    const browser = await shop.launch();
    const raw = await openPage(browser, "raw");
    const orders: {
      readonly lines: number;
      readonly scanAll: () => Promise<readonly number[]>;
      readonly page: Page;
    }[] = [];
    let product = 0;
    for (const [at, lines] of longLines.entries()) {
      const page = await browser.newPage();
      await openOrder(page, at);
      await noteLines(page);
      const { scan } = await connectScanner(page);
      const scanAll = async () => {
        product += 1;
        const times: number[] = [];
        // The first adds a line, each after it raises its quantity.
        while (times.length < count) {
          await page.bringToFront();
          await scan(ean13(size.products - product));
          const done = times.length + 1;
          await page.waitForFunction(
            (wanted) => (globalThis as unknown as Noted).lineTimes.length >= wanted,
            done,
          );
          times.push((await page.evaluate(() => (globalThis as unknown as Noted).lineTimes)).at(-1) ?? 0);
        }
        await page.evaluate(() => (globalThis as unknown as Noted).lineTimes.splice(0));
        return times;
      };
      orders.push({ lines, scanAll, page });
    }
    const spread = (lines: number, times: readonly number[]) => ({
      [`${lines} lines p50`]: percentile(times, 0.5),
      [`${lines} lines p95`]: percentile(times, 0.95),
    });
    return {
      contestants: [
        {
          name: "raw",
          run: async () => {
            const figures: Record<string, number> = {};
            for (const { lines } of orders)
              Object.assign(
                figures,
                spread(
                  lines,
                  await raw.evaluate(([rows, times]) => globalThis.raw.putAndRedrawOne(rows, times), [
                    lines,
                    count,
                  ] as const),
                ),
              );
            return figures;
          },
        },
        {
          name: "docket",
          run: async () => {
            const figures: Record<string, number> = {};
            for (const { lines, scanAll } of orders) Object.assign(figures, spread(lines, await scanAll()));
            return figures;
          },
          profile: async () => {
            const long = orders.at(-1);
            if (long === undefined) throw new Error("expected an order to scan into, found none");
            return watchPage(long.page, { units: count, unit: "scan" }, long.scanAll);
          },
        },
      ],
      notes: [
        `orders of ${longLines.join(" and ")} lines, ${size.orders} orders there, ${count} scans each, the server takes them meanwhile; raw: a strict put and one row drawn again`,
      ],
      end: shop.end,
    };
  },
};

/** Opens one of the long drafts, so that it may be changed. */
async function openOrder(page: Page, at: number): Promise<void> {
  await page.goto(`${origins.docket}/orders/${longOrderId(at)}`);
  await page.locator(".line").first().waitFor();
  // A draft that somebody else has begun is there to be read.
  const change = page.getByRole("button", { name: /^Change/ }).first();
  if ((await page.locator(".tile").count()) === 0 && (await change.isVisible())) await change.click();
  await page.locator(".tile").first().waitFor();
}

interface Noted {
  readonly lineTimes: number[];
}

/** From now on the page notes how long each Enter took to change the lines. */
async function noteLines(page: Page): Promise<void> {
  await page.evaluate(() => {
    const lines = document.getElementsByClassName("line");
    const lineTimes: number[] = [];
    let startedMs: number | undefined;
    let before = "";
    const look = () =>
      `${lines.length} ${document.querySelector(".line[data-fresh] .line-quantity")?.textContent ?? ""}`;
    addEventListener(
      "keydown",
      ({ key }) => {
        if (key !== "Enter") return;
        startedMs = performance.now();
        before = look();
      },
      true,
    );
    new MutationObserver(() => {
      if (startedMs === undefined || look() === before) return;
      lineTimes.push(performance.now() - startedMs);
      startedMs = undefined;
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    Object.assign(globalThis, { lineTimes });
  });
}
