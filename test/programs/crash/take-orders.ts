import { expect, type Page } from "@playwright/test";
import type { Luck } from "../../support/luck.ts";

/** What the screen of an order showed as saved: its number, its status and its lines by product. */
export interface Shown {
  readonly number: string;
  readonly status: string;
  readonly lines: readonly (readonly [name: string, quantity: number])[];
}

/** When a page stands still: never, at the first sight of all, or at the first message that an order is placed and saved. */
export type StandsStill = "never" | "at a sight" | "at a placed order";

/**
 * Tells, as it happens, what an order's screen shows as saved: "Saved on this device", that it was confirmed, or the
 * message that it is placed and saved. Where it is to, the page stands still for good in that moment, from the sight of
 * number `from` on: what is not with the browser by then never will be. `saw` hears each, and whether it was the last.
 */
export async function watchSaved(
  page: Page,
  { still, from }: { readonly still: StandsStill; readonly from: number },
  saw: (shown: Shown, isLast: boolean) => void,
): Promise<void> {
  const mark = "shown as saved: ";
  page.on("console", (message) => {
    if (!message.text().startsWith(mark)) return;
    const { isLast, ...shown } = JSON.parse(message.text().slice(mark.length)) as Shown & { isLast: boolean };
    saw(shown, isLast);
  });
  await page.evaluate(
    (wanted) => {
      let last = "";
      let sights = 0;
      const textOf = (element: Element | null) => element?.textContent?.trim() ?? "";
      const look = () => {
        const number = /^Order (\S+)$/.exec(textOf(document.querySelector("h1")))?.[1];
        if (number === undefined) return;
        const header = document.querySelector(".page-header");
        const isSaved = header?.querySelector("[data-testid=saved-here]") !== null;
        const isSent = /Sent and confirmed/.test(header?.textContent ?? "");
        const messages = [...document.querySelectorAll(".toast")].map(textOf);
        const isPlaced = messages.some((text) =>
          text.startsWith(`Order ${number} placed and saved on this device`),
        );
        if (!(isSaved || isSent || isPlaced)) return;
        const lines = [...document.querySelectorAll("ul[aria-label=Lines] > li")].map((line) => [
          textOf(line.querySelector(".line-text .strong")),
          Number(/\d+/.exec(textOf(line.querySelector(".line-quantity, .figure")))?.[0] ?? 0),
        ]);
        const chip = textOf(header?.querySelector(".chip") ?? null);
        const sight = { number, status: isPlaced ? "Placed" : chip, lines };
        const text = JSON.stringify(sight);
        if (text === last) return;
        last = text;
        sights += 1;
        const isWanted = wanted.still === "at a sight" || (wanted.still === "at a placed order" && isPlaced);
        const isLast = isWanted && sights >= wanted.from;
        console.log(wanted.mark + JSON.stringify({ ...sight, isLast }));
        if (isLast) for (;;);
      };
      new MutationObserver(look).observe(document.body, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      });
    },
    { mark, still, from },
  );
}

/** Orders being taken through the screens, one after another, until the browser is gone. */
export interface Taking {
  /** Whether something was tapped that has not been shown as saved. */
  readonly isSaving: () => boolean;
  /** Waits until something is: at once, or at the next tap. */
  readonly saving: () => Promise<void>;
  /** Rejects when the browser goes. */
  readonly ended: Promise<void>;
}

/** Takes orders as a person would: new order, a few taps on products, mostly placed. Starts on a screen of the app. */
export function takeOrders(page: Page, luck: Luck): Taking {
  let saving = false;
  let waiting: (() => void)[] = [];
  const tap = async (act: () => Promise<void>, untilShown: () => Promise<void>) => {
    saving = true;
    for (const tell of waiting) tell();
    waiting = [];
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
  return {
    isSaving: () => saving,
    saving: () => (saving ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    ended: run(),
  };
}

const ordersMax = 1_000;
