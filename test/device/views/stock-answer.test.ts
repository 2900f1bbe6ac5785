import { describe, expect, test } from "vitest";
import type { Device } from "../../../src/device/storage/device.ts";
import { live } from "../../../src/device/storage/live.ts";
import { findOrderStock, listShortOrders, type OrderStock } from "../../../src/device/views/stock-answer.ts";
import type { AllocatedLine } from "../../../src/domain/allocation/allocation.ts";
import { allocationStream, type StreamKey } from "../../../src/domain/stream-key.ts";
import { uuid } from "../../domain/builders.ts";
import { addLine, aLocalDevice, run, startOrder } from "../support/a-device.ts";
import { hear } from "../support/hear.ts";

const first = { order: uuid(70), number: "K7-41", quantity: 3 };

/** A device on which tea is counted, with an order of tea (5) and of bread, which nobody counts. */
async function withOrder() {
  const device = await aLocalDevice();
  await run(device, "stock/TEA-1", { type: "open-stock", data: { sku: "TEA-1", quantity: 5 } });
  const { stream, id } = await startOrder(device);
  const tea = await addLine(device, stream, { sku: "tea-1", quantity: 5 });
  await addLine(device, stream, { sku: "BREAD", quantity: 1 });
  return { device, stream, id, tea };
}

const place = (device: Device, stream: StreamKey) => run(device, stream, { type: "place-order", data: {} });
const say = (device: Device, id: string, line: Partial<AllocatedLine> = {}) =>
  hear(device, allocationStream(id), {
    type: "stock-allocated",
    schemaVersion: 1,
    data: {
      cause: "placed",
      lines: [{ sku: "TEA-1", wanted: 5, reserved: 5, ahead: [], ...line }],
    },
  });
const answerOf = async (device: Device, id: string) => (await findOrderStock(device.db, id))?.answer;

describe("what inventory says to an order", () => {
  test("nothing of a draft, and nothing of products that nobody counts", async () => {
    const { device, id, stream, tea } = await withOrder();
    expect(await findOrderStock(device.db, id)).toEqual({ stage: "saved", answer: { status: "silent" } });
    await run(device, stream, { type: "remove-line", data: { lineId: tea } });
    await place(device, stream);
    expect(await answerOf(device, id)).toEqual({ status: "silent" });
  });

  test("a placed order of what somebody counts waits for its answer", async () => {
    const { device, id, stream } = await withOrder();
    await place(device, stream);
    expect(await answerOf(device, id)).toEqual({ status: "awaited" });
  });

  test("the answer is at the order's lines; what is not counted has none", async () => {
    const { device, id, stream, tea } = await withOrder();
    await place(device, stream);
    await say(device, id, { reserved: 2, ahead: [first] });
    expect(await answerOf(device, id)).toMatchObject({
      status: "answered",
      updating: false,
      lines: [{ lineId: tea, wanted: 5, reserved: 2, short: 3, ahead: [first], waited: false }],
    });
  });

  test("two lines of one product share its answer: the first is served first", async () => {
    const { device, id, stream, tea } = await withOrder();
    const more = await addLine(device, stream, { sku: "TEA-1", quantity: 4 });
    await place(device, stream);
    await say(device, id, { wanted: 9, reserved: 7 });
    expect(await answerOf(device, id)).toMatchObject({
      lines: [
        { lineId: tea, reserved: 5, short: 0 },
        { lineId: more, reserved: 2, short: 2 },
      ],
    });
  });

  test("the last answer stays, marked as being updated, from a change on until the next one; it never goes away", async () => {
    const { device, id, stream, tea } = await withOrder();
    await place(device, stream);
    await say(device, id);
    const seen: (OrderStock | undefined)[] = [];
    const watched = live(() => findOrderStock(device.db, id)).subscribe((value) => seen.push(value));
    await expect.poll(() => seen.length).toBeGreaterThan(0);
    await run(device, stream, { type: "set-quantity", data: { lineId: tea, from: 5, to: 8 } });
    expect(await answerOf(device, id)).toMatchObject({ updating: true, lines: [{ reserved: 5, short: 3 }] });
    await say(device, id, { wanted: 8, reserved: 5 });
    await expect.poll(() => seen.at(-1)?.answer).toMatchObject({ updating: false });
    watched.unsubscribe();
    expect(seen.map((value) => value?.answer.status)).toEqual(seen.map(() => "answered"));
  });

  test("a change that asks for nothing else leaves the answer as it is", async () => {
    const { device, id, stream, tea } = await withOrder();
    await place(device, stream);
    await say(device, id);
    await run(device, stream, { type: "set-line-note", data: { lineId: tea, from: "", to: "warm" } });
    expect(await answerOf(device, id)).toMatchObject({ updating: false });
  });

  test("a new line of a product that is counted has no answer yet", async () => {
    const { device, id, stream } = await withOrder();
    await run(device, "stock/JAM", { type: "open-stock", data: { sku: "JAM", quantity: 5 } });
    await place(device, stream);
    await say(device, id);
    await addLine(device, stream, { sku: "JAM", quantity: 1 });
    expect(await answerOf(device, id)).toMatchObject({ updating: true });
  });

  test("shipped: being updated until what was put aside is booked out", async () => {
    const { device, id, stream } = await withOrder();
    await place(device, stream);
    await say(device, id);
    await run(device, stream, { type: "ship-order", data: { shippedOn: "2026-01-06" } });
    expect(await answerOf(device, id)).toMatchObject({ status: "answered", updating: true });
    await hear(device, allocationStream(id), {
      type: "stock-issued",
      schemaVersion: 1,
      data: { lines: [{ sku: "TEA-1", quantity: 5 }] },
    });
    expect(await answerOf(device, id)).toMatchObject({ status: "issued", lines: [{ quantity: 5 }] });
  });

  test("how far it is: saved here, sent, accepted", async () => {
    const { device, id, stream } = await withOrder();
    await place(device, stream);
    const stage = async () => (await findOrderStock(device.db, id))?.stage;
    expect(await stage()).toBe("saved");
    await device.db.outbox.where("stream").equals(stream).modify({ sent: true });
    expect(await stage()).toBe("sent");
    await device.db.outbox.where("stream").equals(stream).modify({ accepted: true });
    expect(await stage()).toBe("accepted");
  });
});

