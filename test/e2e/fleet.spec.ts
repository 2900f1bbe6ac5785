import { expect, test } from "@playwright/test";
import { runFleet } from "../fleet/run-fleet.ts";
import { fired } from "../support/fired.ts";

test("[L4] [L6] [L9] a fleet that comes back at the same moment sends every order once", async () => {
  const devices = 20;
  const { lines, violations } = await runFleet({ devices, orders: 5, database: "pglite" });
  console.log(lines.join("\n"));
  expect(violations).toEqual([]);
  fired(39, import.meta.url, devices);
});
