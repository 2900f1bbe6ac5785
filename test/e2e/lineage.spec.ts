import { expect, test } from "@playwright/test";
import { newId } from "../../src/protocol/ids.ts";
import { drafted, lineAdded, makeOrderHand, placed } from "../server/support/commands.ts";
import { makeInvite, startBusiness } from "../support/as-a-rep.ts";
import { joinAt } from "../support/protocol-client.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

test.describe("whose word counts", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket({ WEBHOOK_ALLOW_PRIVATE: "true" });
  });
  test.afterAll(() => docket.stop());

  test("an owner sees who took over from whom, ends all of it at one tap, and is shown a time that is only the device's word", async ({
    page,
  }) => {
    const { url } = docket;
    await startBusiness(page, url);
    const code = new URL(await makeInvite(page, url)).hash.slice(1);
    const rep = await joinAt(url, code, "Van 3");
    const own = rep.joined.device.code;
    const hand = makeOrderHand();
    const long = { actor: "Maria's phone", at: "2019-01-01T08:00:00.000Z" };
    const begun = { ...hand.command(1, drafted(`${own}-1`), lineAdded("TEA")), ...long };
    const order = { ...hand.command(2, placed(hand)), ...long };
    expect(await rep.push([begun, order])).toMatchObject([begun, order].map(() => ({ outcome: "accepted" })));
    const token = "t".repeat(43);
    const device = { id: newId(), name: "Kitchen", token };
    const headers = { authorization: `Bearer ${rep.token}`, "docket-protocol": "1" };
    const asked = await fetch(`${url}/v1/devices`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ successorOf: rep.joined.device.id, device }),
    });
    const successor = (await asked.json()) as { device: { code: string } };
    expect(asked.status).toBe(201);

    await page.goto(`${url}/orders/${hand.stream.slice("order/".length)}`);
    const taken = page.locator(".timeline-entry", { hasText: "Van 3" }).first();
    await expect(taken).toBeVisible();
    await expect(page.locator(".timeline")).not.toContainText("Maria's phone");
    await expect(taken).toContainText("More than a day between");

    // On every screen: beside the devices, or on a phone, where they are behind More.
    const marks = page.getByText("New identity since you last looked");
    await expect(page.getByRole("link", { name: /^Devices New identity/ })).toBeVisible();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("link", { name: /^More New identity/ }).click();
    await page
      .getByRole("listitem")
      .filter({ has: marks })
      .getByRole("link", { name: /^Devices/ })
      .click();
    await page.setViewportSize({ width: 1280, height: 720 });
    const row = page.locator(".list-row", { hasText: "Van 3" });
    await expect(row).toHaveCount(1);
    await expect(row).toContainText(`${successor.device.code} took over from ${own} on`);
    await expect(row).toContainText("New identity since you last looked");
    await expect(page.getByRole("link", { name: "Devices", exact: true })).toBeVisible();
    await page.reload();
    await expect(row).toContainText("took over from");
    await expect(marks).toHaveCount(0);

    await row.getByRole("button", { name: "Take access back: Van 3" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take access back" }).click();
    await expect(row).toContainText("Access taken back");
    for (const each of [rep.token, token]) {
      const answer = await fetch(`${url}/v1/events`, {
        headers: { authorization: `Bearer ${each}`, "docket-protocol": "1" },
      });
      expect(answer.status).toBe(401);
    }
  });

  test("an owner sees which webhook was made by somebody who has no access any more", async ({ page }) => {
    const { url } = docket;
    await startBusiness(page, url);
    const link = await makeInvite(page, url, "Owner");
    const second = await joinAt(url, new URL(link).hash.slice(1), "Tom's laptop");
    const headers = { authorization: `Bearer ${second.token}`, "docket-protocol": "1" };
    const made = await fetch(`${url}/v1/subscriptions`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ url: `${url}/hook`, mode: "notification", description: "Accounting" }),
    });
    expect(made.status).toBe(201);
    await page.goto(`${url}/webhooks`);
    const webhook = page.getByRole("region", { name: "Accounting" });
    await expect(webhook).toBeVisible();
    const mark = webhook.getByText("Made by Tom's laptop, who has no access any more");
    await expect(mark).toHaveCount(0);
    await page.goto(`${url}/devices`);
    await page.getByRole("button", { name: "Take access back: Tom's laptop" }).click();
    await expect(page.getByRole("dialog")).toContainText("Webhooks that it made: 1.");
    await page.getByRole("dialog").getByRole("button", { name: "Take access back" }).click();
    await expect(page.getByText("Access taken back")).toBeVisible();
    await page.goto(`${url}/webhooks`);
    await expect(mark).toBeVisible();
  });
});
