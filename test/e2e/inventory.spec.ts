import { expect, test } from "@playwright/test";
import { findPostgres } from "../../scripts/find-postgres.mjs";
import { type RunningPostgres, startPostgres } from "../../scripts/start-postgres.mjs";
import { killInventory } from "../programs/warehouse/kill-inventory.ts";
import { shareWork } from "../programs/warehouse/share-work.ts";
import { fired } from "../support/fired.ts";
import { startDocket } from "../support/start-docket.ts";

const found = findPostgres();
const missing = "missing" in found ? found.missing : undefined;

/** In CI; `npm run warehouse` does it a hundred times, and with ten thousand orders. */
const killsInCi = 10;
const ordersInCi = 300;

test.describe("inventory as a process of its own, on PostgreSQL", () => {
  // biome-ignore lint/suspicious/noSkippedTests: left out and said so, where the machine has no PostgreSQL
  test.skip(missing !== undefined, `left out: ${missing}`);
  let postgres: RunningPostgres;
  test.beforeEach(async () => {
    postgres = await startPostgres();
  });
  test.afterEach(() => postgres?.stop());

  test("[L4] killed between its effect and its checkpoint, it says everything once, and its book agrees with the log", async () => {
    const docket = await startDocket({ DATABASE_URL: postgres.url, CONSUMERS: "none", LOG_LEVEL: "fatal" });
    try {
      const report = await killInventory(docket, postgres.url, killsInCi);
      expect(report.violations).toEqual([]);
      expect(report).toMatchObject({ kills: killsInCi, orders: killsInCi * 5, skus: 20 });
      fired(37, import.meta.url, report.kills);
    } finally {
      await docket.stop();
    }
  });

  test("[L4] [L5] several servers share its work while one after the other is killed: each effect once", async () => {
    const plan = { orders: ordersInCi, servers: 3, killEvery: 100, say: () => {} };
    const report = await shareWork(postgres.url, plan);
    expect(report.violations).toEqual([]);
    expect(report.orders).toBe(ordersInCi);
    expect(report.kills).toBe(2);
  });
});
