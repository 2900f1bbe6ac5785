import { expect, test } from "vitest";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { rebuildAll } from "../../src/device/outbox/rebuild.ts";
import { replaceCommand } from "../../src/device/outbox/resolve.ts";
import { findOrder, listOrders, listOutbox } from "../../src/device/views/queries.ts";
import { addLine, run, startOrder } from "../device/support/a-device.ts";
import { fired } from "../support/fired.ts";
import { aFleet, readModelOf } from "./support/a-fleet.ts";
import { twoDevicesAndAnOrder } from "./support/two-devices.ts";

test("an order taken on one device is on the other, confirmed, with the same number and chain", async () => {
  const { owner, rep, id, number } = await twoDevicesAndAnOrder();
  expect(await findOrder(rep.device.db, id)).toMatchObject({
    mark: "confirmed",
    version: 2,
    order: { number },
  });
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
  expect(await listOutbox(owner.device.db)).toEqual([]);
});

test("[L10] lines of two people on one order are both kept, also when one changes a quantity and the other places it", async () => {
  const { owner, rep, stream, id, lineId } = await twoDevicesAndAnOrder();
  await addLine(owner.device, stream, { sku: "BEER" });
  await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 5 } });
  await addLine(rep.device, stream, { sku: "WINE" });
  await run(rep.device, stream, { type: "place-order", data: {} });
  await owner.sync();
  await rep.sync();
  await owner.sync();
  const [mine, theirs] = await Promise.all([findOrder(owner.device.db, id), findOrder(rep.device.db, id)]);
  expect(mine?.order).toEqual(theirs?.order);
  expect(mine?.order.status).toBe("placed");
  expect(mine?.order.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
    ["CHAI", 5],
    ["BEER", 2],
    ["WINE", 2],
  ]);
  expect(await readModelOf(owner.device)).toEqual(await readModelOf(rep.device));
});

test("[L10] the same line changed to two quantities parks one command with both values, and choosing mine resolves it", async () => {
  const { owner, rep, stream, id, lineId } = await twoDevicesAndAnOrder();
  await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 5 } });
  await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 8 } });
  await owner.sync();
  await rep.sync();
  const [parked] = await listOutbox(rep.device.db);
  expect(parked).toMatchObject({
    state: "parked",
    parked: {
      rejection: { reason: "line-changed-meanwhile", conflict: { before: 12, yours: 8, theirs: 5 } },
    },
  });
  expect((await findOrder(rep.device.db, id))?.order.lines[0]?.quantity).toBe(5);
  const chosen = await replaceCommand(rep.device, parked?.seq ?? 0, {
    type: "set-quantity",
    data: { lineId, from: 5, to: 8 },
  });
  expect(chosen.outcome).toBe("saved");
  await rep.sync();
  await owner.sync();
  expect((await findOrder(owner.device.db, id))?.order.lines[0]?.quantity).toBe(8);
  expect(await listOutbox(rep.device.db)).toMatchObject([
    { state: "discarded", replacedBy: expect.any(String) },
  ]);
  expect((await checkLedger(rep.device.db)).balanced).toBe(true);
});

test("[L10] a parked conflict shows what is there now when it changes again, and goes on when nothing stands against it", async () => {
  const { owner, rep, stream, id, lineId } = await twoDevicesAndAnOrder();
  await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 5 } });
  await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 50 } });
  await owner.sync();
  await rep.sync();
  await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 5, to: 7 } });
  await owner.sync();
  await rep.sync();
  expect(await listOutbox(rep.device.db)).toMatchObject([
    { state: "parked", parked: { rejection: { conflict: { yours: 50, theirs: 7 } } } },
  ]);
  await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 7, to: 12 } });
  await owner.sync();
  await rep.sync();
  expect(await listOutbox(rep.device.db)).toEqual([]);
  expect((await findOrder(rep.device.db, id))?.order.lines[0]?.quantity).toBe(50);
  expect((await checkLedger(rep.device.db)).balanced).toBe(true);
});

