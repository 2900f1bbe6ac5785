import { describe, expect, test } from "vitest";
import { exportBackup } from "../../../src/device/files/export-backup.ts";
import { listOutbox } from "../../../src/device/views/queries.ts";
import { aFleet } from "../../sync/support/a-fleet.ts";
import { addLine, aLocalDevice, startOrder } from "../support/a-device.ts";
import { exported } from "../support/backup-files.ts";

describe("a backup file of what waits", () => {
  test("single commands are taken out by their number, and what was discarded stays out", async () => {
    const rep = await aLocalDevice();
    const { stream } = await startOrder(rep);
    await addLine(rep, stream);
    const rows = await listOutbox(rep.db);
    const one = await exportBackup(rep, { holds: "waiting", app: "1", only: [rows.at(-1)?.seq ?? 0] });
    expect(one.commandCount).toBe(1);
    expect(one.fileName).toMatch(/^docket-quay-street-foods-\d{4}-\d\d-\d\d-waiting\.jsonl$/);
  });

  test("has no token in it, also with everything", async () => {
    const { join } = await aFleet();
    const rep = await join("rep");
    await startOrder(rep.device);
    await rep.sync();
    const token = rep.device.identity().joined?.token ?? "";
    expect(token.length).toBeGreaterThan(20);
    expect(await exported(rep.device, "everything")).not.toContain(token);
  });
});
