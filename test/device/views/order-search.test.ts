import { expect, test, vi } from "vitest";
import { openDevice } from "../../../src/device/open-device.ts";
import { changeOutbox } from "../../../src/device/outbox/change-outbox.ts";
import { handleCommands } from "../../../src/device/outbox/handle-command.ts";
import { rebuildAll } from "../../../src/device/outbox/rebuild.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import type { StreamRow } from "../../../src/device/storage/rows.ts";
import {
  type FoundOrders,
  makeOrderSearch,
  type OrderSearch,
} from "../../../src/device/views/order-search.ts";
import type { OrderHeader } from "../../../src/domain/order/order-events.ts";
import { stateAs } from "../../../src/domain/state-as.ts";
import { orderStream, type StreamKey } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { aHeader, aLine } from "../../domain/builders.ts";
import { makeLuck } from "../../support/luck.ts";
import { until } from "../../support/until.ts";
import { aLocalDevice, freshStorage, run, startOrder } from "../support/a-device.ts";
import { countReads } from "../support/count-reads.ts";
import { listedOrders, searchAll } from "../support/search-all.ts";

const idle = () => Promise.resolve();

/** What one search shows, from now on. */
function looking(search: OrderSearch, text: string, limit = 10, status?: "draft" | "placed") {
  const shown: FoundOrders[] = [];
  const wanted = { text, limit, ...(status === undefined ? {} : { status }) };
  const { unsubscribe } = search.search(wanted).subscribe((found) => shown.push(found));
  return { shown, last: () => shown.at(-1), numbers: () => numbersOf(shown.at(-1)), leave: unsubscribe };
}

const numbersOf = (found: FoundOrders | undefined) => found?.orders.map(({ order }) => order.number);

/** The stream as if its order had this number. */
function renumbered(row: StreamRow, number = "ZZZ-1"): StreamRow {
  const { pending = row.confirmed } = row;
  return {
    ...row,
    pending: { ...pending, state: stateAs("order", row.key, { ...pending.state, number } as never) },
  };
}

/** Begins many drafts, the first of them the oldest. */
async function manyOrders(
  device: Device,
  count: number,
  headerOf: (at: number) => Partial<OrderHeader> = () => ({}),
): Promise<readonly StreamKey[]> {
  const inputs = Array.from({ length: count }, (_, at) => {
    const day = String(1 + Math.floor(at / 100)).padStart(2, "0");
    const data = { ...aHeader({ orderedOn: `2026-03-${day}`, ...headerOf(at) }), number: `NN-${at + 1}` };
    return { stream: orderStream(newId()), command: { type: "start-order", data } } as const;
  });
  for (let from = 0; from < count; from += 100) await handleCommands(device, inputs.slice(from, from + 100));
  return inputs.map(({ stream }) => stream);
}

test("[D4] each order is read once: the next key reads nothing but what is shown for the first time", async () => {
  const device = await aLocalDevice();
  await manyOrders(device, 1100, (at) => (at === 3 ? { note: "Ring twice" } : {}));
  const reads = countReads("streams");
  const search = makeOrderSearch(device.db, { idle });
  const first = looking(search, "zz");
  await until(() => first.last()?.isWhole === true);
  const before = reads();
  first.leave();
  const second = looking(search, "ring");
  await until(() => second.numbers()?.length === 1);
  expect({ found: second.numbers(), whole: second.last()?.isWhole, reads: reads() - before }).toEqual({
    found: ["NN-4"],
    whole: true,
    reads: 1,
  });
  second.leave();
  const third = looking(search, "ring twice");
  await until(() => third.last() !== undefined);
  const nothing = looking(search, "zzz");
  await until(() => nothing.last()?.isWhole === true);
  expect({ found: third.numbers(), none: nothing.numbers(), reads: reads() - before }).toEqual({
    found: ["NN-4"],
    none: [],
    reads: 1,
  });
});

test("before all is read it shows what it has, the newest first, and says that more may come", async () => {
  const device = await aLocalDevice();
  await manyOrders(device, 1100, (at) => (at % 400 === 10 ? { note: "Ring twice" } : {}));
  const search = makeOrderSearch(device.db, { idle });
  const { shown, last } = looking(search, "twice");
  await until(() => last()?.isWhole === true);
  const shortly = shown.map((found) => [numbersOf(found)?.join(" "), found.isWhole]);
  expect(shortly).toEqual([
    ["", false],
    ["NN-811", false],
    ["NN-811 NN-411", false],
    ["NN-811 NN-411 NN-11", true],
  ]);
});

