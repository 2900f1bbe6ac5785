import { expect } from "vitest";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import { countWaiting, findOrder, listOutbox } from "../../../src/device/views/queries.ts";
import type { ExistingOrder } from "../../../src/domain/order/order-state.ts";
import { customerStream } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { addLine, run, startOrder } from "../../device/support/a-device.ts";
import { makeStorage, type VirtualStorage } from "../../programs/simulation/virtual-storage.ts";
import { aFleet, type Member } from "./a-fleet.ts";

/**
 * A rep's profile with one order sent, and copies of its disk as it was then. `copy` opens one of them: another device
 * with the same identity, the same seqs and the same next number.
 */
export async function aCopiedProfile(options: Parameters<typeof aFleet>[0] = {}) {
  const fleet = await aFleet(options);
  const rep = await fleet.join("rep", "Van", makeStorage());
  await startOrder(rep.device);
  await rep.sync();
  const disk = makeStorage(rep.storage as VirtualStorage);
  const copy = () => fleet.open(rep.device.db.name, makeStorage(disk));
  return { ...fleet, rep, copy };
}

/** An order with a line, placed. */
export async function takeOrder({ device }: Member) {
  const order = await startOrder(device);
  await addLine(device, order.stream, { sku: "WINE" });
  await run(device, order.stream, { type: "place-order", data: {} });
  return order;
}

export async function orderOn({ device }: Member, id: string): Promise<ExistingOrder> {
  const view = await findOrder(device.db, id);
  if (view === undefined) throw new Error(`expected order ${id}, found none`);
  return view.order;
}

/** Nothing waits, nobody has to do anything, and every command is accounted for. */
export async function expectAllSent(...members: readonly Member[]): Promise<void> {
  for (const { device } of members) {
    expect(await listOutbox(device.db)).toEqual([]);
    expect(await countWaiting(device.db)).toEqual({ pending: 0, held: 0, parked: 0 });
    expect((await checkLedger(device.db)).balanced).toBe(true);
  }
}

export const codeOf = ({ device }: Member) => device.identity().code;

/** A command that is about no order. */
export async function addCustomer({ device }: Member): Promise<void> {
  const address = { name: "", street: "", city: "", region: "", postalCode: "", country: "" };
  await run(device, customerStream(newId()), {
    type: "add-customer",
    data: {
      ...{ code: newId(), company: "Café", contactName: "", contactTitle: "", email: "", phone: "" },
      ...{ note: "", address, shipTo: null, archived: false },
    },
  });
}
