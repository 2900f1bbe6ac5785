import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { processesOf } from "../../../support/browser-device.ts";
import type { Figures, Work } from "../work.ts";
import { shopSize } from "./filled-shop.ts";
import { openShop } from "./open-shop.ts";
import { firstPage, openUntilShown } from "./shown-rows.ts";
import { origins } from "./site.ts";

/** How long a page has stood still when it is measured. */
const stillMs = 3_000;

/** W10: what a page takes after a cold start. */
export const pageMemory: Work = {
  id: "W10",
  title: "memory of the page after a cold start",
  repetitions: { full: 3, quick: 1 },
  measures: [
    { name: "page, private", unit: "MB", better: "lower", goal: { figure: 100 } },
    { name: "heap", unit: "MB", better: "lower" },
    { name: "heap after collection", unit: "MB", better: "lower" },
  ],
  prepare: async (world) => {
    const size = shopSize(world).large;
    const shop = await openShop(world, size);
    const run = async (url: string) => {
      const browser = await shop.launch();
      const page = await firstPage(browser);
      await openUntilShown(page, url);
      await page.waitForTimeout(stillMs);
      const figures = await memoryOf(page, shop.profile);
      await browser.close();
      return figures;
    };
    return {
      contestants: [
        { name: "raw", run: () => run(`${origins.raw}/bench/raw-start.html`) },
        { name: "docket", run: () => run(`${origins.docket}/orders`) },
      ],
      notes: [`${size.orders} orders; private: what the largest process of pages shares with nobody`],
      end: shop.end,
    };
  },
};

async function memoryOf(page: Page, profile: string): Promise<Figures> {
  const privateMb = Math.max(...processesOf(profile).filter(isRenderer).map(privateMbOf));
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const heapMb = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0) / 1024 ** 2;
  };
  const before = await heapMb();
  await session.send("HeapProfiler.collectGarbage");
  return { "page, private": privateMb, heap: before, "heap after collection": await heapMb() };
}

function isRenderer(pid: number): boolean {
  return readProc(pid, "cmdline").includes("--type=renderer");
}

function privateMbOf(pid: number): number {
  const parts = [...readProc(pid, "smaps_rollup").matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)];
  return parts.reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0) / 1024;
}

/** Empty where the process has gone meanwhile. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
