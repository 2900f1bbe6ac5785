import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { type FilledWorkspace, fillWorkspace, openScreen, visitsOf } from "../../screens/fill-workspace.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";

test.describe("every screen", () => {
  test.describe.configure({ timeout: 240_000 });
  let docket: RunningDocket;
  let filled: FilledWorkspace;
  test.beforeAll(async ({ browser }) => {
    docket = await startDocket();
    filled = await fillWorkspace(browser, docket.url);
  });
  test.afterAll(async () => {
    await filled.context.close();
    await docket.stop();
  });

  for (const theme of ["light", "dark"] as const) {
    test(`has no violation that axe knows (WCAG 2.2 AA), ${theme}`, async () => {
      const { page, ids } = filled;
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      for (const visit of visitsOf(ids)) {
        await openScreen(page, docket.url + visit.url);
        expect.soft(await violations(page), visit.name).toEqual([]);
      }
    });
  }

  test("fits 320 px without scrolling sideways and without loss", async () => {
    await expectFit(filled, docket.url, { width: 320, height: 640 });
  });

  test("fits 200 % zoom of a 1280 px window", async () => {
    await expectFit(filled, docket.url, { width: 640, height: 400 });
  });

  test("gives every control a target of at least 48 px", async () => {
    const { page, ids } = filled;
    await page.setViewportSize({ width: 390, height: 844 });
    for (const visit of visitsOf(ids)) {
      await openScreen(page, docket.url + visit.url);
      expect.soft(await smallTargets(page, 48), visit.name).toEqual([]);
    }
  });

  test("opens cold without a network", async () => {
    const { page, context, ids } = filled;
    await page.setViewportSize({ width: 1280, height: 800 });
    await openScreen(page, `${docket.url}/settings`);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await context.setOffline(true);
    for (const visit of visitsOf(ids)) {
      const cold = await context.newPage();
      await openScreen(cold, docket.url + visit.url);
      await expect(cold.locator(".loading")).toHaveCount(0);
      await cold.close();
    }
    await context.setOffline(false);
  });
});

async function violations(page: Page): Promise<readonly string[]> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await new AxeBuilder({ page }).withTags(tags).analyze();
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
}

async function expectFit(
  { page, ids }: FilledWorkspace,
  url: string,
  viewport: { readonly width: number; readonly height: number },
): Promise<void> {
  await page.setViewportSize(viewport);
  for (const visit of visitsOf(ids)) {
    await openScreen(page, url + visit.url);
    expect.soft(await overflowing(page), `${visit.name} at ${viewport.width} px`).toEqual([]);
  }
}

/** What sticks out of the window sideways, outside of what scrolls by itself (the filter chips). */
async function overflowing(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const hidden = (element: Element) =>
      element.closest(".filters, .visually-hidden, .tiles-scroll, .table-scroll") !== null;
    const out = [...document.body.querySelectorAll("*")].filter((element) => {
      const box = element.getBoundingClientRect();
      return (
        box.width > 1 && box.height > 1 && (box.right > clientWidth + 1 || box.left < -1) && !hidden(element)
      );
    });
    const named = out.map(
      (element) => `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`,
    );
    return scrollWidth > clientWidth + 1 ? [`the page is ${scrollWidth} px wide`, ...named] : named;
  });
}

/** Controls that are smaller than a thumb; links in running text are exempt, as in WCAG 2.5.8. */
async function smallTargets(page: Page, leastPx: number): Promise<readonly string[]> {
  return page.evaluate((least) => {
    const controls = [
      ...document.querySelectorAll(
        "button, a.button, a.nav-item, a.list-row, select, input:not([type=radio]):not([type=checkbox]):not([type=file])",
      ),
    ];
    return controls
      .filter(
        (control) =>
          !control.classList.contains("skip-link") && (control as HTMLElement).offsetParent !== null,
      )
      .filter((control) => {
        const box = control.getBoundingClientRect();
        return box.width > 0 && (Math.round(box.height) < least || Math.round(box.width) < least);
      })
      .map(
        (control) =>
          `${control.tagName} ${control.textContent?.trim().slice(0, 30)} ${Math.round(control.getBoundingClientRect().width)}x${Math.round(control.getBoundingClientRect().height)}`,
      );
  }, leastPx);
}
