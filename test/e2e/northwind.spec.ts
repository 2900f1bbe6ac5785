import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { totals } from "../../src/domain/totals.ts";
import { type CuttableProxy, startCuttableProxy } from "../support/cuttable-proxy.ts";
import {
  northwindFiles,
  northwindFolder,
  northwindIsHere,
  northwindPath,
  northwindTotals,
} from "../support/northwind.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";
import { type DeviceContent, readDevice } from "./read-device.ts";

const reason = `LEFT OUT: Northwind end to end, because ${northwindFolder} is not there`;
if (!northwindIsHere) console.warn(reason);

const seconds = 1000;
const files = northwindFiles.map(northwindPath);
const nothing: ReturnType<typeof northwindTotals> = { totals: new Map(), halves: [] };
const { totals: expected, halves } = northwindIsHere ? northwindTotals() : nothing;

test.describe("Northwind's lists, imported with the network cut", () => {
  // biome-ignore lint/suspicious/noSkippedTests: left out and said so, where the lists are missing: they are outside the project
  test.skip(!northwindIsHere, reason);
  test.setTimeout(240 * seconds);

  let docket: RunningDocket;
  let proxy: CuttableProxy;
  test.beforeAll(async () => {
    proxy = await startCuttableProxy(() => Number(new URL(docket.url).port));
    docket = await startDocket({ PUBLIC_URL: proxy.url });
  });
  test.afterAll(async () => {
    await proxy?.stop();
    await docket?.stop();
  });

  test("830 orders reach the server and a second device with the totals of the file, and only once", async ({
    browser,
  }) => {
    const told: string[] = [];
    const timed = async <Value>(what: string, work: () => Promise<Value>): Promise<Value> => {
      const started = Date.now();
      const value = await work();
      told.push(`${what}: ${((Date.now() - started) / seconds).toFixed(1)} s`);
      return value;
    };

    const first = await browser.newContext();
    const one = await first.newPage();
    await startBusiness(one, proxy.url);
    await workOffline(one);

    await cut(proxy, first);
    await one.goto(`${proxy.url}/import`);
    await timed("read and compared, offline", () => chooseFiles(one));
    await timed("saved on the device, offline", async () => {
      await one.getByRole("button", { name: "Import", exact: true }).click();
      await expect(one.getByText("The import is done")).toBeVisible({ timeout: 120 * seconds });
    });
    const offline = await readDevice(one);
    expect(offline.orders).toHaveLength(830);
    expect(offline.waiting).toBeGreaterThanOrEqual(91 + 77 + 830);

    await timed("sent and confirmed after the network was back", async () => {
      await heal(proxy, first);
      await expect.poll(async () => (await readDevice(one)).waiting, { timeout: 120 * seconds }).toBe(0);
    });
    const device1 = await readDevice(one);

    const second = await browser.newContext();
    const two = await second.newPage();
    const link = await invite(one, proxy.url);
    await timed("joined and received on the second device", async () => {
      await join(two, link);
      await expect
        .poll(async () => (await readDevice(two)).position, { timeout: 120 * seconds })
        .toBe(device1.position);
    });
    const device2 = await readDevice(two);

    for (const device of [device1, device2]) expectNorthwind(device);
    expect(device2.orders).toEqual(device1.orders);
    await timed("830 histories read from the server", () => expectOnServer(docket.url, device1));
    const shownOrders = [...new Set(halves)].slice(0, 8);
    for (const page of [one, two]) await expectShown(page, proxy.url, device1, shownOrders);

    for (const [page, context] of [
      [one, first],
      [two, second],
    ] as const) {
      await page.goto(`${proxy.url}/import`);
      await chooseFiles(page);
      await expect(page.getByText("These rows are here already")).toBeVisible();
      await expect(page.getByText("830 already here")).toBeVisible();
      const again = await readDevice(page);
      expect(again).toMatchObject({ position: device1.position, waiting: 0 });
      expect(again.orders).toEqual(device1.orders);
      await context.close();
    }

    const sum = [...expected.values()].reduce((all, total) => all + total, 0n);
    console.log(
      [
        "Northwind: 91 customers, 77 products, 830 orders, 2,155 lines; 809 shipped, 21 placed",
        `${halves.length} lines on exact half cents; the totals sum to ${sum} minor units`,
        `they agree on device one, device two and the server; log at ${device1.position}; importing again changed nothing`,
        ...told,
      ].join("\n  "),
    );
  });
});

