import { expect, test } from "@playwright/test";
import {
  addSampleCatalogue,
  beginOrder,
  expectAllSent,
  keepForOffline,
  placeOrder,
  startBusiness,
  syncBar,
} from "../support/as-a-rep.ts";
import { type CaptivePortal, startCaptivePortal } from "../support/captive-portal.ts";
import { type CuttableProxy, startCuttableProxy } from "../support/cuttable-proxy.ts";
import { fired } from "../support/fired.ts";
import { clientOf } from "../support/protocol-client.ts";
import { readBooks } from "../support/read-books.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

test.describe("the sign-in page of a Wi-Fi in the way", () => {
  let docket: RunningDocket;
  let portal: CaptivePortal;
  let proxy: CuttableProxy;
  let behind: number;
  test.beforeAll(async () => {
    docket = await startDocket();
    portal = await startCaptivePortal();
    behind = Number(new URL(docket.url).port);
    proxy = await startCuttableProxy(() => behind);
  });
  test.afterAll(async () => {
    await proxy.stop();
    await portal.stop();
    await docket.stop();
  });
  const leadTo = (port: number) => {
    behind = port;
    proxy.cut();
    proxy.heal();
  };

  for (const answers of ["200 with a page", "302 to a page"] as const) {
    test(`is not our server (it answers ${answers}): nothing counts as sent, and all is sent afterwards`, async ({
      page,
    }) => {
      leadTo(Number(new URL(docket.url).port));
      await startBusiness(page, proxy.url);
      await addSampleCatalogue(page, proxy.url);
      await keepForOffline(page);
      const before = await readBooks(page);
      const answeredBefore = portal.answered();
      if (answers.startsWith("302")) portal.redirect();

      leadTo(portal.port);
      const order = await beginOrder(page, ["Ginger Beer", "Tonic"]);
      await placeOrder(page, order.number);
      await expect(syncBar(page)).toContainText("Wi-Fi wants a sign-in");
      await expect(syncBar(page)).toContainText("Sign in to this Wi-Fi");
      expect(portal.answered()).toBeGreaterThan(answeredBefore);
      fired(21, import.meta.url);
      await expect(page.getByText("Waiting to be sent").first()).toBeVisible();

      // A fresh start in that Wi-Fi opens the app, not the sign-in page.
      await page.reload();
      await expect(page.getByRole("heading", { name: `Order ${order.number}` })).toBeVisible();
      const during = await readBooks(page);
      expect(during.position).toBe(before.position);
      expect(during.ledger.confirmed).toBe(before.ledger.confirmed);
      expect(during.outbox.map(({ state }) => state)).toEqual(["pending", "pending", "pending", "pending"]);

      leadTo(Number(new URL(docket.url).port));
      await expectAllSent(page);
      await expect(page.getByText("Sent and confirmed")).toBeVisible();
      const server = clientOf(docket.url, before.token, {
        workspace: { id: "", name: "" },
        device: { id: before.deviceId, code: before.code, name: "", role: "owner" },
      });
      const types = (await server.readStream(`order/${order.id}`)).map(({ type }) => type);
      expect(types).toEqual(["order-drafted", "line-added", "line-added", "order-placed"]);
    });
  }
});
