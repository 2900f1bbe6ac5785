import type { Page } from "@playwright/test";
import type { Watched } from "../work.ts";
import { countRequests } from "./count-requests.ts";

/**
 * Runs `work` of `units` units under the browser's CPU profiler, and counts the page's requests to IndexedDB; also where
 * the work opens another document in it.
 */
export async function watchPage(
  page: Page,
  of: { readonly units: number; readonly unit: string },
  work: () => Promise<unknown>,
): Promise<Watched> {
  const count = `globalThis.counting ??= (${countRequests.toString()})(); undefined`;
  await page.addInitScript(count);
  await page.evaluate(count);
  const session = await page.context().newCDPSession(page);
  await session.send("Profiler.enable");
  await session.send("Profiler.setSamplingInterval", { interval: 200 });
  await session.send("Profiler.start");
  await work();
  const { profile: cpu } = await session.send("Profiler.stop");
  await session.detach();
  const requests = await page.evaluate(() => {
    const { counting } = globalThis as unknown as { readonly counting: ReturnType<typeof countRequests> };
    return counting.stop();
  });
  return { cpu, requests, ...of };
}
