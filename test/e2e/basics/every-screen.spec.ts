import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import {
  type FilledWorkspace,
  fillWorkspace,
  openScreen,
  visitsOf,
} from "../../programs/screens/fill-workspace.ts";
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

  test("has no violation that axe knows, light and dark, fits small windows, and gives thumbs room", async () => {
    const { page, ids } = filled;
    for (const visit of visitsOf(ids)) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      await openScreen(page, docket.url + visit.url);
      expect.soft(await violations(page), `${visit.name}, light`).toEqual([]);
      // Nothing but colours differs in the dark.
      await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
      expect.soft(await contrastViolations(page), `${visit.name}, dark`).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      expect.soft(await smallTargets(page, 48), visit.name).toEqual([]);
      // 640 px: a window of 1280 px at a zoom of 200 %.
      for (const width of [640, 320]) {
        await page.setViewportSize({ width, height: width === 640 ? 400 : 640 });
        expect.soft(await overflowing(page), `${visit.name} at ${width} px`).toEqual([]);
      }
    }
  });
});

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

function violations(page: Page): Promise<readonly string[]> {
  return namesOf(new AxeBuilder({ page }).withTags(tags));
}

function contrastViolations(page: Page): Promise<readonly string[]> {
  return namesOf(new AxeBuilder({ page }).withRules("color-contrast"));
}

async function namesOf(axe: AxeBuilder): Promise<readonly string[]> {
  const found = await axe.analyze();
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
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
