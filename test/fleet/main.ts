/**
 * `npm run fleet -- [--devices 500] [--orders 20] [--database postgres|pglite]`: so many devices take orders without a
 * server and come back at the same moment. Prints when all was sent, the answers, the server's memory; ends with 1 when
 * an order is missing or stands twice, or a bound is passed.
 */
import { parseArgs } from "node:util";
import { runFleet } from "./run-fleet.ts";

const { values } = parseArgs({
  options: {
    devices: { type: "string", default: "500" },
    orders: { type: "string", default: "20" },
    database: { type: "string", default: "postgres" },
  },
});
const [devices, orders] = [Number(values.devices), Number(values.orders)];
if (!Number.isSafeInteger(devices) || devices < 2 || !Number.isSafeInteger(orders) || orders < 1)
  throw new Error("expected --devices (2 or more) and --orders to be whole numbers");
if (values.database !== "postgres" && values.database !== "pglite")
  throw new Error(`--database ${values.database}: expected postgres or pglite`);
const startedMs = performance.now();
const tell = (words: string) =>
  console.log(`${((performance.now() - startedMs) / 1_000).toFixed(0)} s: ${words}`);
const { lines, violations } = await runFleet({ devices, orders, database: values.database, tell });
for (const line of lines) console.log(line);
for (const violation of violations) console.error(`BROKEN: ${violation}`);
process.exitCode = violations.length === 0 ? 0 : 1;
