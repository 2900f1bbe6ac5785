import { expect, test } from "vitest";
import { handleCommands } from "../../../src/device/outbox/handle-command.ts";
import { orderStream } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { aHeader, aLine } from "../../domain/builders.ts";
import { countRequests, tallied } from "../../support/count-requests.ts";
import { addLine, aLocalDevice, mustBeSaved, run, startOrder } from "../support/a-device.ts";

/** What each command asks for beside the sums that it moves. */
const always = {
  "meta getAll": 1,
  "meta put": 2,
  "outbox add": 1,
  "outbox getAll": 1,
  "streams get": 1,
  "streams put": 1,
};

/** A draft with a line, on a device that has taken orders before. */
async function aDraft() {
  const device = await aLocalDevice();
  const former = await startOrder(device);
  await addLine(device, former.stream);
  await run(device, former.stream, { type: "place-order", data: {} });
  const { stream } = await startOrder(device);
  await addLine(device, stream);
  return { device, stream };
}

async function countOf(work: () => Promise<unknown>) {
  const counted = countRequests();
  await work();
  return { asked: tallied(counted.asked()), waves: counted.waves() };
}

test("a line added to a draft takes seven requests, and waits twice: all is read together and written together", async () => {
  const { device, stream } = await aDraft();
  const { asked, waves } = await countOf(() =>
    run(device, stream, { type: "add-line", data: aLine(1, { lineId: newId() }) }),
  );
  expect(asked).toEqual(always);
  expect(waves).toBe(2);
});

test("an order that is started, or placed, waits once more, for the sums that it moves", async () => {
  const { device, stream } = await aDraft();
  const started = await countOf(() => startOrder(device));
  expect(started).toEqual({ asked: { ...always, "sums get": 1, "sums put": 1 }, waves: 3 });
  const placed = await countOf(() => run(device, stream, { type: "place-order", data: {} }));
  expect(placed.waves).toBe(3);
  const { "sums get": read, "sums put": put = 0, "sums delete": gone = 0, ...rest } = placed.asked;
  expect(rest).toEqual(always);
  // The orders by status, the sales of the month and what is promised of the one product.
  expect([read, put + gone]).toEqual([3, 3]);
});

test("commands that are saved together are looked up without a cursor, in as many waves as one", async () => {
  const device = await aLocalDevice();
  const inputs = Array.from({ length: 20 }, () => ({
    stream: orderStream(newId()),
    command: ({ orderNumber: number }: { readonly orderNumber: string }) =>
      ({ type: "start-order", data: { ...aHeader(), number } }) as const,
  }));
  const { asked, waves } = await countOf(async () => {
    for (const handled of await handleCommands(device, inputs)) mustBeSaved(handled);
  });
  expect(Object.keys(asked).filter((one) => one.includes("Cursor"))).toEqual([]);
  expect(asked).toMatchObject({ "meta getAll": 1, "meta put": 2, "outbox getAll": 20, "outbox add": 20 });
  expect(waves).toBe(3);
});