test("[L7] behind a parked command its own stream waits, every other order is sent", async () => {
  const { owner, rep, stream, lineId } = await twoDevicesAndAnOrder();
  await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 5 } });
  await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 8 } });
  await run(rep.device, stream, { type: "place-order", data: {} });
  const other = await startOrder(rep.device);
  await owner.sync();
  await rep.sync();
  expect((await listOutbox(rep.device.db)).map(({ state, held }) => [state, held?.why])).toEqual([
    ["parked", undefined],
    ["held", "behind"],
  ]);
  await owner.sync();
  expect(await findOrder(owner.device.db, other.id)).toMatchObject({ mark: "confirmed" });
});

test("[L4] an answer that is lost is asked for again and changes nothing", async () => {
  const { owner, rep, server, stream, id } = await twoDevicesAndAnOrder();
  await addLine(rep.device, stream, { sku: "WINE" });
  const lost = await rep.exchange(async (identity, request) => {
    await server.ports.post(identity, request);
    return { outcome: "failed", trouble: "unreachable" };
  });
  expect(lost.outcome).toBe("failed");
  fired(14, import.meta.url);
  await rep.sync();
  await owner.sync();
  expect((await findOrder(owner.device.db, id))?.order.lines.map(({ sku }) => sku)).toEqual(["CHAI", "WINE"]);
  expect(await listOutbox(rep.device.db)).toEqual([]);
});

test("[L9] rebuilt from the log is the same as kept up to date", async () => {
  const { owner, rep, stream, lineId } = await twoDevicesAndAnOrder();
  await run(owner.device, stream, { type: "place-order", data: {} });
  await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 3 } });
  const before = await readModelOf(rep.device);
  await rebuildAll(rep.device.db);
  expect(await readModelOf(rep.device)).toEqual(before);
  await rep.sync();
  await owner.sync();
  await rep.sync();
  const after = await readModelOf(rep.device);
  await rebuildAll(rep.device.db);
  expect(await readModelOf(rep.device)).toEqual(after);
  expect(await readModelOf(owner.device)).toEqual(after);
});

test("[L2] a page cut between commands shows no half order, and the rest comes with the next", async () => {
  const { owner, join } = await aFleet({ pageEvents: 2 });
  for (let orders = 0; orders < 3; orders += 1) {
    const { stream } = await startOrder(owner.device);
    await addLine(owner.device, stream);
    await run(owner.device, stream, { type: "place-order", data: {} });
  }
  await owner.sync();
  const rep = await join("rep");
  await rep.sync();
  expect(await listOrders(rep.device.db, { limit: 50 })).toHaveLength(3);
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
});

test("[L7] a command parks only when all of the log is here: what a later page takes back was no conflict", async () => {
  const { owner, join } = await aFleet({ pageEvents: 1 });
  const rep = await join("rep");
  const { stream, id } = await startOrder(owner.device);
  const lineId = await addLine(owner.device, stream, { quantity: 12 });
  await owner.sync();
  await rep.sync();
  await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 5 } });
  await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 5, to: 12 } });
  await owner.sync();
  await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 12, to: 8 } });
  await rep.exchange();
  expect(await listOutbox(rep.device.db)).toMatchObject([{ state: "held", held: { why: "more-to-come" } }]);
  await rep.sync();
  expect(await listOutbox(rep.device.db)).toEqual([]);
  expect((await findOrder(rep.device.db, id))?.order.lines[0]?.quantity).toBe(8);
});

test.each([1, 1_000])(
  "[L10] a wish that held for a moment only is a conflict, in pages of %i events as in others",
  async (pageEvents) => {
    const { owner, join } = await aFleet({ pageEvents });
    const rep = await join("rep");
    await rep.sync();
    const { stream } = await startOrder(rep.device);
    const lineId = await addLine(rep.device, stream, { quantity: 5 });
    await rep.sync();
    await owner.sync();
    await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 5, to: 6 } });
    await run(owner.device, stream, { type: "set-quantity", data: { lineId, from: 6, to: 9 } });
    await owner.sync();
    await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 5, to: 6 } });
    await rep.sync();
    expect(await listOutbox(rep.device.db)).toMatchObject([
      { state: "parked", parked: { rejection: { conflict: { before: 5, yours: 6, theirs: 9 } } } },
    ]);
  },
);
