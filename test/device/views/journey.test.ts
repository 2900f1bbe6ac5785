import fc from "fast-check";
import { expect, test } from "vitest";
import { packTail, segmentText } from "../../../src/device/streams/log.ts";
import { type Journey, journeysOf, type TravelledEvent } from "../../../src/device/views/journey.ts";
import { readJourneys } from "../../../src/device/views/read-journeys.ts";
import { idOf } from "../../../src/domain/stream-key.ts";
import { uuid } from "../../domain/builders.ts";
import { aFleet } from "../../sync/support/a-fleet.ts";
import { addLine, startOrder } from "../support/a-device.ts";

const order = `order/${uuid(1)}`;
const allocation = `allocation/${uuid(1)}`;

/** An order that was placed at nine on another device, without a network until ten past eleven. */
function placing(more: Partial<TravelledEvent> = {}): TravelledEvent {
  return {
    id: uuid(10),
    stream: order,
    type: "order-placed",
    schemaVersion: 3,
    data: {},
    command: uuid(11),
    traceId: "0af7651916cd43dd8448eb211c80319c",
    happenedAt: "2026-03-01T09:00:00.000Z",
    recordedAt: "2026-03-01T11:10:00.000Z",
    arrivedAt: "2026-03-01T11:10:02.000Z",
    device: uuid(2),
    actor: "Ada",
    own: false,
    ...more,
  };
}

/** What the warehouse says to it a second later: two of three. */
function answer(more: Partial<TravelledEvent> = {}): TravelledEvent {
  return {
    ...placing(),
    id: uuid(20),
    stream: allocation,
    type: "stock-allocated",
    schemaVersion: 1,
    data: { cause: "placed", lines: [{ sku: "TEA-1", wanted: 3, reserved: 2, ahead: [] }] },
    command: uuid(21),
    causation: uuid(10),
    happenedAt: "2026-03-01T11:10:01.000Z",
    recordedAt: "2026-03-01T11:10:01.000Z",
    arrivedAt: "2026-03-01T11:10:03.000Z",
    device: uuid(3),
    actor: "Inventory",
    ...more,
  };
}

const shape = ({ hops }: Journey) => hops.map(({ hop, afterMs }) => [hop, afterMs]);

test("an order taken without a network shows how long that was, what the warehouse said, and when it was seen here", () => {
  const [journey] = journeysOf([placing(), answer()]);
  expect(journey).toMatchObject({ traceId: placing().traceId, origin: "order", waits: false });
  expect(journey && shape(journey)).toEqual([
    ["taken", 0],
    ["accepted", 130 * 60_000],
    ["answered", 1_000],
    ["seen", 1_000],
    ["seen", 1_000],
  ]);
  expect(journey?.hops[1]).toMatchObject({ offlineMs: 130 * 60_000 });
  expect(journey?.hops[2]).toMatchObject({
    answer: { said: "short", cause: "placed", wanted: 3, reserved: 2 },
  });
});

test("an order of this device was saved here, and waits until the server has it", () => {
  const { recordedAt: _, arrivedAt: __, ...waiting } = placing({ own: true });
  const [journey] = journeysOf([waiting]);
  expect(journey?.waits).toBe(true);
  expect(journey && shape(journey)).toEqual([
    ["taken", 0],
    ["saved", 0],
  ]);
});

test("an order that went at once was not offline", () => {
  const [journey] = journeysOf([placing({ recordedAt: "2026-03-01T09:00:01.000Z" })]);
  expect(journey?.hops.find(({ hop }) => hop === "accepted")).toMatchObject({ offlineMs: 0 });
});

test("what the warehouse says because of something else has a way of its own", () => {
  const freed = answer({
    id: uuid(30),
    command: uuid(31),
    causation: uuid(99),
    recordedAt: "2026-03-02T08:00:00.000Z",
    arrivedAt: "2026-03-02T08:00:01.000Z",
    data: { cause: "freed", lines: [{ sku: "TEA-1", wanted: 3, reserved: 3, ahead: [] }] },
  });
  const [newest, first] = journeysOf([placing(), answer(), freed]);
  expect(newest).toMatchObject({ origin: "elsewhere", types: ["stock-allocated"] });
  expect(newest?.hops[0]).toMatchObject({ answer: { said: "reserved", cause: "freed" } });
  expect(first?.origin).toBe("order");
});

test("an answer that this build cannot read leaves the rest of the way", () => {
  const [journey] = journeysOf([placing(), answer({ schemaVersion: 99 })]);
  expect(journey?.hops.map(({ hop }) => hop)).toEqual(["taken", "accepted", "seen"]);
});

test("[L12] no clock, however wrong, makes a hop take less than no time or come before the tap", () => {
  const time = fc
    .date({ min: new Date(0), max: new Date("2200-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString());
  fc.assert(
    fc.property(time, time, time, time, time, (happenedAt, recordedAt, arrivedAt, answered, seen) => {
      const events = [
        answer({ recordedAt: answered, arrivedAt: seen }),
        placing({ happenedAt, recordedAt, arrivedAt }),
      ];
      const [journey] = journeysOf(events);
      expect(journey?.hops[0]?.hop).toBe("taken");
      expect(journey?.hops).toHaveLength(5);
      for (const { afterMs } of journey?.hops ?? []) expect(afterMs).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("when an event came in here is noted, is kept when the log is packed, and no other device is told", async () => {
  const { owner, join } = await aFleet();
  const rep = await join("rep");
  const { stream } = await startOrder(rep.device);
  for (let count = 0; count < 70; count += 1) {
    await addLine(rep.device, stream);
    await rep.sync();
    await owner.sync();
  }
  const before = await readJourneys(owner.device.db, idOf(stream));
  expect(before).toHaveLength(71);
  for (const { hops } of before) expect(hops.map(({ hop }) => hop)).toContain("seen");
  const bodies = (await owner.device.db.log.toArray()).map(segmentText).join();
  expect(bodies).not.toContain("arriv");
  expect(await packTail(owner.device.db)).toBe(true);
  expect(await readJourneys(owner.device.db, idOf(stream))).toEqual(before);
});

test("a log from before arrivals were noted is read as it is, and packed with newer pages", async () => {
  const { owner, join } = await aFleet();
  const rep = await join("rep");
  const { stream } = await startOrder(rep.device);
  for (let count = 0; count < 70; count += 1) {
    await addLine(rep.device, stream);
    await rep.sync();
    await owner.sync();
  }
  const old = await owner.device.db.log.where("first").below(30).toArray();
  await owner.device.db.log.bulkPut(old.map(({ arrivals: _, ...row }) => row));
  const before = await readJourneys(owner.device.db, idOf(stream));
  const seen = before.map(({ hops }) => hops.some(({ hop }) => hop === "seen"));
  expect(seen).toContain(true);
  expect(seen).toContain(false);
  expect(await packTail(owner.device.db)).toBe(true);
  expect(await readJourneys(owner.device.db, idOf(stream))).toEqual(before);
});
