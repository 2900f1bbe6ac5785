import { expect, test } from "vitest";
import { handleCommand, handleCommands } from "../../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import { countWaiting, findOrder, listOrders, listSalesByDay } from "../../../src/device/views/queries.ts";
import { listStock } from "../../../src/device/views/stock-figures.ts";
import { orderStream } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { aHeader, aLine, uuid } from "../../domain/builders.ts";
import { addLine, aLocalDevice, freshStorage, mustBeSaved, run, startOrder } from "../support/a-device.ts";

test("an order that was saved is in the list at once, with its number and its mark", async () => {
  const device = await aLocalDevice();
  const { stream, id, number } = await startOrder(device);
  await addLine(device, stream, { quantity: 3, unitPriceMinor: 250 });
  const [order] = await listOrders(device.db, { limit: 50 });
  expect(order).toMatchObject({
    id,
    mark: "waiting",
    waitingCount: 2,
    version: 2,
    order: { number, status: "draft" },
  });
  expect(order?.totals.totalMinor).toBe(750);
});

test("order numbers count up on a device and are never drawn for a command that was rejected", async () => {
  const device = await aLocalDevice();
  const first = await startOrder(device);
  const again = await handleCommand(device, {
    stream: first.stream,
    command: ({ orderNumber: number }) => ({ type: "start-order", data: { ...aHeader(), number } }),
  });
  expect(again).toMatchObject({ outcome: "rejected", rejection: { reason: "order-exists" } });
  const second = await startOrder(device);
  const code = device.identity().code;
  expect([first.number, second.number]).toEqual([`${code}-1`, `${code}-2`]);
});

test("a double tap is one command", async () => {
  const device = await aLocalDevice();
  const { stream, id } = await startOrder(device);
  const tap = { id: newId(), stream, command: { type: "add-line", data: aLine(1) } } as const;
  const [first, second] = await Promise.all([handleCommand(device, tap), handleCommand(device, tap)]);
  expect(mustBeSaved(second)).toEqual(mustBeSaved(first));
  expect((await findOrder(device.db, id))?.order.lines).toHaveLength(1);
});

test("one of many commands that is rejected stops no other", async () => {
  const device = await aLocalDevice();
  const { stream, id } = await startOrder(device);
  const handled = await handleCommands(device, [
    { stream, command: { type: "add-line", data: aLine(1) } },
    { stream, command: { type: "remove-line", data: { lineId: uuid(99) } } },
    { stream, command: { type: "add-line", data: aLine(2) } },
  ]);
  expect(handled.map(({ outcome }) => outcome)).toEqual(["saved", "rejected", "saved"]);
  expect((await findOrder(device.db, id))?.order.lines.map(({ lineId }) => lineId)).toEqual([
    uuid(1),
    uuid(2),
  ]);
});

test("what the server would refuse as malformed is not saved", async () => {
  const device = await aLocalDevice();
  const { stream } = await startOrder(device);
  const before = await device.db.outbox.count();
  const line = { ...aLine(1), name: "x".repeat(201) };
  const handled = await handleCommand(device, { stream, command: { type: "add-line", data: line } });
  expect(handled).toMatchObject({ outcome: "invalid", path: "name" });
  expect(await device.db.outbox.count()).toBe(before);
});

test("[L2] a transaction that aborts leaves neither command nor projection nor number behind", async () => {
  const device = await aLocalDevice();
  const { stream, id } = await startOrder(device);
  const before = await everything(device.db);
  const failing = (row: { readonly key: string }) => {
    if (row.key === "ledger") throw new DOMException("disk full", "QuotaExceededError");
  };
  device.db.meta.hook("updating", (_change, _key, row) => failing(row));
  const handled = await handleCommand(device, { stream, command: { type: "add-line", data: aLine(1) } });
  expect(handled).toMatchObject({ outcome: "not-saved", why: "quota" });
  expect(await everything(device.db)).toEqual(before);
  expect((await findOrder(device.db, id))?.order.lines).toEqual([]);
});

/** How fake-indexeddb runs what a request does. */
interface FakeTransaction {
  readonly _execRequestAsync: (request: { operation: () => void; source: unknown }) => IDBRequest;
}

