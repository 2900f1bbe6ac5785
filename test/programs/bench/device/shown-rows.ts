import type { BrowserContext, Page } from "@playwright/test";

/** How many rows of the list count as "shown". */
const rowsShown = 50;

/** Opens an address in the browser's first page; ms from the navigation until the 50 newest orders are in the DOM. */
export async function openUntilShown(page: Page, url: string): Promise<number> {
  const mark = "rows shown: ";
  await page.addInitScript(
    ([text, count]) => {
      const rows = document.getElementsByTagName("li");
      const watch = new MutationObserver(() => {
        if (rows.length < count) return;
        if (document.querySelectorAll("ul.list > li").length < count) return;
        watch.disconnect();
        console.log(text + performance.now());
      });
      watch.observe(document, { subtree: true, childList: true });
    },
    [mark, rowsShown] as const,
  );
  const shown = page.waitForEvent("console", {
    predicate: (message) => message.text().startsWith(mark),
    timeout: shownMsMax,
  });
  await page.goto(url);
  return Number((await shown).text().slice(mark.length));
}

const shownMsMax = 120_000;

/** The page that a browser starts with. */
export async function firstPage(browser: BrowserContext): Promise<Page> {
  return browser.pages()[0] ?? (await browser.newPage());
}