test("who leaves a search stops its reading, and the next one goes on from there", async () => {
  const device = await aLocalDevice();
  await manyOrders(device, 1100, (at) => (at === 1000 ? { note: "Ring twice" } : {}));
  const search = makeOrderSearch(device.db, { idle });
  const reads = countReads("streams");
  const shown: FoundOrders[] = [];
  const { unsubscribe } = search.search({ text: "twice", limit: 10 }).subscribe((found) => {
    shown.push(found);
    if (found.orders.length > 0) unsubscribe();
  });
  await until(() => shown.at(-1)?.orders.length === 1);
  // Behind all that is under way.
  await device.db.streams.count();
  await device.db.streams.count();
  // One chunk of three, the order found in it, and these two.
  expect({ shown: shown.length, reads: reads() }).toEqual({ shown: 2, reads: 4 });
  const next = looking(search, "nn-1");
  await until(() => next.last()?.isWhole === true);
  expect(next.numbers()?.slice(0, 2)).toEqual(["NN-1", "NN-1100"]);
  expect(shown).toHaveLength(2);
});

test("while one is about to search, all is read when the page is idle, and no further once nobody is", async () => {
  const device = await aLocalDevice();
  await manyOrders(device, 1100);
  const turns: (() => void)[] = [];
  const search = makeOrderSearch(device.db, {
    idle: () =>
      new Promise((resolve) => {
        turns.push(resolve);
      }),
  });
  const reads = countReads("streams");
  const stop = search.expect();
  expect(reads()).toBe(0);
  for (const chunks of [1, 2]) {
    turns.shift()?.();
    await until(() => turns.length === 1);
    expect(reads()).toBe(chunks);
  }
  stop();
  turns.shift()?.();
  await device.db.meta.count();
  expect({ reads: reads(), asked: turns.length }).toEqual({ reads: 2, asked: 0 });
});

test("an order that changes before its turn to be read does not hide newer ones that are not read either", async () => {
  const device = await aLocalDevice();
  const streams = await manyOrders(device, 1100, (at) => (at === 300 ? { note: "Ring twice" } : {}));
  const turns: (() => void)[] = [];
  const idle = () => new Promise<void>((resolve) => turns.push(resolve));
  const search = makeOrderSearch(device.db, { idle });
  const stop = search.expect();
  turns.shift()?.();
  await until(() => turns.length === 1);
  stop();
  const changes = { note: { from: "", to: "Ring twice" } };
  await run(device, streams[3] ?? orderStream(""), { type: "change-order-details", data: { changes } });
  const found = looking(search, "twice", 1);
  await until(() => found.last()?.isWhole === true);
  expect(found.numbers()).toEqual(["NN-301"]);
});

test("a change in this tab or another is in what is found, and only what changed is read", async () => {
  const storage = freshStorage();
  const device = await aLocalDevice(storage);
  const other = await openDevice(device.db.name, storage);
  const [first] = await manyOrders(device, 120);
  if (first === undefined) throw new Error("expected an order");
  const search = makeOrderSearch(device.db, { idle });
  const drafts = looking(search, "ring", 10, "draft");
  const placed = looking(search, "ring", 10, "placed");
  await until(() => drafts.last()?.isWhole === true && placed.last()?.isWhole === true);
  const changes = { note: { from: "", to: "Ring twice" } };
  const reads = countReads("streams");
  await run(other, first, { type: "change-order-details", data: { changes } });
  await until(() => drafts.numbers()?.length === 1);
  await run(device, first, { type: "add-line", data: aLine(1, { lineId: newId() }) });
  await until(() => drafts.last()?.orders[0]?.order.lines.length === 1);
  await run(other, first, { type: "place-order", data: {} });
  await until(() => placed.numbers()?.length === 1);
  expect({ drafts: drafts.numbers(), placed: placed.numbers() }).toEqual({ drafts: [], placed: ["NN-1"] });
  // It is put under another day: another place in the list.
  const day = { orderedOn: { from: "2026-03-01", to: "2026-12-01" } };
  const all = looking(search, "nn", 200);
  await until(() => all.last()?.isWhole === true);
  await run(other, first, { type: "change-order-details", data: { changes: day } });
  await until(() => all.numbers()?.[0] === "NN-1");
  expect(all.numbers()).toHaveLength(120);
  // Three readings a change at most (the command itself, what it is found by, how it is shown), and all shown once.
  expect(reads()).toBeLessThan(4 * 5 + 120);
  other.close();
});

test("of many orders that change at once, as with a page that comes down, none is missed and no other is read", async () => {
  const device = await aLocalDevice();
  const streams = await manyOrders(device, 700);
  const search = makeOrderSearch(device.db, { idle });
  const found = looking(search, "zzz");
  await until(() => found.last()?.isWhole === true);
  const reads = countReads("streams");
  await changeOutbox(device.db, async (change) => {
    const rows = await change.streams(streams.slice(0, 120));
    await change.write([...rows.values()].map((before) => ({ before, after: renumbered(before) })));
  });
  await until(() => found.numbers()?.length === 10);
  // One stretch for the change itself, 120 to know them, 10 to show them.
  expect(reads()).toBe(131);
});

