import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { createLocalDevice } from "../../../src/device/create-device.ts";
import { type Handled, handleCommand } from "../../../src/device/outbox/handle-command.ts";
import type { Device, DeviceStorage } from "../../../src/device/storage/device.ts";
import { stateOf } from "../../../src/device/streams/sums.ts";
import type { KnownCommand } from "../../../src/domain/kinds.ts";
import { orderStream, type StreamKey } from "../../../src/domain/stream-key.ts";
import type { WorkspaceFields } from "../../../src/domain/workspace/workspace.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { aHeader, aLine } from "../../domain/builders.ts";

/** Settings that a test does not turn on. */
export const someSettings: WorkspaceFields = {
  name: "Quay Street Foods",
  currency: "EUR",
  taxMode: "none",
  taxRates: [],
  locale: "en-IE",
  timeZone: "Europe/Dublin",
};

/** An IndexedDB of its own: what another browser profile would be. */
export function freshStorage(): DeviceStorage {
  return { indexedDB: new IDBFactory(), IDBKeyRange };
}

/** A device that works without a server, on a storage of its own. */
export async function aLocalDevice(storage = freshStorage()): Promise<Device> {
  return createLocalDevice(someSettings, "Van 1", storage);
}

/** Begins an order; tells its stream and number. */
export async function startOrder(
  device: Device,
): Promise<{ readonly stream: StreamKey; readonly id: string; readonly number: string }> {
  const id = newId();
  const stream = orderStream(id);
  const handled = await handleCommand(device, {
    stream,
    command: ({ orderNumber: number }) => ({ type: "start-order", data: { ...aHeader(), number } }),
  });
  return { stream, id, number: mustBeSaved(handled).orderNumber ?? "" };
}

/** Adds a line; tells its id. */
export async function addLine(
  device: Device,
  stream: StreamKey,
  more: Partial<ReturnType<typeof aLine>> = {},
): Promise<string> {
  const lineId = newId();
  await run(device, stream, { type: "add-line", data: aLine(1, { lineId, ...more }) });
  return lineId;
}

/** Runs a command that must be saved. */
export async function run(device: Device, stream: StreamKey, command: KnownCommand): Promise<void> {
  mustBeSaved(await handleCommand(device, { stream, command }));
}

/** How many orders of each status there are by their rows: what `countOrders` must say. */
export async function countedByRows({ db }: Pick<Device, "db">) {
  const counts = { draft: 0, placed: 0, shipped: 0, cancelled: 0 };
  for (const row of await db.streams.where("key").startsWith("order/").toArray()) {
    const { status } = stateOf("order", row);
    if (status !== "none" && row.flagged === undefined) counts[status] += 1;
  }
  return counts;
}

/** The outcome, when it is "saved". */
export function mustBeSaved(handled: Handled): Extract<Handled, { outcome: "saved" }> {
  if (handled.outcome !== "saved") throw new Error(`expected "saved", found ${JSON.stringify(handled)}`);
  return handled;
}
