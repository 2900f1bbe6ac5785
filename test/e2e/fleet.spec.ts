import { expect, test } from "@playwright/test";
import { makeCrew } from "../programs/fleet/crew.ts";
import { fleetTable } from "../programs/fleet/fleet-table.ts";
import { runFleet } from "../programs/fleet/run-fleet.ts";
import { fired } from "../support/fired.ts";
import { startDocket } from "../support/start-docket.ts";

const mebibyte = 1024 * 1024;

test("[L4] [L6] [L9] a fleet that comes back at the same moment sends every order once", async () => {
  const docket = await startDocket({ LOG_LEVEL: "info", CONSUMERS: "none" });
  try {
    const plan = {
      devices: 20,
      ordersEach: 5,
      readers: 4,
      sendMsMax: 180_000,
      rssBytesMax: 900 * mebibyte,
      say: () => {},
    };
    const report = await runFleet(docket, [makeCrew()], plan);
    console.log(fleetTable(report, plan));
    expect(report.violations).toEqual([]);
    fired(39, import.meta.url, plan.devices);
  } finally {
    await docket.stop();
  }
});
