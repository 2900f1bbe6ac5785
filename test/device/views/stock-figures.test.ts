import { describe, expect, test } from "vitest";
import type { Device } from "../../../src/device/storage/device.ts";
import { listStock, onHandOf } from "../../../src/device/views/stock-figures.ts";
import type { KnownLevel } from "../../../src/domain/level/level.ts";
import type { KnownStock } from "../../../src/domain/stock/stock.ts";
import { allocationStream } from "../../../src/domain/stream-key.ts";
import { addLine, aLocalDevice, run, startOrder } from "../support/a-device.ts";
import { hear } from "../support/hear.ts";

const noon = "2026-01-05T12:00:00.000Z";
const stock = (more: Partial<KnownStock>): KnownStock => ({
  status: "known",
  sku: "TEA-1",
  onHand: 40,
  asOf: "2026-01-05T10:00:00.000Z",
  counts: 1,
  receivedSinceCount: 0,
  ...more,
});
const level: KnownLevel = {
  status: "known",
  sku: "TEA-1",
  onHand: 28,
  counts: 1,
  receivedSinceCount: 0,
  asOf: noon,
};

describe("what is there of a product", () => {
  test("as last counted, until inventory has spoken", () => {
    expect(onHandOf(stock({}), undefined)).toMatchObject({ onHand: 40 });
    expect(onHandOf(undefined, undefined)).toBeUndefined();
  });
  test("as inventory says, which knows what shipped orders took; with inventory's age", () => {
    expect(onHandOf(stock({}), level)).toMatchObject({ onHand: 28, asOf: noon });
    expect(onHandOf(undefined, level)).toMatchObject({ onHand: 28 });
  });
  test("and what came in since inventory read the book", () => {
    const later = "2026-01-05T13:00:00.000Z";
    const known = stock({ onHand: 50, receivedSinceCount: 10, asOf: later });
    expect(onHandOf(known, level)).toEqual({ onHand: 38, asOf: later });
  });
  test("a count that inventory has not read replaces what it said", () => {
    expect(onHandOf(stock({ counts: 2, onHand: 5 }), level)).toMatchObject({ onHand: 5 });
  });
  test("inventory has read further than this device: what it says stays", () => {
    expect(onHandOf(stock({}), { ...level, counts: 2 })).toMatchObject({ onHand: 28 });
    expect(onHandOf(stock({}), { ...level, receivedSinceCount: 9 })).toMatchObject({ onHand: 28 });
  });
});

describe("what is left of a product on this device", () => {
  const tea = async (device: Device) => {
    const known = (await listStock(device.db)).get("TEA-1");
    return known && { onHand: known.onHand, left: known.onHand - known.promised };
  };
  const ordered = async (device: Device) => {
    await run(device, "stock/TEA-1", { type: "open-stock", data: { sku: "TEA-1", quantity: 40 } });
    const { stream, id } = await startOrder(device);
    await addLine(device, stream, { sku: "TEA-1", quantity: 12 });
    await run(device, stream, { type: "place-order", data: {} });
    await hear(device, allocationStream(id), {
      type: "stock-allocated",
      schemaVersion: 1,
      data: { cause: "placed", lines: [{ sku: "TEA-1", wanted: 12, reserved: 12, ahead: [] }] },
    });
    return { stream, id };
  };

  test("it does not rise when an order ships, neither before inventory books it out nor after", async () => {
    const device = await aLocalDevice();
    const { stream, id } = await ordered(device);
    expect(await tea(device)).toEqual({ onHand: 40, left: 28 });
    await run(device, stream, { type: "ship-order", data: { shippedOn: "2026-01-06" } });
    expect(await tea(device)).toEqual({ onHand: 40, left: 28 });
    await hear(device, allocationStream(id), {
      type: "stock-issued",
      schemaVersion: 1,
      data: { lines: [{ sku: "TEA-1", quantity: 12 }] },
    });
    await hear(device, "level/TEA-1", {
      type: "stock-level-changed",
      schemaVersion: 1,
      data: { sku: "TEA-1", onHand: 28, counts: 1, receivedSinceCount: 0 },
    });
    expect(await tea(device)).toEqual({ onHand: 28, left: 28 });
  });

  test("a cancelled order promises nothing, also before inventory has released its part", async () => {
    const device = await aLocalDevice();
    const { stream } = await ordered(device);
    await run(device, stream, { type: "cancel-order", data: { note: "mistake" } });
    expect(await tea(device)).toEqual({ onHand: 40, left: 40 });
  });
});
