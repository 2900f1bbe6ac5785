import { describe, expect, test } from "vitest";
import { changeOutbox, type OutboxChange } from "../../../src/device/outbox/change-outbox.ts";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import {
  discardCommand,
  replaceCommand,
  sendAgain,
  undoDiscard,
} from "../../../src/device/outbox/resolve.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { mustMeta } from "../../../src/device/storage/meta.ts";
import type { OutboxRow } from "../../../src/device/storage/rows.ts";
import { listOutbox } from "../../../src/device/views/queries.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { addLine, aLocalDevice, startOrder } from "../support/a-device.ts";

/** A device with its settings, an order and a line waiting: three commands. */
async function withThreeWaiting() {
  const device = await aLocalDevice();
  const order = await startOrder(device);
  await addLine(device, order.stream);
  const rows = (await listOutbox(device.db)).toSorted((a, b) => a.seq - b.seq);
  expect(rows).toHaveLength(3);
  const [, , last] = rows;
  if (last === undefined) throw new Error("expected a third command, found none");
  return { device, order, last };
}

type Way = (change: OutboxChange, row: OutboxRow) => Promise<unknown>;

describe("[L6] the ledger agrees with the outbox", () => {
  test.each<[string, Way, Partial<Record<"created" | "confirmed" | "settled", number>>]>([
    ["is confirmed", (change, row) => change.confirm([row.seq]), { confirmed: 1 }],
    ["settles", (change, row) => change.settle([row.seq]), { settled: 1 }],
    ["is put as it has changed", (change, row) => change.put([{ ...row, sent: true }]), {}],
    [
      "goes on under another id and number",
      (change, row) => change.renumber(new Map([[row.seq, { ...row, id: newId(), seq: row.seq + 1 }]])),
      {},
    ],
    ["comes in", (change, row) => change.add([{ ...row, id: newId(), seq: row.seq + 1 }]), { created: 1 }],
    [
      "comes in within a change that is part of another, which adds one of its own",
      async (change, row) => {
        await change.add([{ ...row, id: newId(), seq: row.seq + 1 }]);
        await changeOutbox(deviceOf(row).db, (inner) =>
          inner.add([{ ...row, id: newId(), seq: row.seq + 2 }]),
        );
      },
      { created: 2 },
    ],
    [
      "comes in within a change that has read the books before, and counts one more after",
      async (change, row) => {
        await change.books();
        await changeOutbox(deviceOf(row).db, async (inner) => {
          await inner.save(await inner.books(), { rows: [another(row, 1)], counters, changes: [] });
          await inner.save(await inner.books(), { rows: [another(row, 2)], counters, changes: [] });
        });
        await change.confirm([row.seq]);
      },
      { created: 2, confirmed: 1 },
    ],
    [
      "comes in with another in the same wave of requests",
      async (change, row) => {
        const books = await change.books();
        await Promise.all([
          change.save(books, { rows: [another(row, 1)], counters, changes: [] }),
          change.add([another(row, 2)]),
          change.settle([row.seq]),
        ]);
      },
      { created: 2, settled: 1 },
    ],
  ])("when a command %s", async (_what, way, counted) => {
    const { device, last } = await withThreeWaiting();
    devices.set(last.id, device);
    const before = await mustMeta(device.db, "ledger");
    await changeOutbox(device.db, async (change) => way(change, last));
    const after = await mustMeta(device.db, "ledger");
    expect(after).toEqual({
      created: before.created + (counted.created ?? 0),
      confirmed: before.confirmed + (counted.confirmed ?? 0),
      settled: before.settled + (counted.settled ?? 0),
    });
    expect((await checkLedger(device.db)).balanced).toBe(true);
  });

  const counters = { seq: 10, orderNumber: 1 };
  const another = (row: OutboxRow, more: number): OutboxRow => ({ ...row, id: newId(), seq: row.seq + more });
  const devices = new Map<string, Device>();
  const deviceOf = ({ id }: OutboxRow): Device => {
    const device = devices.get(id);
    if (device === undefined) throw new Error(`expected the device of ${id}, found none`);
    return device;
  };
});

