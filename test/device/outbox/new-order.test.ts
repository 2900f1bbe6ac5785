import { expect, test } from "vitest";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import { linesEver } from "../../../src/device/outbox/lines-ever.ts";
import { putOnNewOrder, undoNewOrder } from "../../../src/device/outbox/new-order.ts";
import { planNewOrder } from "../../../src/device/outbox/plan-new-order.ts";
import { discardCommands, sendAllAgain, undoDiscards } from "../../../src/device/outbox/resolve-many.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import type { OutboxRow } from "../../../src/device/storage/rows.ts";
import { findOrder, listOutbox } from "../../../src/device/views/queries.ts";
import type { KnownCommand } from "../../../src/domain/kinds.ts";
import { noOrder } from "../../../src/domain/order/order-state.ts";
import { orderStream } from "../../../src/domain/stream-key.ts";
import { aHeader, aLine, uuid } from "../../domain/builders.ts";
import { aFleet, type Member } from "../../sync/support/a-fleet.ts";
import { addLine, run, startOrder } from "../support/a-device.ts";
import { anOutboxRow } from "../support/an-outbox-row.ts";

const today = "2026-02-01";

/** A rep whose three changes of an order wait for a person, because the owner shipped it meanwhile. */
async function aShippedOrder() {
  const { owner, join, server } = await aFleet();
  const rep = await join("rep");
  const order = await startOrder(rep.device);
  const lineId = await addLine(rep.device, order.stream, { quantity: 5 });
  await run(rep.device, order.stream, { type: "place-order", data: {} });
  await rep.sync();
  await owner.sync();
  await run(owner.device, order.stream, { type: "ship-order", data: { shippedOn: "2026-01-06" } });
  await owner.sync();
  await run(rep.device, order.stream, { type: "set-quantity", data: { lineId, from: 5, to: 12 } });
  const added = await addLine(rep.device, order.stream, { name: "Chai", quantity: 3 });
  await run(rep.device, order.stream, { type: "set-line-note", data: { lineId, from: "", to: "warm" } });
  await rep.sync();
  expect((await listOutbox(rep.device.db)).map(({ state }) => state)).toEqual(["parked", "held", "held"]);
  return { owner, rep, server, order, lineId, added };
}

async function newOrderOf(rep: Member, stream: string) {
  const put = await putOnNewOrder(rep.device, stream, today);
  if (put.outcome !== "saved") throw new Error(`expected a new order, found ${JSON.stringify(put)}`);
  return put;
}

const statesOf = async ({ db }: Device, stream: string) =>
  (await listOutbox(db)).filter((row) => row.stream === stream).map(({ state }) => state);

test("what an order no longer takes goes on a new one: same customer, new lines, and what a quantity was raised by", async () => {
  const { owner, rep, order, lineId, added } = await aShippedOrder();
  const { orderId, count } = await newOrderOf(rep, order.stream);
  expect(count).toBe(3);
  const made = (await findOrder(rep.device.db, orderId))?.order;
  expect(made).toMatchObject({ status: "draft", customer: aHeader().customer, orderedOn: today });
  expect(made?.lines.map((line) => [line.lineId, line.name, line.quantity, line.note])).toEqual([
    [lineId, "Tea 1", 7, "warm"],
    [added, "Chai", 3, ""],
  ]);
  expect(await statesOf(rep.device, order.stream)).toEqual(["discarded", "discarded", "discarded"]);
  expect((await rep.device.db.streams.get(order.stream))?.waiting).toBeUndefined();
  expect((await checkLedger(rep.device.db)).balanced).toBe(true);
  await rep.sync();
  await owner.sync();
  expect((await findOrder(owner.device.db, orderId))?.order.lines.map(({ quantity }) => quantity)).toEqual([
    7, 3,
  ]);
});

test("[L4] put on a new order twice, also at the same moment, it is one order", async () => {
  const { rep, order } = await aShippedOrder();
  const [first, second] = await Promise.all([newOrderOf(rep, order.stream), newOrderOf(rep, order.stream)]);
  expect(second.orderId).toBe(first.orderId);
  expect(await newOrderOf(rep, order.stream)).toMatchObject({ orderId: first.orderId, count: 3 });
  expect(await statesOf(rep.device, orderStream(first.orderId))).toHaveLength(3);
});

