import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import {
  addSampleCatalogue,
  beginOrder,
  expectAllSent,
  keepForOffline,
  placeOrder,
  startBusiness,
} from "../support/as-a-rep.ts";
import { launchOnProfile } from "../support/browser-device.ts";
import { type CuttableProxy, startCuttableProxy } from "../support/cuttable-proxy.ts";
import { fired } from "../support/fired.ts";
import { clientOf } from "../support/protocol-client.ts";
import { readBooks } from "../support/read-books.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

test.describe("a browser profile that is not the only one with its identity", () => {
  let docket: RunningDocket;
  let proxy: CuttableProxy;
  let home: string;
  let open: BrowserContext[] = [];

  test.beforeEach(async () => {
    docket = await startDocket();
    proxy = await startCuttableProxy(() => Number(new URL(docket.url).port));
    home = mkdtempSync(join(tmpdir(), "docket-profiles-"));
  });
  test.afterEach(async () => {
    for (const context of open) await context.close();
    open = [];
    await proxy.stop();
    await docket.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  const profile = (name: string) => join(home, name);

  /** Opens the browser on a profile, at its list of orders. */
  async function openBrowser(
    name: string,
  ): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
    const context = await launchOnProfile(profile(name));
    open.push(context);
    const page = context.pages()[0] ?? (await context.newPage());
    return { context, page };
  }

  async function closeBrowser(context: BrowserContext): Promise<void> {
    await context.close();
    open = open.filter((other) => other !== context);
  }

  /** A business with an order that is sent, on a profile whose browser is closed. */
  async function aProfile(name: string) {
    const { context, page } = await openBrowser(name);
    await startBusiness(page, proxy.url);
    await addSampleCatalogue(page, proxy.url);
    await keepForOffline(page);
    const order = await takeOrder(page);
    await expectAllSent(page);
    const { deviceId } = await readBooks(page);
    await closeBrowser(context);
    return { order, deviceId };
  }

  test("[L6] copied while its browser was closed: one of the two takes a new identity, and the orders of both are on the server once", async () => {
    const { order: first, deviceId } = await aProfile("one");
    cpSync(profile("one"), profile("other"), { recursive: true, verbatimSymlinks: true });
    const one = await openBrowser("one");
    await one.page.goto(`${proxy.url}/orders`);
    const second = await takeOrder(one.page);
    await expectAllSent(one.page);
    // Both go on without a network, under the same identity and with the same numbers.
    proxy.cut();
    const third = await takeOrder(one.page);
    const offline = await openBrowser("other");
    await offline.page.goto(`${proxy.url}/orders`);
    const copied = await takeOrder(offline.page);
    expect(copied.number).toBe(second.number);
    const alsoCopied = await takeOrder(offline.page);
    expect(alsoCopied.number).toBe(third.number);
    expect(await readBooks(offline.page)).toMatchObject({ deviceId });
    await closeBrowser(offline.context);

    proxy.heal();
    await expectAllSent(one.page);
    const other = await openBrowser("other");
    await other.page.goto(`${proxy.url}/orders`);
    // Nobody has to do anything: the orders whose numbers are given go on under the next ones of the new identity.
    await expectAllSent(other.page);
    fired(12, import.meta.url);

    const all = [first, second, third, copied, alsoCopied];
    for (const { page } of [one, other]) await expectOrders(page, all);
    const [books, copiedBooks] = [await readBooks(one.page), await readBooks(other.page)];
    const numberOf = new Map(copiedBooks.orders.map(({ id, number }) => [id, number]));
    const [, , lastCount = ""] = /^(.+)-(\d+)$/.exec(alsoCopied.number) ?? [];
    const next = (step: number) => `${copiedBooks.code}-${Number(lastCount) + step}`;
    expect(numberOf.get(copied.id)).toBe(next(1));
    expect(numberOf.get(alsoCopied.id)).toBe(next(2));
    for (const { page } of [one, other]) {
      await expectChangedNumber(page, copied, next(1));
      // Paper with the old number leads to both orders that had it.
      await page.goto(`${proxy.url}/orders`);
      await page.getByRole("searchbox", { name: "Find an order" }).fill(copied.number);
      const rows = page.getByRole("list", { name: "Orders" }).getByRole("link");
      await expect(rows).toHaveCount(2);
      await expect(rows.filter({ hasText: `${next(1)} (was ${copied.number})` })).toHaveCount(1);
      await expect(rows.filter({ hasText: `${second.number} · ` })).toHaveCount(1);
    }
    expect(copiedBooks.orders).toEqual(books.orders);
    expect(books.deviceId).toBe(deviceId);
    expect(copiedBooks.deviceId).not.toBe(deviceId);
    expect(copiedBooks.code).not.toBe(books.code);
    await expectOnServer(one.page, all);
  });

  test("[L6] set back to an older copy: it takes a new identity, what it had sent comes down again, and no number is given twice", async () => {
    const { order: first, deviceId } = await aProfile("one");
    cpSync(profile("one"), profile("older"), { recursive: true, verbatimSymlinks: true });
    const before = await openBrowser("one");
    await before.page.goto(`${proxy.url}/orders`);
    const second = await takeOrder(before.page);
    await expectAllSent(before.page);
    await closeBrowser(before.context);
    rmSync(profile("one"), { recursive: true });
    cpSync(profile("older"), profile("one"), { recursive: true, verbatimSymlinks: true });

    const back = await openBrowser("one");
    await back.page.goto(`${proxy.url}/orders`);
    await expectOrders(back.page, [first, second]);
    await expectAllSent(back.page);
    expect((await readBooks(back.page)).deviceId).not.toBe(deviceId);
    fired(13, import.meta.url);
    const third = await takeOrder(back.page);
    await expectAllSent(back.page);
    await expectOrders(back.page, [first, second, third]);
    await expectOnServer(back.page, [first, second, third]);
  });

  interface Taken {
    readonly id: string;
    readonly number: string;
  }

  /** Takes an order through the screens and places it. */
  async function takeOrder(page: Page): Promise<Taken> {
    const order = await beginOrder(page, ["Plum Jam"]);
    await placeOrder(page, order.number);
    return order;
  }

  /** The order says which number it had, which it has now and why; so does its history. */
  async function expectChangedNumber(page: Page, { id, number }: Taken, now: string): Promise<void> {
    await page.goto(`${proxy.url}/orders/${id}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Order ${now}`);
    await expect(page.getByRole("alert")).toContainText(`The number changed from ${number} to ${now}`);
    await expect(page.getByText(`Changed the number from ${number} to ${now}`)).toBeVisible();
  }

  /** Waits until the device holds just these orders, all placed; its books account for every command. */
  async function expectOrders(page: Page, taken: readonly Taken[]): Promise<void> {
    const placed = async () => {
      const { orders } = await readBooks(page);
      return orders.filter(({ status }) => status === "placed").map(({ id }) => id);
    };
    await expect.poll(async () => (await placed()).sort()).toEqual(taken.map(({ id }) => id).sort());
    const { ledger, outbox, orders } = await readBooks(page);
    expect(ledger.created).toBe(ledger.confirmed + ledger.settled + outbox.length);
    expect(new Set(orders.map(({ number }) => number)).size).toBe(taken.length);
  }

  /** The log holds each of these orders once, and no two commands of a device have one seq. */
  async function expectOnServer(page: Page, taken: readonly Taken[]): Promise<void> {
    const { token, workspaceId, deviceId, code } = await readBooks(page);
    const device = { id: deviceId, code, name: "", role: "owner" } as const;
    const client = clientOf(docket.url, token, { workspace: { id: workspaceId, name: "" }, device });
    const log = await client.pullAll();
    for (const type of ["order-drafted", "order-placed"]) {
      const streams = log.filter((event) => event.type === type).map(({ stream }) => stream);
      expect(streams.sort()).toEqual(taken.map(({ id }) => `order/${id}`).sort());
    }
    const commands = new Map<string, string>();
    for (const { device: by, seq, command } of log.filter(({ causation }) => causation === undefined)) {
      const key = `${by} ${seq}`;
      expect(commands.get(key) ?? command).toBe(command);
      commands.set(key, command);
    }
  }
});
