import { expect, test } from "vitest";
import { rebuildAll } from "../../../src/device/outbox/rebuild.ts";
import {
  findHashAt,
  packTail,
  readStreamEvents,
  segmentEvents,
  segmentText,
} from "../../../src/device/streams/log.ts";
import { aFleet, readModelOf } from "../../sync/support/a-fleet.ts";
import { addLine, startOrder } from "../support/a-device.ts";

/** A device that has read an order of 70 lines event by event: each is a segment of its log. */
async function aLogOfSmallSegments() {
  const { owner, join } = await aFleet({ pageEvents: 1 });
  const { stream } = await startOrder(owner.device);
  for (let lines = 0; lines < 70; lines += 1) await addLine(owner.device, stream);
  await owner.sync();
  const rep = await join("rep");
  await rep.sync();
  return { owner, rep, stream };
}

test("[L9] packing small segments keeps every event, its order and its index", async () => {
  const { owner, rep, stream } = await aLogOfSmallSegments();
  expect(await rep.device.db.log.count()).toBe(72);
  const before = await readStreamEvents(rep.device.db, [stream]);
  expect(await packTail(rep.device.db)).toBe(true);
  expect(await rep.device.db.log.count()).toBe(9);
  expect(await readStreamEvents(rep.device.db, [stream])).toEqual(before);
  await rebuildAll(rep.device.db);
  expect((await readModelOf(rep.device)).streams).toEqual((await readModelOf(owner.device)).streams);
});

test("[L9] a log whose first pages an older build wrote is read, packed and rebuilt like every other", async () => {
  const { owner, rep, stream } = await aLogOfSmallSegments();
  const { db } = rep.device;
  const written = await db.log.toArray();
  expect(new Set(written.map(({ format }) => format))).toEqual(new Set([2]));
  const hashes = await Promise.all(written.map(({ last }) => findHashAt(db, last)));
  const events = await readStreamEvents(db, [stream]);
  await db.log.bulkPut(
    written.slice(0, 40).map(({ first, last, streams, ...row }) => {
      return {
        first,
        last,
        streams,
        format: 1,
        body: segmentText({ first, last, streams, ...row }),
      } as const;
    }),
  );
  const holdAll = async () => {
    expect(await readStreamEvents(db, [stream])).toEqual(events);
    expect(await Promise.all(written.map(({ last }) => findHashAt(db, last)))).toEqual(hashes);
    expect((await db.log.toArray()).flatMap(segmentEvents)).toEqual(written.flatMap(segmentEvents));
  };
  await holdAll();
  expect(await packTail(db)).toBe(true);
  await holdAll();
  await rebuildAll(db);
  expect((await readModelOf(rep.device)).streams).toEqual((await readModelOf(owner.device)).streams);
});