test("a new order that has not left the device is taken back without a trace, and can be made again", async () => {
  const { rep, order } = await aShippedOrder();
  const { orderId } = await newOrderOf(rep, order.stream);
  expect((await undoNewOrder(rep.device, orderId, "Taken back")).outcome).toBe("already");
  expect(await statesOf(rep.device, order.stream)).toEqual(["parked", "held", "held"]);
  expect(new Set(await statesOf(rep.device, orderStream(orderId)))).toEqual(new Set(["discarded"]));
  expect(await findOrder(rep.device.db, orderId)).toBeUndefined();
  const again = await newOrderOf(rep, order.stream);
  expect(again.orderId).not.toBe(orderId);
  expect((await findOrder(rep.device.db, again.orderId))?.order.lines).toHaveLength(2);
  expect((await checkLedger(rep.device.db)).balanced).toBe(true);
});

test("a new order that the server has is cancelled by taking it back", async () => {
  const { owner, rep, order } = await aShippedOrder();
  const { orderId } = await newOrderOf(rep, order.stream);
  await rep.sync();
  expect((await undoNewOrder(rep.device, orderId, "Taken back")).outcome).toBe("already");
  expect(await statesOf(rep.device, order.stream)).toEqual(["parked", "held", "held"]);
  await rep.sync();
  await owner.sync();
  expect((await findOrder(owner.device.db, orderId))?.order).toMatchObject({
    status: "cancelled",
    cancelNote: "Taken back",
  });
});

test("[L2] a new order that cannot be saved leaves everything as it was", async () => {
  const { rep, order } = await aShippedOrder();
  await rep.device.db.streams.update(order.stream, (row) => {
    const { state } = row.confirmed;
    if ("currency" in state) Object.assign(state, { currency: "no currency" });
  });
  const before = await listOutbox(rep.device.db);
  expect(await putOnNewOrder(rep.device, order.stream, today)).toMatchObject({ outcome: "invalid" });
  expect(await listOutbox(rep.device.db)).toEqual(before);
});

const parkedRow = (seq: number, command: KnownCommand): OutboxRow =>
  anOutboxRow(seq, orderStream(uuid(50)), { state: "parked", command, parked: { why: "stuck" } });

test("a quantity of a line that somebody took off goes whole; what means nothing elsewhere is not carried", () => {
  const line = aLine(1, { quantity: 4 });
  const setting = parkedRow(1, { type: "set-quantity", data: { lineId: line.lineId, from: 4, to: 9 } });
  const noting = parkedRow(2, { type: "set-line-note", data: { lineId: uuid(2), from: "", to: "x" } });
  const former = {
    order: { ...aDraft, lines: [] },
    lines: new Map([[line.lineId, line]]),
    today,
  };
  const planned = planNewOrder({ ...former, rows: [setting, noting] });
  expect(planned?.lines).toEqual([{ ...line, quantity: 9 }]);
  expect(planned?.carried).toEqual([setting]);
  expect(planNewOrder({ ...former, rows: [noting] })).toBeUndefined();
});

test("an order whose beginning is parked goes over whole, with its details", () => {
  const rows = [
    parkedRow(1, { type: "start-order", data: { ...aHeader({ note: "Gate 2" }), number: "K7-1" } }),
    parkedRow(2, { type: "add-line", data: aLine(1) }),
    parkedRow(3, {
      type: "change-order-details",
      data: { changes: { reference: { from: "", to: "PO-1" } } },
    }),
    parkedRow(4, { type: "place-order", data: {} }),
  ];
  const planned = planNewOrder({ rows, order: noOrder, lines: new Map(), today });
  expect(planned?.header).toMatchObject({ note: "Gate 2", reference: "PO-1", orderedOn: today });
  expect(planned?.header).not.toHaveProperty("number");
  expect(planned?.carried).toEqual(rows);
});

