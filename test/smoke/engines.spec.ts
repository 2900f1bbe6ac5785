import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { readBackup } from "../../src/protocol/backup-file.ts";
import { faultsOfBooks, readBooks } from "../support/read-books.ts";
import { type Sample, visits } from "../support/visits.ts";
import {
  allSent,
  beginOrder,
  line,
  numbersIn,
  placeOrder,
  type ShownOrder,
  serverLog,
  shownOrder,
  startBusiness,
} from "./as-a-rep.ts";
import { makeDevices, type SmokeDevice } from "./devices.ts";
import { cachesOf, downloadsOf } from "./driver/browser-process.ts";
import { engines, whyLeftOut } from "./engines.ts";
import { holdOwnLock, placeAndStandStillOnceSaved, whoLeads } from "./in-page.ts";

const { step } = test;

test.describe.configure({ mode: "parallel" });

for (const engine of engines) {
  test.describe(engine, () => {
    test.describe.configure({ mode: "default" });
    const missing = whyLeftOut(engine);
    // biome-ignore lint/suspicious/noSkippedTests: left out and said so, where the machine has no such browser
    test.skip(missing !== undefined, `left out: ${missing}`);

    const devices = makeDevices();
    let device: SmokeDevice;
    test.beforeAll(async () => {
      const startedMs = Date.now();
      device = await devices.start(engine);
      await startBusiness(device.tab(), device.url);
      const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
      console.log(
        `${engine} ${device.browser().version}: a business with the sample catalogue in ${seconds} s`,
      );
    });
    test.afterAll(devices.stop);

    test("an order by keys and one by taps are saved, sent, and on the server as they were written", async () => {
      const tab = device.tab();
      const byKeys = await step("by keys", async () => {
        await tab.click({ role: "link", name: "New order" });
        await tab.see({ css: "input:focus", name: "Customer" });
        await tab.type("vel");
        await tab.see({ role: "option", text: "Vélo" });
        await tab.press("Enter");
        for (const [typed, product] of [
          ["plum", "Plum Jam"],
          ["12*tonic", "Tonic"],
        ] as const) {
          await tab.see({ css: "input:focus", name: "Add a product" });
          await tab.type(typed);
          await tab.see({ role: "option", text: product });
          await tab.press("Enter");
          await tab.see(line(product));
        }
        await tab.type("+2");
        await tab.press("Enter");
        await tab.see({ css: ".line-quantity", text: /^14$/ });
        await tab.press("Control+Enter");
        const order = await shownOrder(tab);
        await tab.see({ text: `Order ${order.number} placed and saved on this device` });
        return order;
      });
      const byTaps = await step("by taps", async () => {
        const order = await beginOrder(tab, ["Plum Jam", "Still Water"]);
        await placeOrder(tab, order);
        return order;
      });
      await step("all sent", async () => {
        await allSent(tab);
        await tab.see({ text: "Sent and confirmed" });
      });
      const orders = (await readBooks(tab)).orders;
      const linesOf = ({ id }: ShownOrder) =>
        orders.find((order) => order.id === id)?.lines.map(({ name, quantity }) => `${quantity} ${name}`);
      expect(linesOf(byKeys)).toEqual(["1 Copper Kettle Plum Jam", "14 Evening Shore Tonic"]);
      expect(linesOf(byTaps)).toEqual(["1 Copper Kettle Plum Jam", "1 Fernbank Still Water"]);
      const log = await serverLog(tab);
      const typesOf = ({ id }: ShownOrder) =>
        log.filter(({ stream }) => stream === `order/${id}`).map(({ type }) => type);
      const [draft, ...rest] = typesOf(byKeys);
      expect(draft).toBe("order-drafted");
      expect(rest.filter((type) => type === "line-added")).toHaveLength(2);
      expect(rest.at(-1)).toBe("order-placed");
      expect(typesOf(byTaps)).toEqual(["order-drafted", "line-added", "line-added", "order-placed"]);
    });

    test("[L1] [L2] [L6] killed right behind “Saved”, three times, once without a network: nothing is lost or doubled", async () => {
      const shown: ShownOrder[] = [];
      for (const [round, network] of ["on", "off", "on"].entries()) {
        await step(`kill ${round + 1}, the network is ${network}`, async () => {
          if (network === "off") device.network.cut();
          else device.network.heal();
          const order = await beginOrder(device.tab(), ["Plum Jam", "Still Water"]);
          await device.tab().evaluate(placeAndStandStillOnceSaved, order.number);
          await expect.poll(device.browser().output).toContain(`shown as saved: ${order.number}`);
          await device.browser().kill();
          shown.push(order);
          await device.launch();
          await device.tab().goto(`${device.url}/orders`);
          await device.tab().see({ role: "link", name: order.number });
          const books = await readBooks(device.tab());
          expect(faultsOfBooks(books)).toEqual([]);
          for (const { id, number } of shown) {
            const kept = books.orders.filter((other) => other.number === number);
            expect(kept).toMatchObject([{ id, status: "placed", lines: [{ quantity: 1 }, { quantity: 1 }] }]);
          }
        });
      }
      await step("all sent", () => allSent(device.tab()));
      const books = await readBooks(device.tab());
      const log = await serverLog(device.tab());
      expect(numbersIn(log).toSorted()).toEqual(books.orders.map(({ number }) => number).toSorted());
      expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
      for (const { id } of shown) {
        const types = log.filter(({ stream }) => stream === `order/${id}`).map(({ type }) => type);
        expect(types).toEqual(["order-drafted", "line-added", "line-added", "order-placed"]);
      }
    });

    test("opens every route without a network, in a browser that has just been started", async () => {
      const tab = device.tab();
      const draft = await beginOrder(tab, ["Plum Jam"]);
      const placed = await beginOrder(tab, ["Still Water"]);
      await placeOrder(tab, placed);
      const idIn = async (list: string) => {
        await tab.goto(`${device.url}/${list}`);
        const { href } = await tab.see({ css: "main li a[href]" });
        return href.split("/")[2] ?? "";
      };
      const ids: Readonly<Record<Sample, string>> = {
        "draft-order": draft.id,
        "placed-order": placed.id,
        customer: await idIn("customers"),
        product: await idIn("products"),
        event: await idIn("events"),
      };
      await allSent(tab);
      await device.browser().close();
      device.network.cut();
      // A screen that was seen before must not come out of the browser's own cache, which it may empty at any time.
      const caches = cachesOf(device.profile).filter((path) => existsSync(path));
      expect(caches).toHaveLength(1);
      for (const path of caches) rmSync(path, { recursive: true });
      await device.launch();
      expect(visits.length).toBeGreaterThan(15);
      await step(`${visits.length} routes`, async () => {
        for (const { path, sample, outside } of visits) {
          const cold = device.tab();
          await cold.goto(device.url + (sample === undefined ? path : path.replace(":id", ids[sample])));
          await cold.see({ css: "h1" });
          await cold.seeCount({ css: ".loading" }, 0);
          const { text } = await cold.see({});
          expect(text, path).not.toMatch(/went wrong|does not exist|not on this device|updated/);
          if (!outside) await cold.see({ css: ".sync-bar", text: /Offline|No connection/ });
        }
      });
      await device.tab().goto(device.url);
      for (const { number } of [draft, placed]) await device.tab().see({ role: "link", name: number });
      device.network.heal();
    });

    test("[L8] sends three orders that were taken without a network automatically, when there is one again", async () => {
      const tab = device.tab();
      await allSent(tab);
      device.network.cut();
      const taken: ShownOrder[] = [];
      await step("three orders without a network", async () => {
        for (const product of ["Plum Jam", "Still Water", "Sea Salt"]) {
          const order = await beginOrder(tab, [product]);
          await placeOrder(tab, order);
          taken.push(order);
        }
        await tab.see({ css: ".sync-bar", text: /Offline|No connection/ });
      });
      device.network.heal();
      await step("all sent", () => allSent(tab));
      const numbers = numbersIn(await serverLog(tab));
      // An order's own commands keep their turn; which order goes first is nobody's promise.
      expect(numbers.slice(-3).toSorted()).toEqual(taken.map(({ number }) => number).toSorted());
      expect(new Set(numbers).size).toBe(numbers.length);
    });

    test("[L11] of two tabs one sends: when it is closed, the other does", async () => {
      const tabs = [device.tab(), await device.browser().openTab()];
      for (const [index, tab] of tabs.entries()) {
        await tab.goto(`${device.url}/orders`);
        await tab.see({ role: "heading", name: /^Orders$/ });
        await tab.evaluate(holdOwnLock, `tab ${index}`);
      }
      const [one, other] = tabs;
      if (one === undefined || other === undefined) throw new Error("expected two tabs");
      await expect.poll(() => one.evaluate(whoLeads), "one leads, the other waits").toMatch(/^tab \d$/);
      const [leader, follower] = (await one.evaluate(whoLeads)) === "tab 0" ? [one, other] : [other, one];
      await step("what the one saves the other shows", async () => {
        const order = await beginOrder(leader, ["Plum Jam"]);
        await follower.see({ role: "link", name: order.number });
      });
      const order = await beginOrder(follower, ["Sea Salt"]);
      await leader.close();
      await step("the leader is closed, the other places and sends", async () => {
        await placeOrder(follower, order);
        await allSent(follower);
      });
      const log = await serverLog(follower);
      expect(
        log.filter(({ stream, type }) => stream === `order/${order.id}` && type === "order-placed"),
      ).toHaveLength(1);
      await device.browser().close();
      await device.launch();
    });

    test("brings a CSV list in, and saves a backup file", async () => {
      const tab = device.tab();
      const list = join(device.profile, "customers.csv");
      writeFileSync(list, "code,company,city\nHARB,Harbour Café,Galway\nQUAY,Quay & Söhne,Kiel\n");
      await step("a list comes in", async () => {
        await tab.goto(`${device.url}/import`);
        await tab.upload({ css: "input[type=file]", hidden: true }, list);
        await tab.click({ role: "button", name: /^Import/ });
        await tab.see({ text: "The import is done" });
        await allSent(tab);
        expect(JSON.stringify(await serverLog(tab))).toContain("Quay & Söhne");
      });
      await step("a backup goes out", async () => {
        const saved = await savedFile(device, async () => {
          await tab.goto(`${device.url}/settings`);
          await tab.click({ role: "button", name: "Save a copy of everything" });
        });
        const { token, orders, position } = await readBooks(tab);
        expect(readBackup(saved)).toMatchObject({
          outcome: "backup",
          header: { holds: "everything", position },
          commands: [],
        });
        for (const text of ["Quay & Söhne", ...orders.map(({ number }) => number)])
          expect(saved).toContain(text);
        expect(saved).not.toContain(token);
      });
    });
  });
}

/** The text of the one backup that is saved by this, once all of it is there: it ends with its own hash. */
async function savedFile(device: SmokeDevice, save: () => Promise<void>): Promise<string> {
  const folder = downloadsOf(device.profile);
  const before = readdirSync(folder);
  await save();
  let text = "";
  await expect(() => {
    const names = readdirSync(folder).filter((name) => !before.includes(name));
    expect(names).toEqual([expect.stringMatching(/^docket-harbour-wholesale-.*-everything\.jsonl$/)]);
    text = readFileSync(join(folder, names[0] ?? ""), "utf8");
    expect(readBackup(text).outcome).toBe("backup");
  }).toPass({ timeout: 60_000 });
  return text;
}
