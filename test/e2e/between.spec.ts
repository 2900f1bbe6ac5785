import { expect, type Page, test } from "@playwright/test";
import { protocolHeader } from "../../src/protocol/limits.ts";
import {
  addSampleCatalogue,
  beginOrder,
  expectAllSent,
  keepForOffline,
  placeOrder,
  startBusiness,
  syncBar,
} from "../support/as-a-rep.ts";
import { type Gate, type GateRule, startGate } from "../support/gate.ts";
import { clientOf } from "../support/protocol-client.ts";
import { readBooks } from "../support/read-books.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

const products = ["Breakfast Tea", "Mint", "Olive Oil", "Plum Jam", "Sea Salt", "Ginger Beer", "Tonic"];
const page403 = {
  status: 403,
  headers: { "content-type": "text/html" },
  body: "<!doctype html><title>Blocked</title><h1>Request blocked by policy</h1>",
};
const isPacked = ({ body }: { readonly body: Buffer }) => body[0] === 0x1f && body[1] === 0x8b;

/** What proxies, firewalls and sign-ins do with a business whose server is behind them. */
test.describe("something is between the device and its server", () => {
  let docket: RunningDocket;
  let gate: Gate;
  test.beforeEach(async () => {
    docket = await startDocket();
    gate = await startGate(() => Number(new URL(docket.url).port));
  });
  test.afterEach(async () => {
    await gate.stop();
    await docket.stop();
  });

  const typesOf = async (page: Page, orderId: string): Promise<readonly string[]> => {
    const { token, deviceId, code } = await readBooks(page);
    const server = clientOf(docket.url, token, {
      workspace: { id: "", name: "" },
      device: { id: deviceId, code, name: "", role: "owner" },
    });
    return (await server.readStream(`order/${orderId}`)).map(({ type }) => type);
  };

  const opened = async (page: Page) => {
    await startBusiness(page, gate.url);
    await addSampleCatalogue(page, gate.url);
    await keepForOffline(page);
  };

  const getsThrough: readonly (readonly [string, GateRule])[] = [
    [
      "a proxy that refuses packed requests with 403 and a page",
      (passing) => (isPacked(passing) ? { answer: page403 } : { pass: passing }),
    ],
    [
      "a proxy that takes the header off packed requests and leaves them packed",
      (passing) => {
        if (passing.headers["content-encoding"] === undefined) return { pass: passing };
        const { "content-encoding": _taken, ...headers } = passing.headers;
        return { pass: { ...passing, headers } };
      },
    ],
    [
      "a proxy that takes our header off the answers",
      (passing) => ({
        pass: passing,
        alterAnswer: ({ [protocolHeader]: _taken, ...headers }) => headers,
      }),
    ],
    [
      "a proxy that allows 2 kB a request and nothing packed",
      (passing) => {
        if (isPacked(passing)) return { answer: page403 };
        if (passing.body.length <= 2_500) return { pass: passing };
        return { answer: { ...page403, status: 413 } };
      },
    ],
  ];
  for (const [title, rule] of getsThrough) {
    test(`[L8] ${title} does not hold an order of ${products.length} lines back`, async ({ page }) => {
      await opened(page);
      gate.setRule(rule);
      const before = gate.meddled();
      const order = await beginOrder(page, products);
      await placeOrder(page, order.number);
      await expectAllSent(page);
      expect(await typesOf(page, order.id)).toEqual([
        "order-drafted",
        ...products.map(() => "line-added"),
        "order-placed",
      ]);
      expect(gate.meddled()).toBeGreaterThan(before);
    });
  }

  test("a sign-in in front of the server is named, and its page can be reached past what the app keeps", async ({
    page,
  }) => {
    await opened(page);
    const signInPage = {
      status: 403,
      headers: { "content-type": "text/html" },
      body: '<!doctype html><title>Company sign-in</title><a href="/company/enter">Sign in as Maria</a>',
    };
    gate.setRule((passing) => {
      if (passing.path === "/company/enter") {
        const headers = { "set-cookie": "company=maria; Path=/; HttpOnly", location: "/v1/sign-in" };
        return { answer: { status: 302, headers, body: "" } };
      }
      const isIn = (passing.headers.cookie ?? "").includes("company=maria");
      return isIn ? { pass: passing } : { answer: signInPage };
    });
    const order = await beginOrder(page, ["Tonic"]);
    await placeOrder(page, order.number);
    await expect(syncBar(page)).toContainText("Sign-in needed");
    await syncBar(page).click();
    await expect(page.getByText("There is a sign-in in front of the server")).toBeVisible();
    await page.getByRole("link", { name: "Open the sign-in page" }).click();
    await expect(page).toHaveTitle("Company sign-in");
    await page.getByRole("link", { name: "Sign in as Maria" }).click();
    await expect(page.getByRole("heading", { name: "Outbox" })).toBeVisible();
    await expectAllSent(page);
    expect(await typesOf(page, order.id)).toEqual(["order-drafted", "line-added", "order-placed"]);
  });

  const isTold: readonly (readonly [string, string, string, GateRule])[] = [
    [
      "a firewall that lets nothing be sent",
      "A firewall refuses this",
      "Try another network",
      (passing) => (passing.method === "POST" ? { answer: page403 } : { pass: passing }),
    ],
    [
      "a proxy that takes out the Authorization header",
      "A proxy alters requests",
      "leave them in",
      (passing) => {
        const { authorization: _taken, ...headers } = passing.headers;
        return { pass: { ...passing, headers } };
      },
    ],
    [
      "another server at the address",
      "Another server answers",
      "something else answers",
      () => ({
        answer: { status: 404, headers: { "content-type": "text/html" }, body: "<h1>Not Found</h1>" },
      }),
    ],
  ];
  for (const [title, short, full, rule] of isTold) {
    test(`${title} is told with the advice that fits, and everything is sent once it is gone`, async ({
      page,
    }) => {
      await opened(page);
      gate.setRule(rule);
      const order = await beginOrder(page, ["Tonic"]);
      await placeOrder(page, order.number);
      await expect(syncBar(page)).toContainText(short);
      await syncBar(page).click();
      await expect(page.getByText(full)).toBeVisible();
      await expect(page.getByText("Wi-Fi", { exact: false })).toHaveCount(0);
      expect((await readBooks(page)).outbox.every(({ state }) => state === "pending")).toBe(true);
      gate.setRule(undefined);
      await expectAllSent(page);
      expect(await typesOf(page, order.id)).toEqual(["order-drafted", "line-added", "order-placed"]);
    });
  }
});
