import type { Locator, Page } from "@playwright/test";

/**
 * From now on the page notes, for each input into a field, how long it took until what is found had changed in `region`
 * and that was on a frame. It is the first change after the input: a result that stays the same is none.
 */
export async function noteResults(page: Page, region: string): Promise<void> {
  await page.evaluate((selector) => {
    const times: number[] = [];
    let startedMs: number | undefined;
    const isResult = (node: Node) =>
      (node instanceof Element ? node : node.parentElement)?.closest(selector) != null;
    addEventListener(
      "input",
      (event) => {
        startedMs = event.timeStamp;
      },
      true,
    );
    new MutationObserver((changes) => {
      if (startedMs === undefined || !changes.some(({ target }) => isResult(target))) return;
      const fromMs = startedMs;
      startedMs = undefined;
      requestAnimationFrame(() => {
        const painted = new MessageChannel();
        painted.port1.onmessage = () => times.push(performance.now() - fromMs);
        painted.port2.postMessage(null);
      });
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    Object.assign(globalThis, { resultTimes: times });
  }, region);
}

/** Does one input, and waits for its result. The time that it took, in ms. */
export async function inputAndWait(page: Page, input: () => Promise<void>): Promise<number> {
  const before = await timesOf(page);
  await input();
  await page.waitForFunction(
    (count) => (globalThis as unknown as Noted).resultTimes.length > count,
    before.length,
    { timeout: resultMsMax },
  );
  return (await timesOf(page)).at(-1) ?? 0;
}

/**
 * Types a text key by key, each after the result of the one before. The time of each key in ms, but of those that changed
 * nothing.
 */
export async function typeByKeys(page: Page, field: Locator, text: string): Promise<readonly number[]> {
  await field.focus();
  const times: number[] = [];
  for (const key of text) {
    const before = (await timesOf(page)).length;
    await page.keyboard.type(key);
    const deadlineMs = performance.now() + unchangedMs;
    let after = await timesOf(page);
    while (after.length === before && performance.now() < deadlineMs) {
      await page.waitForTimeout(10);
      after = await timesOf(page);
    }
    times.push(...after.slice(before));
  }
  return times;
}

/** A key without a result for this long has changed nothing. */
const unchangedMs = 2_000;

const resultMsMax = 60_000;

interface Noted {
  readonly resultTimes: readonly number[];
}

function timesOf(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => (globalThis as unknown as Noted).resultTimes);
}
