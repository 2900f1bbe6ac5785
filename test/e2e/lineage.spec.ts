import { expect, test } from "@playwright/test";
import { newId } from "../../src/protocol/ids.ts";
import { drafted, lineAdded, makeOrderHand, placed } from "../server/support/commands.ts";
import { makeInvite, startBusiness } from "../support/as-a-rep.ts";
import { joinAt } from "../support/protocol-client.ts";
import { type RunningDocket, startDocket } from "../support/start-docket.ts";

test.describe("whose word counts", () => {
  let docket: RunningDocket;
  test.beforeAll(async () => {
    docket = await startDocket();
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

    await page.goto(`${url}/devices`);
    const row = page.locator(".list-row", { hasText: "Van 3" });
    await expect(row).toHaveCount(1);
    await expect(row).toContainText(`${successor.device.code} took over from ${own} on`);
    await expect(row).toContainText("New identity since you last looked");
    await page.reload();
    await expect(row).toContainText("took over from");
    await expect(row).not.toContainText("New identity");

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
});