const aDraft = {
  ...aHeader(),
  status: "draft",
  number: "K7-1",
  formerNumbers: [],
  externalRef: null,
  historical: false,
  asImported: false,
  lines: [],
  removedLineIds: [],
  startedAt: "2026-01-05T10:00:00.000Z",
  changedAt: "2026-01-05T10:00:00.000Z",
} as const;

test("lines that were taken off are known as they last were", () => {
  const line = aLine(1, { quantity: 2 });
  const events = [
    { type: "line-added", schemaVersion: 2, data: line },
    { type: "line-quantity-changed", schemaVersion: 1, data: { lineId: line.lineId, from: 2, to: 6 } },
    { type: "line-from-the-future", schemaVersion: 9, data: {} },
    { type: "line-removed", schemaVersion: 1, data: { lineId: line.lineId } },
  ];
  expect(linesEver(events).get(line.lineId)).toEqual({ ...line, quantity: 6 });
});

test("[L6] many parked commands are discarded and brought back together, and sent again one by one", async () => {
  const { owner, join } = await aFleet();
  const rep = await join("rep");
  const orders = await Promise.all([startOrder(rep.device), startOrder(rep.device), startOrder(rep.device)]);
  await rep.sync();
  await owner.sync();
  for (const { stream } of orders) {
    await run(owner.device, stream, { type: "cancel-order", data: { note: "x" } });
    await addLine(rep.device, stream);
  }
  await owner.sync();
  await rep.sync();
  const seqs = (await listOutbox(rep.device.db)).map(({ seq }) => seq);
  expect(seqs).toHaveLength(3);
  expect(await discardCommands(rep.device, seqs)).toHaveLength(3);
  expect(await discardCommands(rep.device, seqs)).toEqual([]);
  expect((await checkLedger(rep.device.db)).balanced).toBe(true);
  expect(await undoDiscards(rep.device, seqs)).toHaveLength(3);
  const { sent, failed } = await sendAllAgain(rep.device, seqs);
  expect(sent).toBe(0);
  expect(failed.map(({ outcome }) => outcome)).toEqual(["rejected", "rejected", "rejected"]);
  expect((await listOutbox(rep.device.db)).map(({ state }) => state)).toEqual(["parked", "parked", "parked"]);
});

test("[L6] sent again together, one that the one before it blocked goes automatically, and none is left out", async () => {
  const { owner, join, server } = await aFleet();
  const rep = await join("rep");
  await rep.sync();
  const { stream } = await startOrder(rep.device);
  const [a, b] = [
    await addLine(rep.device, stream, { quantity: 5 }),
    await addLine(rep.device, stream, { quantity: 5 }),
  ];
  await rep.sync();
  await owner.sync();
  for (const lineId of [a, b])
    await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 5, to: 6 } });
  await run(owner.device, stream, { type: "set-quantity", data: { lineId: b, from: 5, to: 8 } });
  await owner.sync();
  await rep.exchange();
  // The first is refused for good, and meanwhile what blocked the second is taken back.
  const problem = { type: "x", title: "x", status: 403, code: "not-allowed" } as const;
  await rep.exchange(async (identity, request) => {
    const reply = await server.ports.post(identity, { ...request, commands: [] });
    if (reply.outcome !== "answered") return reply;
    const verdicts = request.commands.map(({ id }) => ({
      command: id,
      outcome: "refused" as const,
      problem,
    }));
    return { ...reply, body: { ...reply.body, verdicts } };
  });
  await run(owner.device, stream, { type: "set-quantity", data: { lineId: b, from: 8, to: 5 } });
  await owner.sync();
  await rep.exchange();
  const rows = await listOutbox(rep.device.db);
  expect(rows.map(({ state }) => state)).toEqual(["parked", "parked"]);
  expect(
    await sendAllAgain(
      rep.device,
      rows.map(({ seq }) => seq),
    ),
  ).toEqual({ sent: 2, failed: [] });
  await rep.sync();
  expect((await findOrder(rep.device.db, stream.slice("order/".length)))?.order.lines).toMatchObject([
    { quantity: 6 },
    { quantity: 6 },
  ]);
});