test.each([
  ["outbox", "add"],
  ["streams", "put"],
  ["meta", "put"],
] as const)(
  "a write to %s that is refused for want of space says so, not only a commit",
  async (store, method) => {
    const device = await aLocalDevice();
    const { stream } = await startOrder(device);
    const before = await everything(device.db);
    const write = IDBObjectStore.prototype[method];
    // As in Firefox and Safari, where the write itself fails and not the commit.
    const refuse = () => {
      throw new DOMException("no space left", "QuotaExceededError");
    };
    IDBObjectStore.prototype[method] = function (value: unknown, key?: IDBValidKey) {
      if (this.name !== store) return write.call(this, value, key);
      const transaction = this.transaction as unknown as FakeTransaction;
      return transaction._execRequestAsync({ operation: refuse, source: this });
    };
    try {
      const handled = await handleCommand(device, { stream, command: { type: "add-line", data: aLine(1) } });
      expect(handled).toMatchObject({ outcome: "not-saved", why: "quota" });
    } finally {
      IDBObjectStore.prototype[method] = write;
    }
    expect(await everything(device.db)).toEqual(before);
  },
);

test("[L2] a transaction that the browser aborts in the middle of a write is not saved", async () => {
  const device = await aLocalDevice();
  const { stream } = await startOrder(device);
  const before = await everything(device.db);
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (value: unknown, key?: IDBValidKey) {
    const request = add.call(this, value, key);
    if (this.name === "outbox") this.transaction.abort();
    return request;
  };
  try {
    const handled = await handleCommand(device, { stream, command: { type: "add-line", data: aLine(1) } });
    expect(handled).toMatchObject({ outcome: "not-saved", why: "storage" });
  } finally {
    IDBObjectStore.prototype.add = add;
  }
  expect(await everything(device.db)).toEqual(before);
});

test("[L1] every read-write transaction of a device is strict", async () => {
  const storage = freshStorage();
  const seen: string[] = [];
  const transaction = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    if (mode === "readwrite") seen.push(`${options?.durability}`);
    return transaction.call(this, names, mode, options);
  };
  try {
    const device = await aLocalDevice(storage);
    const { stream } = await startOrder(device);
    await addLine(device, stream);
  } finally {
    IDBDatabase.prototype.transaction = transaction;
  }
  expect(seen.length).toBeGreaterThan(3);
  expect(new Set(seen)).toEqual(new Set(["strict"]));
});

test("placing promises stock and counts as a sale of its day; cancelling takes both back", async () => {
  const device = await aLocalDevice();
  await run(device, "stock/TEA-1", { type: "open-stock", data: { sku: "TEA-1", quantity: 40 } });
  const { stream } = await startOrder(device);
  await addLine(device, stream, { sku: "TEA-1", quantity: 12, unitPriceMinor: 100 });
  const days = { from: "2026-01-01", to: "2026-12-31" };
  expect((await listStock(device.db)).get("TEA-1")).toMatchObject({ onHand: 40, promised: 0 });
  await run(device, stream, { type: "place-order", data: {} });
  expect((await listStock(device.db)).get("TEA-1")).toMatchObject({ onHand: 40, promised: 12 });
  expect(await listSalesByDay(device.db, days)).toEqual([
    { day: "2026-01-05", currency: "EUR", orders: 1, totalMinor: 1200 },
  ]);
  await run(device, stream, { type: "cancel-order", data: { note: "mistake" } });
  expect((await listStock(device.db)).get("TEA-1")).toMatchObject({ promised: 0 });
  expect(await listSalesByDay(device.db, days)).toEqual([]);
});

test("[L6] every command ever made is accounted for", async () => {
  const device = await aLocalDevice();
  const { stream } = await startOrder(device);
  await addLine(device, stream);
  expect(await checkLedger(device.db)).toEqual({ created: 3, accountedFor: 3, balanced: true });
  expect(await countWaiting(device.db)).toEqual({ pending: 3, held: 0, parked: 0 });
});

test("an order of another kind's stream is refused in words, not by a crash", async () => {
  const device = await aLocalDevice();
  const handled = await handleCommand(device, {
    stream: orderStream("not-a-uuid"),
    command: { type: "add-line", data: aLine(1) },
  });
  expect(handled).toMatchObject({ outcome: "rejected", rejection: { reason: "order-not-found" } });
});

async function everything(db: Awaited<ReturnType<typeof aLocalDevice>>["db"]) {
  return Promise.all(db.tables.map((table) => table.toArray()));
}
