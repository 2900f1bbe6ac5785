import { expect, test } from "@playwright/test";
import { beginOrder, joinByLink, makeInvite, placeOrder, serverUrl, startBusiness } from "./as-a-rep.ts";
import { makeDevices } from "./devices.ts";
import type { Tab } from "./driver/driven-browser.ts";
import type { Engine } from "./driver/launch-browser.ts";
import { engines, whyLeftOut } from "./engines.ts";

const { step } = test;

test.describe.configure({ mode: "parallel" });

const devices = makeDevices();
test.afterEach(devices.stop);

for (const [owner, guest] of [
  ["webkit", "firefox"],
  ["firefox", "webkit"],
] as const satisfies readonly (readonly [Engine, Engine])[]) {
  test(`${guest} joins ${owner}'s business by its link, and each shows the other's orders live`, async () => {
    const missing = engines.map(whyLeftOut).filter((why) => why !== undefined);
    // biome-ignore lint/suspicious/noSkippedTests: left out and said so, where the machine lacks one of the browsers
    test.skip(missing.length > 0, `left out: ${missing.join(", ")}`);
    const one = await devices.start(owner);
    const other = await devices.start(guest);
    await step("a business", () => startBusiness(one.tab(), one.url));
    const link = await makeInvite(one.tab());
    await step("the other joins", () =>
      joinByLink(other.tab(), link.replace(serverUrl(), other.url), "Office"),
    );
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      await step(`an order from ${from === one ? owner : guest} is seen by the other`, async () => {
        await showOrders(to.tab());
        const order = await beginOrder(from.tab(), ["Plum Jam"]);
        await placeOrder(from.tab(), order);
        await to.tab().see({ role: "link", name: order.number, text: "Placed" });
        // It came into the page as it was: nothing was loaded again.
        expect(await to.tab().evaluate(() => "docketMark" in window)).toBe(true);
      });
    }
  });
}

/** Shows the list of orders, and marks the page as it is: loading it again would take the mark away. */
async function showOrders(tab: Tab): Promise<void> {
  await tab.click({ role: "link", name: /^Orders$/ });
  await tab.see({ role: "heading", name: /^Orders$/ });
  await tab.evaluate(() => {
    Object.assign(window, { docketMark: true });
  });
}