describe("the orders that are short", () => {
  test("an order is one of them until somebody says what becomes of what is missing", async () => {
    const { device, id, stream, tea } = await withOrder();
    await place(device, stream);
    await say(device, id, { reserved: 2 });
    expect(await listShortOrders(device.db)).toMatchObject([{ view: { id }, shortage: "short" }]);
    await run(device, stream, { type: "back-order-line", data: { lineId: tea, quantity: 3 } });
    expect(await listShortOrders(device.db)).toMatchObject([{ view: { id }, shortage: "waited" }]);
    await run(device, stream, { type: "set-quantity", data: { lineId: tea, from: 5, to: 6 } });
    expect(await listShortOrders(device.db)).toMatchObject([{ view: { id }, shortage: "short" }]);
    await run(device, stream, { type: "set-quantity", data: { lineId: tea, from: 6, to: 2 } });
    expect(await listShortOrders(device.db)).toEqual([]);
  });

  test("more is missing than the customer waits for: somebody is asked again", async () => {
    const { device, id, stream, tea } = await withOrder();
    await place(device, stream);
    await say(device, id, { reserved: 2 });
    await run(device, stream, { type: "back-order-line", data: { lineId: tea, quantity: 3 } });
    await say(device, id, { reserved: 1 });
    expect(await listShortOrders(device.db)).toMatchObject([{ shortage: "short" }]);
  });

  test("an order that got all, or has ended, is none of them", async () => {
    const { device, id, stream } = await withOrder();
    await place(device, stream);
    await say(device, id, { reserved: 2 });
    await say(device, id, { reserved: 5 });
    expect(await listShortOrders(device.db)).toEqual([]);
    await say(device, id, { reserved: 2 });
    await run(device, stream, { type: "cancel-order", data: { note: "mistake" } });
    expect(await listShortOrders(device.db)).toEqual([]);
  });
});
