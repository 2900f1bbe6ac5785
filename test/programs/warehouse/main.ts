/**
 * `npm run warehouse -- [--kills 100] [--orders 10000] [--servers 3] [--kill-every 400]`: kills inventory between its
 * effect and its checkpoint so many times; then lets several servers share the work of so many orders while one after
 * the other is killed. Ends with 1 when an order is answered twice or not at all, or the book does not agree with the log.
 */
import { parseArgs } from "node:util";
import { startPostgres } from "../../../scripts/start-postgres.mjs";
import { startDocket } from "../../support/start-docket.ts";
import type { BookReport } from "./check-book.ts";
import { killInventory } from "./kill-inventory.ts";
import { shareWork } from "./share-work.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    orders: { type: "string", default: "10000" },
    servers: { type: "string", default: "3" },
    "kill-every": { type: "string", default: "400" },
  },
});
const whole = (text: string) => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`expected a whole number, found ${text}`);
  return number;
};

const postgres = await startPostgres();
try {
  if (whole(values.kills) > 0) {
    const docket = await startDocket({ DATABASE_URL: postgres.url, CONSUMERS: "none", LOG_LEVEL: "fatal" });
    try {
      const report = await killInventory(docket, postgres.url, whole(values.kills));
      show(`inventory killed ${report.kills} times between effect and checkpoint`, report);
    } finally {
      await docket.stop();
    }
  }
} finally {
  await postgres.stop();
}
const another = await startPostgres();
try {
  if (whole(values.orders) > 0) {
    const report = await shareWork(another.url, {
      orders: whole(values.orders),
      servers: whole(values.servers),
      killEvery: whole(values["kill-every"]),
      say: (text) => console.log(text),
    });
    const { sold, tookS, kills, caughtUpS } = report;
    const rate = Math.round(sold / tookS);
    show(
      `${values.servers} servers, ${kills} killed: ${sold} orders in ${tookS.toFixed(0)} s (${rate} a second), lag back to zero ${caughtUpS.toFixed(1)} s after the last`,
      report,
    );
  }
} finally {
  await another.stop();
}

function show(title: string, { orders, reactions, skus, events, violations }: BookReport): void {
  console.log(title);
  console.log(`  ${orders} orders placed, ${reactions} reactions, ${skus} SKUs, ${events} events in the log`);
  for (const violation of violations) console.log(`  VIOLATION ${violation}`);
  console.log(violations.length === 0 ? "  every reaction once, the book agrees with the log" : "");
  if (violations.length > 0) process.exitCode = 1;
}
