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
      expect.soft(await cutOff(page), `${visit.name}, wide`).toEqual([]);
      // Nothing but colours differs in the dark.
      await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
      expect.soft(await contrastViolations(page), `${visit.name}, dark`).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      expect.soft(await smallTargets(page, 48), visit.name).toEqual([]);
      expect.soft(await cutOff(page), `${visit.name}, on a phone`).toEqual([]);
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

/** What sticks out of the window sideways, outside of what scrolls on its own (the filter chips). */
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

/**
 * Words that do not fit their field (what is chosen, what a line for typing says of itself), and open lists that
 * something around them cuts.
 */
async function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const drawing = document.createElement("canvas").getContext("2d");
    const wordsOf = (field: Element) =>
      field instanceof HTMLSelectElement
        ? (field.selectedOptions[0]?.text ?? "")
        : field instanceof HTMLInputElement && field.value === ""
          ? field.placeholder
          : "";
    const fields = [...document.querySelectorAll<HTMLElement>("input, select")].filter((field) => {
      if (drawing === null || field.offsetParent === null) return false;
      const style = getComputedStyle(field);
      drawing.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const room =
        field.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
      return drawing.measureText(wordsOf(field)).width > room + 0.5;
    });
    const lists = [...document.querySelectorAll<HTMLElement>("[role=listbox]:not([hidden])")].filter(
      (list) => {
        const { top, right, bottom, left } = list.getBoundingClientRect();
        for (let around = list.parentElement; around !== null; around = around.parentElement) {
          const style = getComputedStyle(around);
          const cuts =
            style.maskImage !== "none" || style.clipPath !== "none" || style.overflow !== "visible";
          const box = around.getBoundingClientRect();
          if (around === document.documentElement || around === document.body || !cuts) continue;
          if (top < box.top || left < box.left || right > box.right || bottom > box.bottom) return true;
        }
        return false;
      },
    );
    return [
      ...fields.map((field) => `“${wordsOf(field)}” does not fit its field`),
      ...lists.map((list) => `the list “${list.ariaLabel}” is cut`),
    ];
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
