import { expect, test } from "vitest";
import { handleCommands } from "../../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import { discardCommand } from "../../../src/device/outbox/resolve.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { findSettings, listOutbox } from "../../../src/device/views/queries.ts";
import { listStock } from "../../../src/device/views/stock-figures.ts";
import { findKnown } from "../../../src/ui/import/find-known.ts";
import { planImport } from "../../../src/ui/import/plan-import.ts";
import { stockStreamsOf } from "../../../src/ui/import/plan-stock.ts";
import { readFiles } from "../../../src/ui/import/read-files.ts";
import { run } from "../../device/support/a-device.ts";
import { aProduct } from "../../domain/builders.ts";
import { aFleet } from "../../sync/support/a-fleet.ts";
import { aFile } from "./import-files.ts";

const receipts = [aFile("deliveries.csv", "receipt_id,sku,received\nDN-7,TEA-1,24\n")];

/** Imports a file as the screen does; tells how many rows had which end. */
async function importInto(device: Device) {
  const read = await readFiles(receipts, async () => {});
  const settings = await findSettings(device.db);
  if (settings === undefined) throw new Error("expected the settings to be here, found none");
  const known = await findKnown(device.db, settings, [], stockStreamsOf(read), async () => {});
  const { lists, commands } = await planImport(read, known, async () => {});
  await handleCommands(device, commands);
  return lists[0];
}

const onHand = async (device: Device) => (await listStock(device.db)).get("TEA-1")?.onHand;

async function twoDevices() {
  const { owner, join } = await aFleet();
  await run(owner.device, "product/TEA-1", { type: "add-product", data: aProduct({ sku: "TEA-1" }) });
  await run(owner.device, "stock/TEA-1", { type: "count-stock", data: { sku: "TEA-1", quantity: 10 } });
  await owner.sync();
  const warehouse = await join("warehouse");
  await warehouse.sync();
  return { owner, warehouse };
}

test("[L4] a delivery imported again goes in once: waiting to be sent, and when it is confirmed", async () => {
  const { warehouse } = await twoDevices();
  expect((await importInto(warehouse.device))?.counts).toMatchObject({ new: 1 });
  expect((await importInto(warehouse.device))?.counts).toMatchObject({ new: 0, same: 1 });
  expect(await onHand(warehouse.device)).toBe(34);
  await warehouse.sync();
  expect((await importInto(warehouse.device))?.counts).toMatchObject({ new: 0, same: 1 });
  expect(await onHand(warehouse.device)).toBe(34);
});

test("[L4] two devices that import the same delivery without a network bring the goods in once", async () => {
  const { owner, warehouse } = await twoDevices();
  await importInto(owner.device);
  await importInto(warehouse.device);
  await owner.sync();
  await warehouse.sync();
  await owner.sync();
  for (const { device } of [owner, warehouse]) {
    expect(await onHand(device)).toBe(34);
    expect(await listOutbox(device.db)).toEqual([]);
    expect(await checkLedger(device.db)).toMatchObject({ balanced: true });
  }
});

test("[L6] a delivery that somebody discarded is not said to be saved: it is brought back in the outbox", async () => {
  const { warehouse } = await twoDevices();
  await importInto(warehouse.device);
  const [row] = await listOutbox(warehouse.device.db);
  await discardCommand(warehouse.device, row?.seq ?? 0);
  const again = await importInto(warehouse.device);
  expect(again?.counts).toMatchObject({ new: 0, wrong: 1 });
  expect(again?.faults).toMatchObject([{ fault: { wrong: "in-outbox" } }]);
  expect(await onHand(warehouse.device)).toBe(10);
});
