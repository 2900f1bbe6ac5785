import { describe, expect, test } from "vitest";
import { handleCommand, handleCommands } from "../../../src/device/outbox/handle-command.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { findOrders, findOrdersByNumber } from "../../../src/device/views/search-orders.ts";
import type { OrderHeader } from "../../../src/domain/order/order-events.ts";
import { orderStream } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { aHeader, aLine } from "../../domain/builders.ts";
import { aLocalDevice } from "../support/a-device.ts";
import { searchOnce } from "../support/search-all.ts";

const someone = (name: string, code: string, id = newId()) => ({ customer: { id, code, name } });

/** Begins an order with one line under this number. */
async function anOrder(device: Device, number: string, header: Partial<OrderHeader>, product = "Tea") {
  const stream = orderStream(newId());
  await handleCommands(device, [
    { stream, command: { type: "start-order", data: { ...aHeader(header), number } } },
    { stream, command: { type: "add-line", data: aLine(1, { lineId: newId(), name: product }) } },
  ]);
}

describe("searching all orders", () => {
  test("[D4] finds them by number, customer, reference, note and what is on them, every word in any order", async () => {
    const device = await aLocalDevice();
    await anOrder(device, "KK-1", { ...someone("Müller’s Café", "MUEL"), reference: "PO 4711" }, "Łosoś");
    await anOrder(device, "KK-2", { ...someone("O'Neill", "ONE"), note: "Ring twice" }, "Smørrebrød");
    const found = async (text: string) =>
      (await searchOnce(device, { text, limit: 10 })).map(({ order }) => order.number);
    for (const text of ["mullers cafe", "losos mueller", "4711", "muel", "po 4711 kk-1", "cafe  MÜLLER"]) {
      expect({ text, found: await found(text) }).toEqual({ text, found: ["KK-1"] });
    }
    for (const text of ["oneill", "twice o neill", "smorrebrod", "kk-2", "KK2", "oneil"]) {
      expect({ text, found: await found(text) }).toEqual({ text, found: ["KK-2"] });
    }
    expect(await found("oneill losos")).toEqual([]);
    expect(await found("mullre")).toEqual(["KK-1"]);
  });

  test("[D4] an order that has the text for its number comes before newer ones that contain it", async () => {
    const device = await aLocalDevice();
    for (const number of ["KK-1", "KK-10", "KK-11", "KK-12"]) await anOrder(device, number, {});
    const found = await searchOnce(device, { text: "kk-1", limit: 2 });
    expect(found.map(({ order }) => order.number)).toEqual(["KK-1", "KK-12"]);
    expect((await findOrdersByNumber(device.db, "kk-1")).map(({ order }) => order.number)).toEqual(["KK-1"]);
  });

  test("reads on over many chunks, the newest first, and stops when nobody wants it any more", async () => {
    const device = await aLocalDevice();
    const mine = newId();
    const inputs = Array.from({ length: 1100 }, (_, at) => {
      const { customer } = someone("Twelve", "12", at % 100 === 0 ? mine : newId());
      const day = String(1 + Math.floor(at / 50)).padStart(2, "0");
      const data = { ...aHeader({ customer, orderedOn: `2026-03-${day}` }), number: `NN-${at + 1}` };
      return { stream: orderStream(newId()), command: { type: "start-order", data } } as const;
    });
    for (let from = 0; from < inputs.length; from += 100) {
      await handleCommands(device, inputs.slice(from, from + 100));
    }
    const fits = ({ customer }: { readonly customer: { readonly id: string } | null }) =>
      customer?.id === mine;
    const own = await findOrders(device.db, { fits });
    expect(own.map(({ order }) => order.number)).toEqual(
      [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((at) => `NN-${at * 100 + 1}`),
    );
    expect(await findOrders(device.db, { fits, limit: 2 })).toEqual(own.slice(0, 2));
    const stop = new AbortController();
    let looked = 0;
    const stopped = await findOrders(device.db, {
      signal: stop.signal,
      fits: () => {
        looked += 1;
        stop.abort();
        return false;
      },
    });
    expect({ stopped, looked }).toEqual({ stopped: [], looked: 500 });
  });

  test("a change of an order's customer is seen in what is found", async () => {
    const device = await aLocalDevice();
    const id = newId();
    const data = { ...aHeader(someone("Old Mill", "MILL")), number: "KK-1" };
    const stream = orderStream(id);
    await handleCommand(device, { stream, command: { type: "start-order", data } });
    const { customer } = someone("Harbour Cafe", "HARB");
    const changes = { customer: { from: data.customer, to: customer } };
    await handleCommand(device, { stream, command: { type: "change-order-details", data: { changes } } });
    expect(await searchOnce(device, { text: "mill", limit: 5 })).toEqual([]);
    expect((await searchOnce(device, { text: "harbour", limit: 5 })).map((one) => one.id)).toEqual([id]);
  });
});
