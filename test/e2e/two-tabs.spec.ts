import { expect, type Page, test } from "@playwright/test";
import {
  addSampleCatalogue,
  expectAllSent,
  keepForOffline,
  linesOf,
  loseNetwork,
  regainNetwork,
  startBusiness,
} from "../support/as-a-rep.ts";
import { type CuttableProxy, startCuttableProxy } from "../support/cuttable-proxy.ts";
import { fired } from "../support/fired.ts";
import { clientOf } from "../support/protocol-client.ts";
import { faultsOfBooks, readBooks } from "../support/read-books.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

const rounds = 4;

test.describe("two tabs of one device", () => {
  let docket: RunningDocket;
  let proxy: CuttableProxy;
  test.beforeAll(async () => {
    docket = await startDocket();
    proxy = await startCuttableProxy(() => Number(new URL(docket.url).port));
  });
  test.afterAll(async () => {
    await proxy.stop();
    await docket.stop();
  });

  test("[L4] [L11] save at the same moment: distinct numbers, both kept, sent once; every write is strict", async ({
    context,
    page: one,
  }) => {
    const other = await context.newPage();
    for (const page of [one, other]) await noteTransactions(page);
    await startBusiness(one, proxy.url);
    await addSampleCatalogue(one, proxy.url);
    await keepForOffline(one);
    const taken: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // In the last rounds both tabs find a network again at the same moment, with the same outbox.
      if (round === rounds / 2) await loseNetwork(proxy, context);
      for (const page of [one, other]) {
        await page.goto(`${proxy.url}/orders/new`);
        await expect(page.getByRole("heading", { name: "New order" })).toBeVisible();
      }
      await Promise.all([one, other].map((page) => tap(page, "Plum Jam")));
      for (const page of [one, other]) taken.push(await numberOn(page));
      fired(8, import.meta.url);
    }
    expect(new Set(taken).size).toBe(rounds * 2);

    await regainNetwork(proxy, context);
    await expectAllSent(one);
    await expectAllSent(other);
    const books = await readBooks(one);
    expect(faultsOfBooks(books)).toEqual([]);
    expect(books.outbox).toEqual([]);
    expect(books.orders.map(({ number }) => number).sort()).toEqual([...taken].sort());
    const log = await clientOf(docket.url, books.token, {
      workspace: { id: "", name: "" },
      device: { id: books.deviceId, code: books.code, name: "", role: "owner" },
    }).pullAll();
    const drafted = log.filter(({ type }) => type === "order-drafted");
    expect(drafted.map(({ data }) => (data as { number: string }).number).sort()).toEqual([...taken].sort());
    expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);

    for (const page of [one, other]) {
      const writes = await writesOf(page);
      expect(writes.length, "transactions that write, in this tab").toBeGreaterThan(rounds);
      // [L1] What is shown as saved has been flushed: Chromium's own default would acknowledge before.
      expect(new Set(writes)).toEqual(new Set(["strict"]));
    }
  });
});

/** Taps in the tab as it is: of two tabs one is in the background, where a pointer would wait for it to be painted. */
async function tap(page: Page, product: string): Promise<void> {
  const tile = page.getByRole("listitem").getByRole("button", { name: product }).first();
  await tile.dispatchEvent("click");
  await expect(linesOf(page)).toHaveCount(1);
}

async function numberOn(page: Page): Promise<string> {
  const heading = page.getByRole("heading", { level: 1, name: /^Order / });
  return ((await heading.textContent()) ?? "").replace(/^Order /, "").trim();
}

/** Notes the durability of every transaction that writes, over reloads of the page. */
async function noteTransactions(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const plain = IDBDatabase.prototype.transaction;
    const key = "docket-test-writes";
    const durabilities: string[] = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      const transaction = plain.call(this, stores, mode, options);
      if (mode === "readwrite") {
        durabilities.push(transaction.durability);
        sessionStorage.setItem(key, JSON.stringify(durabilities));
      }
      return transaction;
    };
  });
}

function writesOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => JSON.parse(sessionStorage.getItem("docket-test-writes") ?? "[]"));
}
