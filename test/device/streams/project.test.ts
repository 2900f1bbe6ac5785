import { expect, test } from "vitest";
import { rebuildAll } from "../../../src/device/outbox/rebuild.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { stateOf } from "../../../src/device/streams/sums.ts";
import { countOrders } from "../../../src/device/views/queries.ts";
import type { StreamKey } from "../../../src/domain/stream-key.ts";
import { fired } from "../../support/fired.ts";
import { aFleet } from "../../sync/support/a-fleet.ts";
import { addLine, aLocalDevice, run, startOrder } from "../support/a-device.ts";

/** Leaves the order as a build with a mistake in its fold would: with prices that no total can be made of. */
async function foldWrongly({ db }: Device, stream: StreamKey): Promise<void> {
  const row = await db.streams.get(stream);
  const order = row === undefined ? undefined : stateOf("order", row);
  if (row === undefined || order === undefined || order.status === "none")
    throw new Error("expected an order");
  const lines = order.lines.map((line) => ({ ...line, unitPriceMinor: 0.5 }));
  const state = { ...order, lines };
  const wrong =
    row.pending === undefined
      ? { confirmed: { ...row.confirmed, state } }
      : { pending: { ...row.pending, state } };
  await db.streams.put({ ...row, ...wrong });
}

async function draftOrder(device: Device) {
  const { stream } = await startOrder(device);
  return { stream, lineId: await addLine(device, stream) };
}

test("[L7] a projection that throws flags its stream: its events are kept, everything else goes on, and it is mended by a better build", async () => {
  const { owner, join } = await aFleet();
  const rep = await join("rep");
  const [{ stream: bad, lineId }, { stream: good }] = [
    await draftOrder(owner.device),
    await draftOrder(owner.device),
  ];
  for (const member of [owner, rep]) await member.sync();
  await foldWrongly(rep.device, bad);
  for (const stream of [bad, good]) await run(owner.device, stream, { type: "place-order", data: {} });
  for (const member of [owner, rep]) await member.sync();
  fired(17, import.meta.url);
  const rows = async () => [await rep.device.db.streams.get(bad), await rep.device.db.streams.get(good)];
  expect(await rows()).toMatchObject([
    { flagged: expect.stringContaining("expected safe integers"), confirmed: { version: 3 } },
    { confirmed: { version: 3 }, sort: expect.any(String) },
  ]);
  expect((await rows())[0]?.sort).toBeUndefined();
  expect((await rows())[1]?.flagged).toBeUndefined();
  expect(await countOrders(rep.device.db)).toMatchObject({ draft: 0, placed: 1 });
  await run(rep.device, bad, { type: "set-line-note", data: { lineId, from: "", to: "by Friday" } });
  await rep.sync();
  expect(await rep.device.db.outbox.count()).toBe(0);
  await rebuildAll(rep.device.db);
  const [mended] = await rows();
  expect(await countOrders(rep.device.db)).toMatchObject({ draft: 0, placed: 2 });
  expect(mended?.flagged).toBeUndefined();
  expect(mended).toMatchObject({ confirmed: { version: 4 }, sort: expect.any(String) });
  await owner.sync();
  expect(mended?.confirmed).toEqual((await owner.device.db.streams.get(bad))?.confirmed);
});

test("[L7] a stored order that no sum can be made of stops no change to it: the change is saved, the order flagged", async () => {
  const device = await aLocalDevice();
  const { stream, lineId } = await draftOrder(device);
  const { stream: other } = await draftOrder(device);
  for (const placed of [stream, other]) await run(device, placed, { type: "place-order", data: {} });
  await foldWrongly(device, stream);
  await run(device, stream, { type: "set-line-note", data: { lineId, from: "", to: "by Friday" } });
  await run(device, other, { type: "ship-order", data: { shippedOn: "2026-03-02" } });
  expect((await device.db.streams.get(stream))?.flagged).toContain("expected safe integers");
  await rebuildAll(device.db);
  expect((await device.db.streams.get(stream))?.flagged).toBeUndefined();
  expect(await countOrders(device.db)).toMatchObject({ placed: 1, shipped: 1 });
  device.close();
});