async function startBusiness(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/start`);
  await page.getByLabel("Setup code").fill("SETUP-CODE");
  await page.getByLabel("Business name").fill("Northwind Traders");
  await page.getByLabel("Currency").selectOption("USD");
  await page.getByRole("button", { name: "Start" }).click();
  await page.waitForURL("**/orders");
}

/** Waits until the service worker serves the page, so that screens that were never opened open offline. */
async function workOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

async function cut(proxy: CuttableProxy, context: BrowserContext): Promise<void> {
  proxy.cut();
  await context.setOffline(true);
}

async function heal(proxy: CuttableProxy, context: BrowserContext): Promise<void> {
  proxy.heal();
  await context.setOffline(false);
}

async function chooseFiles(page: Page): Promise<void> {
  await page.getByLabel("CSV files to import").setInputFiles(files);
  const answer = page.getByText("This is what will happen").or(page.getByText("These rows are here already"));
  await expect(answer).toBeVisible({ timeout: 60 * seconds });
}

async function invite(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/devices`);
  await page.getByRole("button", { name: "Invite a device" }).click();
  await page.getByLabel("What it may do").selectOption("owner");
  await page.getByRole("button", { name: "Make the invite" }).click();
  return (await page.getByTestId("invite-link").getAttribute("href")) ?? "";
}

async function join(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Name of this device").fill("Second device");
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForURL("**/orders");
}

/** Everything of the lists is here, and each total is the one computed from the file. */
function expectNorthwind(device: DeviceContent): void {
  const states = device.orders.map(({ order }) => order);
  expect(device).toMatchObject({ customers: 91, products: 77, waiting: 0 });
  expect(states.filter(({ status }) => status === "shipped")).toHaveLength(809);
  expect(states.filter(({ status }) => status === "placed")).toHaveLength(21);
  expect(states.reduce((lines, order) => lines + order.lines.length, 0)).toBe(2155);
  const found = states.map((order) => [order.externalRef ?? "", BigInt(totals(order).totalMinor)] as const);
  expect(new Map(found)).toEqual(expected);
}

/** The server's history of every order holds one import with the total of the file, and the old number and date. */
async function expectOnServer(url: string, device: DeviceContent): Promise<void> {
  for (const { id, order } of device.orders) {
    const answer = await fetch(`${url}/v1/streams/order/${id}`, {
      headers: { authorization: `Bearer ${device.token}`, "docket-protocol": "1" },
    });
    const { events } = (await answer.json()) as { events: { type: string; data: Record<string, unknown> }[] };
    expect(events.map(({ type }) => type)).toEqual(["order-imported"]);
    const data = events[0]?.data as {
      externalRef: string;
      orderedOn: string;
      totals: { totalMinor: number };
    };
    expect(BigInt(data.totals.totalMinor), data.externalRef).toBe(expected.get(data.externalRef));
    expect(data).toMatchObject({ externalRef: order.externalRef, orderedOn: order.orderedOn });
  }
}

/** What the order's page shows is the total of the file, too. */
async function expectShown(
  page: Page,
  url: string,
  device: DeviceContent,
  refs: readonly string[],
): Promise<void> {
  const usd = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
  for (const ref of refs) {
    const id = device.orders.find(({ order }) => order.externalRef === ref)?.id;
    await page.goto(`${url}/orders/${id}`);
    await expect(page.getByTestId("order-total").first()).toHaveText(
      usd.format(Number(expected.get(ref)) / 100),
    );
  }
}
