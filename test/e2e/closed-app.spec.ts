import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import {
  addSampleCatalogue,
  beginOrder,
  joinByLink,
  keepForOffline,
  loseNetwork,
  makeInvite,
  placeOrder,
  regainNetwork,
  startBusiness,
  syncBar,
} from "../support/as-a-rep.ts";
import { launchOnProfile } from "../support/browser-device.ts";
import { type CuttableProxy, startCuttableProxy } from "../support/cuttable-proxy.ts";
import { fired } from "../support/fired.ts";
import { clientOf } from "../support/protocol-client.ts";
import { readBooks } from "../support/read-books.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

test.describe("an order taken without a network", () => {
  test.setTimeout(180_000);
  let docket: RunningDocket;
  let proxy: CuttableProxy;
  const profile = mkdtempSync(join(tmpdir(), "docket-profile-"));
  test.beforeAll(async () => {
    docket = await startDocket();
    proxy = await startCuttableProxy(() => Number(new URL(docket.url).port));
  });
  test.afterAll(async () => {
    await proxy.stop();
    await docket.stop();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  test("reaches the server with no page open, and the second device through the live hint", async ({
    browser,
  }) => {
    const first = await launchOnProfile(profile);
    const rep = first.pages()[0] ?? (await first.newPage());
    await startBusiness(rep, proxy.url);
    await addSampleCatalogue(rep, proxy.url);
    const link = await makeInvite(rep, proxy.url);
    await keepForOffline(rep);

    // The second device is not behind the proxy: its network stays, and it stays open.
    const second = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin" });
    const office = await second.newPage();
    await noteHints(office);
    await withoutPolling(office);
    await joinByLink(office, link.replace(proxy.url, docket.url), "Office");
    const officeBooks = await readBooks(office);
    const server = clientOf(docket.url, officeBooks.token, noNames);
    await office.evaluate(() => Object.assign(window, { neverReloaded: true }));

    const times: string[] = [];
    const startedMs = Date.now();
    const note = (what: string) => times.push(`${((Date.now() - startedMs) / 1000).toFixed(1)} s ${what}`);

    await loseNetwork(proxy, first);
    await expect(syncBar(rep)).toContainText("Offline");
    note("the network is cut");
    const order = await beginOrder(rep, ["Plum Jam", "Still Water"]);
    await placeOrder(rep, order.number);
    await expect(rep.getByTestId("saved-here")).toContainText("Saved on this device");
    note(`order ${order.number} is shown as saved`);
    await expect.poll(() => wakesAskedFor(rep), "a background sync is asked for").toEqual(["docket-sync"]);

    await first.newPage();
    await rep.close();
    expect(first.pages().map((page) => page.url())).toEqual(["about:blank"]);
    note("the app is closed: no page of it is open");
    expect(await server.readStream(`order/${order.id}`)).toEqual([]);
    const hintsBefore = await heard(office);

    await regainNetwork(proxy, first);
    note("the network is back");
    await expect
      .poll(async () => (await server.readStream(`order/${order.id}`)).map(({ type }) => type), {
        timeout: 90_000,
      })
      .toEqual(["order-drafted", "line-added", "line-added", "order-placed"]);
    note("the server has the whole order");
    expect(first.pages().map((page) => page.url())).toEqual(["about:blank"]);
    fired(36, import.meta.url);

    await expect(office.getByRole("link", { name: new RegExp(`${order.number}\\b`) })).toBeVisible();
    note("the second device shows it");
    expect(await office.evaluate(() => "neverReloaded" in window)).toBe(true);
    // What made the second device ask was the hint: nothing else could, and it was heard before the request.
    const placed = (await server.readStream(`order/${order.id}`)).at(-1);
    const after = (await heard(office)).slice(hintsBefore.length);
    expect(after[0]).toMatch(/^head \d+$/);
    // A hint tells of all that has come within a moment: of what inventory answered as well.
    expect(Number(after[0]?.slice("head ".length))).toBeGreaterThanOrEqual(placed?.position ?? Number.NaN);
    expect(after.indexOf("sync")).toBeGreaterThan(0);
    console.log([`${order.number}, taken offline, sent with the app closed:`, ...times].join("\n  "));

    const again = await first.newPage();
    await again.goto(`${proxy.url}/orders/${order.id}`);
    await expect(again.getByText("Sent and confirmed")).toBeVisible();
    await first.close();
    await second.close();
  });
});

const noNames = {
  workspace: { id: "", name: "" },
  device: { id: "", code: "", name: "", role: "owner" },
} as const;

/** The tags of the background syncs that wait in this browser. */
function wakesAskedFor(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.sync?.getTags()) ?? [];
  });
}

/** Notes each live hint that the page hears and each sync request that it makes, in order. */
async function noteHints(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const notes: string[] = [];
    Object.assign(window, { docketHeard: notes });
    const plain = window.fetch;
    window.fetch = async (...args: Parameters<typeof fetch>) => {
      const url = String(args[0]);
      if (url.endsWith("/v1/sync")) notes.push("sync");
      const response = await plain(...args);
      if (!url.endsWith("/v1/live") || response.body === null) return response;
      const noting = new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          const text = new TextDecoder().decode(chunk);
          for (const [, position] of text.matchAll(/"position":(\d+)/g)) notes.push(`head ${position}`);
          controller.enqueue(chunk);
        },
      });
      return new Response(response.body.pipeThrough(noting), response);
    };
  });
}

/** Takes the page's own polling away, and leaves what is shorter: backoff. Then only a hint can make it ask. */
async function withoutPolling(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const plain = window.setTimeout.bind(window);
    const never = (delayMs: number) => delayMs >= 20_000 && delayMs < 40_000;
    window.setTimeout = ((ring: () => void, delayMs = 0) =>
      never(delayMs) ? 0 : plain(ring, delayMs)) as typeof window.setTimeout;
  });
}

function heard(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (window as unknown as { docketHeard: string[] }).docketHeard);
}
