import type { BrowserContext, Page } from "@playwright/test";
import type { Work } from "../work.ts";
import { shopSize } from "./filled-shop.ts";
import { openShop } from "./open-shop.ts";
import { firstPage } from "./shown-rows.ts";
import { origins } from "./site.ts";

const slower = 4;
/** After what is waited for has been seen: late long tasks count too. */
const quietMs = 3_000;

/** U5: what a slow device shows first, and how long it cannot be used. */
export const firstPaint: Work = {
  id: "U5",
  title:
    "first visit and cold start on a processor four times slower: largest paint, time in which nothing answers",
  repetitions: { full: 3, quick: 1 },
  measures: ["first visit", "cold start"].flatMap((start) => [
    { name: `${start} LCP`, unit: "ms", better: "lower", goal: { figure: 1_800 } } as const,
    { name: `${start} TBT`, unit: "ms", better: "lower", goal: { figure: 300 } } as const,
  ]),
  prepare: async (world) => {
    const size = shopSize(world).large;
    const shop = await openShop(world, size);
    return {
      contestants: [
        {
          name: "docket",
          run: async () => ({
            ...(await paint(await shop.emptyProfile()[1](), "first visit", "/", (page) =>
              page.getByRole("heading", { level: 1 }).first().waitFor(),
            )),
            ...(await paint(await shop.launch(), "cold start", "/orders", (page) =>
              page.locator("ul.list > li").nth(40).waitFor(),
            )),
          }),
        },
      ],
      notes: [
        `${size.orders} orders; LCP is the largest paint before any input, TBT the part of tasks over 50 ms from the first paint until ${quietMs / 1_000} s after the content is there`,
      ],
      end: shop.end,
    };
  },
};

async function paint(
  browser: BrowserContext,
  name: string,
  path: string,
  until: (page: Page) => Promise<void>,
): Promise<Readonly<Record<string, number>>> {
  const page = await firstPage(browser);
  const session = await browser.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
  await page.addInitScript(() => {
    const seen = { lcpMs: 0, fcpMs: Number.POSITIVE_INFINITY, tasks: [] as [number, number][] };
    const on = (type: string, note: (entry: PerformanceEntry) => void) =>
      new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
    on("largest-contentful-paint", ({ startTime }) => {
      seen.lcpMs = startTime;
    });
    on("paint", ({ name: kind, startTime }) => {
      if (kind === "first-contentful-paint") seen.fcpMs = startTime;
    });
    on("longtask", ({ startTime, duration }) => seen.tasks.push([startTime, duration]));
    Object.assign(globalThis, { seen });
  });
  await page.goto(origins.docket + path);
  await until(page);
  await page.waitForTimeout(quietMs);
  const { lcpMs, fcpMs, tasks } = await page.evaluate(
    () =>
      (globalThis as unknown as { seen: { lcpMs: number; fcpMs: number; tasks: [number, number][] } }).seen,
  );
  await browser.close();
  const blockedMs = tasks
    .filter(([startMs, tookMs]) => startMs + tookMs > fcpMs)
    .reduce((sum, [, tookMs]) => sum + Math.max(0, tookMs - 50), 0);
  return { [`${name} LCP`]: lcpMs, [`${name} TBT`]: blockedMs };
}
