import { expect, test } from "vitest";
import { handleCommand } from "../../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import {
  discardCommand,
  replaceCommand,
  sendAgain,
  undoDiscard,
} from "../../../src/device/outbox/resolve.ts";
import { listHistory } from "../../../src/device/views/history.ts";
import { findOrder, listOutbox } from "../../../src/device/views/queries.ts";
import { fired } from "../../support/fired.ts";
import { twoDevicesAndAnOrder } from "../../sync/support/two-devices.ts";
import { run } from "../support/a-device.ts";

test("choosing theirs discards the parked command, and it can be brought back", async () => {
  const { owner, rep, stream, id, lineId } = await twoDevicesAndAnOrder();
  await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 5 } });
  await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 8 } });
  await owner.sync();
  await rep.sync();
  const [parked] = await listOutbox(rep.device.db);
  await discardCommand(rep.device, parked?.seq ?? 0);
  expect(await findOrder(rep.device.db, id)).toMatchObject({ mark: "confirmed" });
  await undoDiscard(rep.device, parked?.seq ?? 0);
  expect(await listOutbox(rep.device.db)).toMatchObject([{ state: "parked" }]);
  expect((await checkLedger(rep.device.db)).balanced).toBe(true);
});

test("choosing mine replaces the parked command: what waited behind it goes after it", async () => {
  const { owner, rep, stream, id, lineId } = await twoDevicesAndAnOrder();
  await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 5 } });
  await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 8 } });
  await run(rep.device, stream, { type: "place-order", data: {} });
  await owner.sync();
  await rep.sync();
  const [parked] = await listOutbox(rep.device.db);
  await replaceCommand(rep.device, parked?.seq ?? 0, {
    type: "set-quantity",
    data: { lineId, from: 5, to: 8 },
  });
  await rep.sync();
  const history = await listHistory(rep.device.db, stream);
  expect(history.slice(-2).map(({ event }) => event.type)).toEqual(["line-quantity-changed", "order-placed"]);
  expect((await findOrder(rep.device.db, id))?.order).toMatchObject({
    status: "placed",
    lines: [{ quantity: 8 }],
  });
});

test("what the server refuses parks with its problem; sent again as a new command it may pass", async () => {
  const { owner, rep } = await twoDevicesAndAnOrder();
  const add = { sku: "TEA", name: "Tea", category: "", unit: "", priceMinor: 1, taxPpm: 0, barcodes: [] };
  const product = { ...add, minQuantity: 1, stepQuantity: 1, reorderLevel: 0, archived: false };
  const handled = await handleCommand(rep.device, {
    stream: "product/TEA",
    command: { type: "add-product", data: product },
  });
  expect(handled.outcome).toBe("saved");
  await rep.sync();
  const [parked] = await listOutbox(rep.device.db);
  expect(parked).toMatchObject({
    state: "parked",
    parked: { why: "refused", problem: { code: "not-allowed" } },
  });
  fired(16, import.meta.url);
  await sendAgain(rep.device, parked?.seq ?? 0);
  await rep.sync();
  expect((await listOutbox(rep.device.db)).map(({ state }) => state)).toEqual(["discarded", "parked"]);
  await owner.sync();
  expect((await checkLedger(rep.device.db)).balanced).toBe(true);
});
