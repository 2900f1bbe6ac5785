import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import {
  addSampleCatalogue,
  beginOrder,
  expectAllSent,
  keepForOffline,
  loseNetwork,
  placeOrder,
  startBusiness,
} from "../support/as-a-rep.ts";
import { launchOnProfile } from "../support/browser-device.ts";
import { startCuttableProxy } from "../support/cuttable-proxy.ts";
import { startDocket } from "../support/start-docket.ts";
import { type Sample, visits } from "../support/visits.ts";

test.describe("a cold start without a network", () => {
  test("opens every route with its content, in a browser that has just been started", async () => {
    const profile = mkdtempSync(join(tmpdir(), "docket-profile-"));
    const docket = await startDocket();
    const proxy = await startCuttableProxy(() => Number(new URL(docket.url).port));
    const warm = await launchOnProfile(profile);
    const page = warm.pages()[0] ?? (await warm.newPage());
    await startBusiness(page, proxy.url);
    await addSampleCatalogue(page, proxy.url);
    const draft = await beginOrder(page, ["Plum Jam"]);
    const placed = await beginOrder(page, ["Still Water"]);
    await placeOrder(page, placed.number);
    const idIn = async (list: string) => {
      await page.goto(`${proxy.url}/${list}`);
      const row = page.getByRole("main").getByRole("listitem").getByRole("link").first();
      return (await row.getAttribute("href"))?.split("/")[2] ?? "";
    };
    const ids: Record<Sample, string> = {
      "draft-order": draft.id,
      "placed-order": placed.id,
      customer: await idIn("customers"),
      product: await idIn("products"),
      event: await idIn("events"),
    };
    await expectAllSent(page);
    await keepForOffline(page);
    await warm.close();

    // The server is not only cut off: it is gone, and the browser is started again.
    await docket.stop();
    const cold = await launchOnProfile(profile);
    await loseNetwork(proxy, cold);
    expect(visits.length).toBeGreaterThan(15);
    for (const visit of visits) {
      const path = visit.sample === undefined ? visit.path : visit.path.replace(":id", ids[visit.sample]);
      const opened = await cold.newPage();
      const errors: string[] = [];
      opened.on("pageerror", (error) => errors.push(error.message));
      await opened.goto(proxy.url + path);
      await expect(opened.getByRole("heading", { level: 1 }).first(), path).toBeVisible();
      await expect(
        opened.getByText(/went wrong|does not exist|not on this device|updated/),
        path,
      ).toHaveCount(0);
      await expect(opened.locator(".loading"), path).toHaveCount(0);
      if (!visit.outside) await expect(opened.locator(".sync-bar"), path).toContainText("Offline");
      expect(errors, path).toEqual([]);
      await opened.close();
    }
    const list = await cold.newPage();
    await list.goto(`${proxy.url}/`);
    for (const { number } of [draft, placed])
      await expect(list.getByRole("link", { name: new RegExp(`${number}\\b`) })).toBeVisible();
    await cold.close();
    await proxy.stop();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });
});