test("[D4] whatever happens in two tabs while a search is open, it shows what a look at every order finds", async () => {
  for (const seed of [1, 2]) {
    const luck = makeLuck(seed);
    const storage = freshStorage();
    const device = await aLocalDevice(storage);
    const other = await openDevice(device.db.name, storage);
    const streams = [...(await manyOrders(device, 530))].slice(0, 12);
    const search = makeOrderSearch(device.db, { idle });
    const texts = [["nn-1"], ["ring"], ["cafe", "draft"], ["harbuor"], ["nn", "placed"]] as const;
    const open = texts.map(([text, status]) => ({ text, status, looked: looking(search, text, 5, status) }));
    for (let turn = 0; turn < 20; turn += 1) {
      const tab = luck.oneOf([device, other]);
      const stream = luck.oneOf(streams);
      const what = luck.between(0, 9);
      if (what === 0) streams.push((await startOrder(tab)).stream);
      else if (what === 1) await rebuildAll(tab.db);
      else {
        const row = await tab.db.streams.get(stream);
        const state = (row?.pending ?? row?.confirmed)?.state as OrderHeader & { readonly status: string };
        const field = what % 2 === 0 ? "note" : "orderedOn";
        const to =
          what % 2 === 0 ? luck.oneOf(["Ring once", "Ring twice"]) : luck.oneOf(["2026-02-01", "2026-05-01"]);
        if (what === 3)
          await handleCommands(tab, [{ stream, command: { type: "cancel-order", data: { note: "" } } }]);
        else if (state.status === "draft" && state[field] !== to) {
          const changes = { [field]: { from: state[field], to } };
          await handleCommands(tab, [
            { stream, command: { type: "change-order-details", data: { changes } } },
          ]);
        }
      }
    }
    const orders = await listedOrders(device);
    for (const { text, status, looked } of open) {
      const wanted = { text, limit: 5, ...(status === undefined ? {} : { status }) };
      const expected = searchAll(orders, wanted).map((key) => key.slice("order/".length));
      const shown = () => looked.last()?.orders.map(({ id }) => id);
      await until(() => looked.last()?.isWhole === true && shown()?.join() === expected.join());
      expect({ seed, text, shown: shown() }).toEqual({ seed, text, shown: expected });
      looked.leave();
    }
    search.stop();
    other.close();
    device.close();
  }
});

test("two businesses of one device are searched apart", async () => {
  const storage = freshStorage();
  const one = await aLocalDevice(storage);
  const two = await aLocalDevice(storage);
  await manyOrders(one, 2);
  const found = looking(makeOrderSearch(two.db, { idle }), "nn");
  await until(() => found.last()?.isWhole === true);
  await manyOrders(one, 1);
  await startOrder(two);
  expect(found.numbers()).toEqual([]);
  const again = looking(makeOrderSearch(one.db, { idle }), "nn");
  await until(() => again.numbers()?.length === 3);
});

test("a customer's orders follow their changes, and another's order that changes is all that is read for it", async () => {
  const device = await aLocalDevice();
  const id = newId();
  const customer = { id, code: "MILL", name: "Old Mill" };
  const streams = await manyOrders(device, 700, (at) => (at % 650 === 3 ? { customer } : {}));
  const search = makeOrderSearch(device.db, { idle });
  const shown: FoundOrders[] = [];
  search.search({ customerId: id, limit: 50 }).subscribe((found) => shown.push(found));
  await until(() => shown.at(-1)?.isWhole === true);
  expect(numbersOf(shown.at(-1))).toEqual(["NN-654", "NN-4"]);
  const reads = countReads("streams");
  const answers = shown.length;
  const addLine = { type: "add-line", data: aLine(1, { lineId: newId() }) } as const;
  await run(device, streams[7] ?? orderStream(""), addLine);
  await until(() => shown.length > answers);
  // Once by the command, once to know what it is found by.
  expect(reads()).toBe(2);
  await run(device, streams[3] ?? orderStream(""), addLine);
  await until(() => shown.at(-1)?.orders[1]?.order.lines.length === 1);
  expect(reads()).toBe(5);
});

test("some time after the last search all of it is forgotten: the next one reads again", async () => {
  const device = await aLocalDevice();
  await manyOrders(device, 5);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const search = makeOrderSearch(device.db, { idle, rememberedMs: 1_000 });
    const reads = countReads("streams");
    const ask = async () => {
      const before = reads();
      const found = looking(search, "zzz");
      await until(() => found.last()?.isWhole === true);
      found.leave();
      return reads() - before;
    };
    expect(await ask()).toBe(1);
    vi.advanceTimersByTime(900);
    expect(await ask()).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(await ask()).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});
