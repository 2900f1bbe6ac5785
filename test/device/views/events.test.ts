import { expect, test } from "vitest";
import type { Device } from "../../../src/device/storage/device.ts";
import { makeSegment, segmentEvents } from "../../../src/device/streams/log.ts";
import { findEventContext, listEvents } from "../../../src/device/views/events.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import { aFleet } from "../../sync/support/a-fleet.ts";
import { addLine, run, startOrder } from "../support/a-device.ts";

const plenty = { events: 100, segments: 100 };

/** Two orders of a rep, on the owner's device too; a third waits there. */
async function aShop() {
  const { owner, join } = await aFleet();
  const rep = await join("rep");
  const first = await startOrder(rep.device);
  await addLine(rep.device, first.stream, { sku: "TEA-1", name: "Chai “of the Harbour”" });
  await run(rep.device, first.stream, { type: "place-order", data: {} });
  await rep.sync();
  const second = await startOrder(rep.device);
  await addLine(rep.device, second.stream, { sku: "JAM-2" });
  await rep.sync();
  await owner.sync();
  const third = await startOrder(owner.device);
  return { owner: owner.device, rep: rep.device, first, second, third };
}

const typesOf = async (device: Device, filter: Parameters<typeof listEvents>[1]) =>
  (await listEvents(device.db, filter, plenty)).events.map(({ type, stream }) => [type, stream]);

test("shows what lies on this device, the newest first: what waits before what was sent", async () => {
  const { owner, first, second, third } = await aShop();
  const all = await typesOf(owner, { kind: "order" });
  expect(all).toEqual([
    ["order-drafted", third.stream],
    ["line-added", second.stream],
    ["order-drafted", second.stream],
    ["order-placed", first.stream],
    ["line-added", first.stream],
    ["order-drafted", first.stream],
  ]);
});

test("finds an order's events by its number, and any by a SKU, a name, a type, a kind or a device", async () => {
  const { owner, rep, first, second } = await aShop();
  expect((await typesOf(owner, { text: first.number.toLowerCase() })).map(([type]) => type)).toEqual([
    "order-placed",
    "line-added",
    "order-drafted",
  ]);
  expect(await typesOf(owner, { text: "jam-2" })).toEqual([["line-added", second.stream]]);
  expect(await typesOf(owner, { text: "harbour", type: "line-added" })).toEqual([
    ["line-added", first.stream],
  ]);
  expect(await typesOf(owner, { kind: "workspace" })).toHaveLength(1);
  const own = await listEvents(owner.db, { device: rep.identity().deviceId }, plenty);
  expect(own.events).toHaveLength(5);
  expect(own.events.every((event) => !event.own)).toBe(true);
  expect(await typesOf(owner, { text: "no such thing" })).toEqual([]);
});

test("finds only the order with a number, and what names it, although the figures of the number are in other ids too", async () => {
  const { owner, first, second, third } = await aShop();
  const digits = first.number.replaceAll("-", "").toLowerCase();
  const lineId = `00000000-0000-4000-8000-${digits.padEnd(12, "0")}`;
  await addLine(owner, third.stream, { lineId });
  await addLine(owner, third.stream, { sku: first.number });
  const found = await typesOf(owner, { text: first.number });
  expect(found.filter(([, stream]) => stream === third.stream)).toEqual([["line-added", third.stream]]);
  expect(found.some(([, stream]) => stream === second.stream)).toBe(false);
});

test("[L16] looks through a long log in bounded steps, and says that there is more", async () => {
  const { owner } = await aShop();
  const step = await listEvents(owner.db, {}, { events: 2, segments: 1 });
  expect(step).toMatchObject({ more: true, events: { length: 2 } });
  const rare = await listEvents(owner.db, { kind: "workspace" }, { events: 5, segments: 1 });
  expect(rare.more).toBe(true);
  expect(rare.looked).toBeLessThan((await listEvents(owner.db, {}, plenty)).looked);
  expect((await listEvents(owner.db, {}, plenty)).more).toBe(false);
});

test("tells of one event what it has to do with: its trace, the rest of its command, its causes and effects", async () => {
  const { owner, first } = await aShop();
  const { events } = await listEvents(owner.db, { type: "order-placed" }, plenty);
  const [placed] = events;
  const segment = await owner.db.log.where("streams").equals(first.stream).last();
  const told = segment && segmentEvents(segment).at(-1);
  if (told === undefined) throw new Error("expected an event of the order");
  const answer: LogEvent = {
    ...told,
    ...{ id: "01890000-0000-7000-8000-0000000000e1", position: told.position + 1, version: 1 },
    ...{ stream: first.stream.replace("order", "allocation"), type: "stock-allocated" },
    ...{ command: "01890000-0000-7000-8000-0000000000c1", causation: placed?.id ?? "" },
    traceparent: `${placed?.traceparent.slice(0, 36)}00f067aa0ba902b7-01`,
  };
  await owner.db.log.put(makeSegment([answer]));
  const cause = await findEventContext(owner.db, placed?.id ?? "");
  expect(cause?.effects.map(({ id }) => id)).toEqual([answer.id]);
  expect(cause?.trace.map(({ id }) => id)).toEqual([placed?.id, answer.id]);
  const effect = await findEventContext(owner.db, answer.id);
  expect(effect?.causes.map(({ id }) => id)).toEqual([placed?.id]);
  expect(effect?.siblings).toEqual([]);
  expect(await findEventContext(owner.db, "01890000-0000-7000-8000-00000000dead")).toBeUndefined();
});
