import { expect, test } from "vitest";
import { rebuildAll } from "../../../src/device/outbox/rebuild.ts";
import { packTail, readStreamEvents } from "../../../src/device/streams/log.ts";
import { aFleet, readModelOf } from "../../sync/support/a-fleet.ts";
import { addLine, startOrder } from "../support/a-device.ts";

test("[L9] packing small segments keeps every event, its order and its index", async () => {
  const { owner, join } = await aFleet({ pageEvents: 1 });
  const { stream } = await startOrder(owner.device);
  for (let lines = 0; lines < 70; lines += 1) await addLine(owner.device, stream);
  await owner.sync();
  const rep = await join("rep");
  await rep.sync();
  expect(await rep.device.db.log.count()).toBe(72);
  const before = await readStreamEvents(rep.device.db, [stream]);
  expect(await packTail(rep.device.db)).toBe(true);
  expect(await rep.device.db.log.count()).toBe(9);
  expect(await readStreamEvents(rep.device.db, [stream])).toEqual(before);
  await rebuildAll(rep.device.db);
  expect((await readModelOf(rep.device)).streams).toEqual((await readModelOf(owner.device)).streams);
});
