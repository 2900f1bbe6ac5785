/**
 * `npm run fleet -- [--devices 500] [--orders 20] [--readers 10] [--database postgres|pglite] [--processes 3]`: so many
 * devices take so many orders each while there is no server, and all come back at the same moment. Ends with 1 when an
 * order is missing or doubled, an outbox is not empty, or somebody was left waiting.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startPostgres } from "../../../scripts/start-postgres.mjs";
import { startDocket } from "../../support/start-docket.ts";
import { serveCrew, startCrewProcess } from "./crew-process.ts";
import { fleetTable } from "./fleet-table.ts";
import { runFleet } from "./run-fleet.ts";

/** Within which time after the last fault has healed every outbox is to be empty (L8). */
const sendMsMax = 180_000;
const mebibyte = 1024 * 1024;

const { values } = parseArgs({
  options: {
    crew: { type: "boolean", default: false },
    devices: { type: "string", default: "500" },
    orders: { type: "string", default: "20" },
    readers: { type: "string", default: "10" },
    processes: { type: "string", default: "3" },
    database: { type: "string", default: "postgres" },
  },
});

if (values.crew) serveCrew();
else process.exitCode = (await playFleet()) ? 0 : 1;

async function playFleet(): Promise<boolean> {
  const [devices, ordersEach, readers, processes] = [
    values.devices,
    values.orders,
    values.readers,
    values.processes,
  ].map(wholeNumber) as [number, number, number, number];
  const isPostgres = values.database === "postgres";
  if (!isPostgres && values.database !== "pglite")
    throw new Error(`--database ${values.database}: expected postgres or pglite`);
  const database = isPostgres ? await startPostgres() : undefined;
  const env = database === undefined ? {} : { DATABASE_URL: database.url };
  // Each device's log is held against the orders alone; what inventory adds to a server's work is `npm run warehouse`'s.
  const docket = await startDocket({ LOG_LEVEL: "info", CONSUMERS: "none", ...env });
  const crews = Array.from({ length: processes }, () => startCrewProcess(fileURLToPath(import.meta.url)));
  const startedMs = Date.now();
  const say = (text: string) => console.log(`${((Date.now() - startedMs) / 1000).toFixed(0)} s: ${text}`);
  try {
    // PGlite is PostgreSQL inside of the server's process.
    const rssBytesMax = (isPostgres ? 400 : 900) * mebibyte;
    const plan = { devices, ordersEach, readers, sendMsMax, rssBytesMax, say };
    const report = await runFleet(docket, crews, plan);
    console.log(`\n${fleetTable(report, plan)}`);
    return report.violations.length === 0;
  } finally {
    for (const crew of crews) crew.stop();
    await docket.stop();
    await database?.stop();
  }
}

function wholeNumber(text: string | undefined): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`expected a whole number, found ${text}`);
  return number;
}