test("[L1] a change that fails in the end has changed nothing: no row, no number, no count", async () => {
  const { device, last } = await withThreeWaiting();
  const state = async () => [
    await device.db.outbox.toArray(),
    await mustMeta(device.db, "counters"),
    await mustMeta(device.db, "ledger"),
    await device.db.streams.toArray(),
  ];
  const before = await state();
  const failing = changeOutbox(device.db, async (change) => {
    await change.draw(5, 2);
    await change.confirm([last.seq]);
    await change.makeStale("all");
    throw new Error("the last step fails");
  });
  await expect(failing).rejects.toThrow("the last step fails");
  expect(await state()).toEqual(before);
});

test("[L6] a change that comes after another in one transaction counts on what that one has written", async () => {
  const { device, last } = await withThreeWaiting();
  const { db } = device;
  const before = await mustMeta(db, "ledger");
  await db.transaction("rw", [db.meta, db.outbox, db.streams, db.sums, db.log], async () => {
    await changeOutbox(db, (change) => change.add([{ ...last, id: newId(), seq: last.seq + 1 }]));
    await changeOutbox(db, (change) => change.settle([last.seq]));
  });
  expect(await mustMeta(db, "ledger")).toEqual({
    created: before.created + 1,
    confirmed: before.confirmed,
    settled: before.settled + 1,
  });
});

test("numbers are drawn once: the counters move past all that were taken", async () => {
  const { device } = await withThreeWaiting();
  const { seq, orderNumber } = await mustMeta(device.db, "counters");
  const drawn = await changeOutbox(device.db, async (change) => [
    await change.draw(2, 1),
    await change.draw(1),
  ]);
  expect(drawn).toEqual([
    { seq, orderNumber },
    { seq: seq + 2, orderNumber: orderNumber + 1 },
  ]);
  expect(await mustMeta(device.db, "counters")).toEqual({ seq: seq + 3, orderNumber: orderNumber + 1 });
});

describe("a decision about a command that sync was faster with is told as gone, and changes nothing", () => {
  test.each<[string, (device: Device, row: OutboxRow) => Promise<unknown>, unknown]>([
    ["taking it back", (device, { seq }) => discardCommand(device, seq), "gone"],
    ["bringing it back", (device, { seq }) => undoDiscard(device, seq), "gone"],
    ["sending it again", (device, { seq }) => sendAgain(device, seq), { outcome: "gone" }],
    [
      "putting another instead",
      (device, row) => replaceCommand(device, row.seq, row.command),
      { outcome: "gone" },
    ],
  ])("%s", async (_what, decide, answer) => {
    const { device, last } = await withThreeWaiting();
    await changeOutbox(device.db, (change) => change.confirm([last.seq]));
    const before = await device.db.outbox.toArray();
    const counters = await mustMeta(device.db, "counters");
    expect(await decide(device, last)).toEqual(answer);
    expect(await device.db.outbox.toArray()).toEqual(before);
    expect(await mustMeta(device.db, "counters")).toEqual(counters);
    expect((await checkLedger(device.db)).balanced).toBe(true);
  });

  test.each<[string, Partial<OutboxRow>, (device: Device, row: OutboxRow) => Promise<unknown>, unknown]>([
    [
      "the server has accepted",
      { sent: true, accepted: true },
      (device, { seq }) => discardCommand(device, seq),
      "gone",
    ],
    ["is on its way", { sent: true }, (device, { seq }) => sendAgain(device, seq), { outcome: "gone" }],
    [
      "was replaced in another tab",
      { state: "discarded", replacedBy: newId() },
      (device, { seq }) => undoDiscard(device, seq),
      "gone",
    ],
  ])("one that %s", async (_what, more, decide, answer) => {
    const { device, last } = await withThreeWaiting();
    await changeOutbox(device.db, (change) => change.put([{ ...last, ...more } as OutboxRow]));
    const before = await device.db.outbox.toArray();
    expect(await decide(device, last)).toEqual(answer);
    expect(await device.db.outbox.toArray()).toEqual(before);
  });
});
