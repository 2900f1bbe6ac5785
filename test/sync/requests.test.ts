import { afterEach, expect, test } from "vitest";
import type { CommandInput } from "../../src/device/outbox/handle-command.ts";
import { handleCommands } from "../../src/device/outbox/handle-command.ts";
import { countOrders } from "../../src/device/views/queries.ts";
import { orderStream } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { aHeader, aLine } from "../domain/builders.ts";
import { aFleet, type Member } from "./support/a-fleet.ts";

const methods = ["get", "getAll", "getAllKeys", "getKey", "count", "openCursor", "openKeyCursor"] as const;
const writes = ["put", "add", "delete", "clear"] as const;
type Watched = Record<string, (this: IDBObjectStore | IDBIndex, ...given: unknown[]) => IDBRequest>;

let restore = () => {};
afterEach(() => restore());

/** Counts the requests to every store and its indexes from now on, as `<store> <method>`. */
function watchRequests(): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const restores = [watchAll(IDBObjectStore.prototype, [...methods, ...writes], found)];
  restores.push(watchAll(IDBIndex.prototype, methods, found));
  restore = () => {
    for (const one of restores) one();
  };
  return found;
}

function watchAll(prototype: object, names: readonly string[], found: Map<string, number>): () => void {
  const watched = prototype as Watched;
  const before = Object.fromEntries(names.map((name) => [name, watched[name]])) as Watched;
  for (const name of names) {
    const original = watched[name];
    watched[name] = function (...given) {
      const store = "objectStore" in this ? this.objectStore.name : this.name;
      found.set(`${store} ${name}`, (found.get(`${store} ${name}`) ?? 0) + 1);
      return original?.apply(this, given) as IDBRequest;
    };
  }
  return () => void Object.assign(prototype, before);
}

/** Orders with a line each, two commands an order. */
async function takeOrders({ device }: Member, count: number): Promise<void> {
  await saveAll(
    device,
    Array.from({ length: count }, () => orderStream(newId())).flatMap((stream) => [
      startOf(stream),
      { stream, command: { type: "add-line", data: aLine(1, { lineId: newId() }) } },
    ]),
  );
}

/** Placed orders of three lines each, of as many products as there are lines: five commands an order. */
async function placeOrders({ device }: Member, count: number): Promise<void> {
  const linesOf = (order: number) =>
    [0, 1, 2].map((line) => aLine(1, { lineId: newId(), sku: `SKU-${order * 3 + line}` }));
  await saveAll(
    device,
    Array.from({ length: count }, () => orderStream(newId())).flatMap((stream, order): CommandInput[] => [
      startOf(stream),
      ...linesOf(order).map((data) => ({ stream, command: { type: "add-line", data } as const })),
      { stream, command: { type: "place-order", data: {} } },
    ]),
  );
}

function startOf(stream: CommandInput["stream"]): CommandInput {
  return {
    stream,
    command: ({ orderNumber: number }) => ({ type: "start-order", data: { ...aHeader(), number } }),
  };
}

async function saveAll(device: Member["device"], inputs: readonly CommandInput[]): Promise<void> {
  for (let from = 0; from < inputs.length; from += 100)
    await handleCommands(device, inputs.slice(from, from + 100));
}

test("whether something of a pulled page was given back to a restored server is asked once, however many commands it holds", async () => {
  const { owner, join } = await aFleet();
  const rep = await join("rep");
  await rep.sync();
  await takeOrders(owner, 150);
  await owner.sync();
  const requests = watchRequests();
  await rep.exchange();
  expect(requests.get("streams put")).toBe(150);
  const ofResupply = [...requests].filter(([key]) => key.startsWith("resupply"));
  // Once before anything is sent, once when the answer is recorded.
  expect(ofResupply).toEqual([["resupply count", 2]]);
});

test("a page of a thousand events of new orders asks the storage for little more than one thing an order", async () => {
  const { owner, join } = await aFleet();
  const rep = await join("rep");
  await rep.sync();
  await placeOrders(owner, 200);
  await owner.sync();
  const requests = watchRequests();
  await rep.exchange();
  const total = [...requests.values()].reduce((sum, count) => sum + count, 0);
  // Every order is put, and every row of what is promised. What is here of either is found in one request.
  expect(Object.fromEntries(requests)).toMatchObject({
    "streams put": 200,
    "streams getAll": 1,
    "sums put": 66,
  });
  expect(requests.get("sums getAll")).toBe(1);
  expect(requests.get("streams get")).toBeUndefined();
  expect(total).toBeLessThanOrEqual(300);
});

test("orders are counted without a look at any of them, however many there are", async () => {
  const { owner } = await aFleet();
  await takeOrders(owner, 30);
  const requests = watchRequests();
  expect(await countOrders(owner.device.db)).toEqual({ draft: 30, placed: 0, shipped: 0, cancelled: 0 });
  expect(Object.fromEntries(requests)).toEqual({ "meta get": 1, "sums getAll": 1 });
});
