// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { expect, onTestFinished, test, vi } from "vitest";
import { createLocalDevice } from "../../../src/device/create-device.ts";
import { App } from "../../../src/ui/app/App.tsx";
import { findRemembered, remember } from "../../../src/ui/workspace/remembered-database.ts";
import { someSettings, startOrder } from "../../device/support/a-device.ts";
import { noteTransactions } from "../../support/note-transactions.ts";

/** Starts the app as in a new page. */
function startApp(): HTMLElement {
  const root = document.createElement("div");
  document.body.append(root);
  // What the page of a browser has, and this DOM does not.
  Object.assign(globalThis, { isSecureContext: true, reportError: (error: unknown) => console.error(error) });
  Object.defineProperty(navigator, "locks", { value: { request: async () => {} }, configurable: true });
  const leave = render(() => <App worker={{ onUpdate: () => {}, apply: () => {} }} />, root);
  onTestFinished(() => {
    leave();
    root.remove();
  });
  return root;
}

test("a cold start draws the orders from two reads, and asks for the rest after them, each thing once", async () => {
  // Here its code takes as long to be loaded as all the rest: it is there before.
  await import("../../../src/ui/orders/OrderList.tsx");
  const made = await createLocalDevice(someSettings, "Van 1");
  await startOrder(made);
  const { name } = made.db;
  made.close();
  remember(name);
  onTestFinished(() => remember(undefined));
  history.replaceState(null, "", "/orders");
  const begun = noteTransactions();
  const atFirstRow: string[] = [];
  const root = startApp();
  const looking = new MutationObserver(() => {
    if (atFirstRow.length === 0 && root.querySelector(".list-row") !== null) atFirstRow.push(...begun);
  });
  looking.observe(root, { childList: true, subtree: true });
  onTestFinished(() => looking.disconnect());
  // The screen's code is loaded meanwhile, which takes a real while.
  await vi.waitFor(() => {
    expect(root.querySelector(".sync-bar")?.textContent).toContain("this device");
    expect(root.querySelector(".filter")?.textContent).toContain("1");
  }, 30_000);
  const own = (all: readonly string[]) => all.map((one) => one.replace(`${name}: `, "")).sort();
  // Identity and clock offset are followed from the start, in a read of its own.
  const drawnFrom = atFirstRow.filter((one) => !one.endsWith(": meta readonly"));
  expect(own(drawnFrom)).toEqual(["docket: workspaces readonly", "meta streams readonly"]);
  expect(own(begun)).toEqual([
    "docket: workspaces readonly",
    // What waits.
    "meta outbox resupply readonly",
    // Identity; what sync does, whether the work was moved, a rebuild, and what was scanned in vain.
    "meta readonly",
    "meta readonly",
    "meta readonly",
    "meta readonly",
    "meta readonly",
    "meta streams readonly",
    // The settings and the orders again, live from now on; how many there are, and which are short.
    "meta streams readonly",
    "meta sums readonly",
    "streams readonly",
    "streams readonly",
  ]);
  expect(findRemembered()).toBe(name);
});
