import { expect, type Page } from "@playwright/test";
import type { Luck } from "../../support/luck.ts";

/** What the screen of an order showed as saved: its number, its status and its lines by product. */
export interface Shown {
  readonly number: string;
  readonly status: string;
  readonly lines: readonly (readonly [name: string, quantity: number])[];
}

/**
 * Tells, as it happens, what an order's screen shows as saved: "Saved on this device", or that it was confirmed. It
 * is told by the page itself at each change, so that a kill comes as close behind as a process can.
 */
export async function watchSaved(page: Page, saw: (shown: Shown) => void): Promise<void> {
  await page.exposeFunction("docketSaw", saw);
  await page.evaluate(() => {
    let last = "";
    const textOf = (element: Element | null) => element?.textContent?.trim() ?? "";
    const look = () => {
      const number = /^Order (\S+)$/.exec(textOf(document.querySelector("h1")))?.[1];
      const header = document.querySelector(".page-header");
      const isSaved = header?.querySelector("[data-testid=saved-here]") !== null;
      const isSent = /Sent and confirmed/.test(header?.textContent ?? "");
      if (number === undefined || !(isSaved || isSent)) return;
      const lines = [...document.querySelectorAll("ul[aria-label=Lines] > li")].map((line) => [
        textOf(line.querySelector(".line-text .strong")),
        Number(/\d+/.exec(textOf(line.querySelector(".line-quantity, .figure")))?.[0] ?? 0),
      ]);
      const sight = { number, status: textOf(header?.querySelector(".chip") ?? null), lines };
      const text = JSON.stringify(sight);
      if (text === last) return;
      last = text;
      (window as unknown as { docketSaw: (shown: unknown) => Promise<void> })
        .docketSaw(sight)
        .catch(() => {});
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
}

/** Orders being taken through the screens, one after another, until the browser is gone. */
export interface Taking {
  /** Whether something was tapped that has not been shown as saved. */
  readonly isSaving: () => boolean;
  /** Rejects when the browser goes. */
  readonly ended: Promise<void>;
}

/** Takes orders as a person would: new order, a few taps on products, mostly placed. Starts on a screen of the app. */
export function takeOrders(page: Page, luck: Luck): Taking {
  let saving = false;
  const tap = async (act: () => Promise<void>, untilShown: () => Promise<void>) => {
    saving = true;
    await act();
    await untilShown();
    saving = false;
  };
  const lines = page.getByRole("list", { name: "Lines" }).getByRole("listitem");
  const takeOne = async () => {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "New order" }).click();
    await expect(page.getByRole("heading", { name: "New order" })).toBeVisible();
    const count = luck.between(1, 3);
    for (let line = 1; line <= count; line += 1) {
      const product = page.locator(".tile").nth((line - 1) * 2 + luck.between(0, 1));
      await tap(
        () => product.click(),
        () => expect(lines).toHaveCount(line),
      );
    }
    if (luck.draw() < 0.3) return;
    await tap(
      () => page.getByRole("button", { name: /^Place order/ }).click(),
      () => expect(page.getByRole("heading", { name: "What happened" })).toBeVisible(),
    );
  };
  const run = async () => {
    for (let orders = 0; orders < ordersMax; orders += 1) await takeOne();
  };
  return { isSaving: () => saving, ended: run() };
}

const ordersMax = 1_000;
