import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { type Reaction, type Receiver, startReceiver } from "../server/support/receiver.ts";
import {
  addSampleCatalogue,
  beginOrder,
  expectAllSent,
  placeOrder,
  startBusiness,
} from "../support/as-a-rep.ts";
import { type RunningApart, startApart } from "../support/start-apart.ts";

const path = "/accounting";

test.describe("webhooks", () => {
  let apart: RunningApart;
  let receiver: Receiver;
  let reaction: Reaction = { answer: 204 };
  test.beforeAll(async () => {
    const [key = "", cert = ""] = ["key", "pem"].map((end) =>
      readFileSync(`test/fixtures/tls/localhost.${end}`, "utf8"),
    );
    apart = await startApart({
      WEBHOOK_ALLOW_PRIVATE: "true",
      NODE_EXTRA_CA_CERTS: resolve("test/fixtures/tls/localhost.pem"),
    });
    receiver = await startReceiver(() => reaction, undefined, { key, cert });
  });
  test.afterAll(async () => {
    await apart.stop();
    await receiver.close();
  });

  test("another program is connected, hears of orders, is waited for while it is down, and is caught up by a tap", async ({
    page,
  }) => {
    const { url } = apart.docket;
    await startBusiness(page, url);
    await addSampleCatalogue(page, url);
    await page.goto(`${url}/webhooks`);
    await page.getByRole("button", { name: "Add a webhook" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Address").fill(receiver.url(path));
    await dialog.getByLabel("What it is for").fill("Accounting");
    await dialog.getByLabel("What is sent").selectOption({ label: "Everything about it" });
    await dialog.getByRole("button", { name: "Add a webhook" }).click();
    receiver.know(path, (await page.getByTestId("webhook-secret").textContent()) ?? "");
    await dialog.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("button", { name: "Send a test" }).click();
    await expect(page.getByText(/^The test arrived: it answered 204/)).toBeVisible();

    const first = await sell(page);
    await expect.poll(() => placedAt(receiver)).toEqual([first]);
    await page.goto(`${url}/webhooks`);
    await expect(page.getByText(/^Last arrived/)).toBeVisible();

    // Without PostgreSQL nobody can let a day pass.
    if (apart.databaseUrl === undefined) return;
    reaction = "reset";
    const second = await sell(page);
    await giveUp(apart.databaseUrl);
    await page.goto(`${url}/webhooks`);
    await expect(page.getByText(/^\d given up$/)).toBeVisible();
    await page.getByRole("button", { name: /^Show what waits/ }).click();
    await expect(page.getByText("nobody answers at this address", { exact: false }).first()).toBeVisible();
    await expect(page.getByText("Waits behind an earlier one", { exact: false }).first()).toBeVisible();
    reaction = { answer: 204 };
    await page.getByRole("button", { name: "Try all again" }).click();
    await expect(page.getByText("Nothing waits: everything has arrived.")).toBeVisible();
    expect(placedAt(receiver)).toEqual([first, second]);
    expect(receiver.faults).toEqual([]);
  });
});

/** Takes and places an order; yields its id once it is sent. */
async function sell(page: Page): Promise<string> {
  const { id, number } = await beginOrder(page, ["Plum Jam"]);
  await placeOrder(page, number);
  await expectAllSent(page);
  return id;
}

/** The orders whose placing has arrived, verified, in the order of arrival. */
function placedAt({ arrived }: Receiver): readonly string[] {
  const placed = arrived.filter(({ event }) => event.type.startsWith("docket.order-placed."));
  return placed.map(({ event }) => String(event.partitionkey).replace("order/", ""));
}

/** Lets the day pass over which a delivery is tried ten times: the tries that were not made are counted as made. */
async function giveUp(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await expect
      .poll(async () => {
        const now = new Date().toISOString();
        await sql`UPDATE docket.deliveries SET attempts = 9 WHERE state = 'pending' AND attempts BETWEEN 1 AND 8`;
        await sql`UPDATE docket.delivery_lanes SET due_at = ${now} WHERE due_at > ${now}`;
        await sql`UPDATE docket.delivery_doors SET due_at = ${now} WHERE due_at > ${now}`;
        return (await sql`SELECT id FROM docket.deliveries WHERE state = 'dead'`).length;
      })
      .toBeGreaterThan(0);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
