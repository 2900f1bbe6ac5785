import { IDBTransaction } from "fake-indexeddb";
import { afterEach, describe, expect, test } from "vitest";
import { listOutbox } from "../../src/device/views/queries.ts";
import type { ExchangePorts } from "../../src/sync/engine/exchange.ts";
import { addLine, startOrder } from "../device/support/a-device.ts";
import { searchOnce } from "../device/support/search-all.ts";
import { forgetStorages, installStorageHooks } from "../programs/simulation/virtual-storage.ts";
import type { Member, TestServer } from "./support/a-fleet.ts";
import {
  aCopiedProfile,
  addCustomer,
  codeOf,
  expectAllSent,
  orderOn,
  takeOrder,
} from "./support/copied-profile.ts";

installStorageHooks(IDBTransaction);
afterEach(forgetStorages);

/** A server that is not to be had any more after so many requests. */
function goneAfter(requests: number, { ports }: TestServer): ExchangePorts["post"] {
  let count = 0;
  return async (identity, request) => {
    count += 1;
    if (count > requests) return { outcome: "failed", trouble: "unreachable" };
    return ports.post(identity, request);
  };
}

describe("an order under a number that a copy of the profile has given too", () => {
  test("[L6] gets the next number of its own device and is sent with all that is on it, and nobody is asked", async () => {
    const { owner, rep, copy } = await aCopiedProfile();
    const twin = await copy();
    const [first, second] = [await takeOrder(rep), await takeOrder(twin)];
    expect(second.number).toBe(first.number);
    await rep.sync();
    await twin.sync();
    await expectAllSent(rep, twin);
    for (const member of [owner, rep]) await member.sync();
    for (const member of [owner, rep, twin]) {
      expect(await orderOn(member, first.id)).toMatchObject({ number: first.number, formerNumbers: [] });
      expect(await orderOn(member, second.id)).toMatchObject({
        status: "placed",
        number: `${codeOf(twin)}-3`,
        formerNumbers: [first.number],
        lines: [{ sku: "WINE" }],
      });
    }
    expect(codeOf(twin)).not.toBe(codeOf(rep));
  });

  test("is found by the number on the customer's paper, on every device and also before it is sent", async () => {
    const { owner, server, rep, copy } = await aCopiedProfile();
    const twin = await copy();
    const [first, second] = [await takeOrder(rep), await takeOrder(twin)];
    await rep.sync();
    const post = goneAfter(2, server);
    // Another identity, then the refusal; then the connection is gone.
    for (let turn = 0; turn < 3; turn += 1) await twin.exchange(post);
    const found = async ({ device }: Member) => {
      const orders = await searchOnce(device, { text: first.number, limit: 10 });
      return orders.map(({ id }) => id).toSorted();
    };
    const both = [first.id, second.id].toSorted();
    expect((await orderOn(twin, second.id)).number).toBe(`${codeOf(twin)}-3`);
    expect(await found(twin)).toEqual(both);
    await twin.sync();
    await owner.sync();
    expect(await found(owner)).toEqual(both);
  });

  test("is one of several: they get the next numbers in the order in which they were taken", async () => {
    const { owner, rep, copy } = await aCopiedProfile();
    const twin = await copy();
    for (let count = 0; count < 2; count += 1) await takeOrder(rep);
    const taken = [await takeOrder(twin), await takeOrder(twin), await takeOrder(twin)];
    await rep.sync();
    await twin.sync();
    await owner.sync();
    await expectAllSent(rep, twin);
    const numbers = await Promise.all(taken.map(async ({ id }) => (await orderOn(owner, id)).number));
    // The third one has a number that nobody else has given, and keeps it.
    const [next, third] = [taken.length + 1, taken[2]?.number];
    expect(numbers).toEqual([`${codeOf(twin)}-${next + 1}`, `${codeOf(twin)}-${next + 2}`, third]);
    expect((await startOrder(twin.device)).number).toBe(`${codeOf(twin)}-${next + 3}`);
  });

  test("is changed on, while the new number waits: what is written behind it keeps its turn", async () => {
    const { server, owner, rep, copy } = await aCopiedProfile();
    const twin = await copy();
    const [, second] = [await takeOrder(rep), await takeOrder(twin)];
    await rep.sync();
    const post = goneAfter(2, server);
    for (let turn = 0; turn < 3; turn += 1) await twin.exchange(post);
    const waiting = await listOutbox(twin.device.db);
    expect(waiting.map(({ state }) => state)).toEqual(["pending", "pending", "pending", "pending"]);
    await addLine(twin.device, second.stream, { sku: "BREAD" });
    await twin.sync();
    await owner.sync();
    await expectAllSent(twin);
    expect((await orderOn(owner, second.id)).lines).toMatchObject([{ sku: "WINE" }, { sku: "BREAD" }]);
  });

  test.each([1, 1_000])(
    "does not get a number that a copy has given under the same code, whose log comes in pages of %i events",
    async (pageEvents) => {
      const { owner, rep, copy } = await aCopiedProfile({ pageEvents });
      const twin = await copy();
      // So far ahead that the copy takes the other identity, and this one keeps its code.
      for (let count = 0; count < 12; count += 1) await addCustomer(rep);
      await rep.sync();
      for (let count = 0; count < 3; count += 1) await takeOrder(twin);
      const mine = await takeOrder(rep);
      await twin.sync();
      await rep.sync();
      await owner.sync();
      await expectAllSent(rep, twin);
      expect(await orderOn(owner, mine.id)).toMatchObject({
        number: `${codeOf(rep)}-5`,
        formerNumbers: [mine.number],
      });
      expect((await startOrder(rep.device)).number).toBe(`${codeOf(rep)}-6`);
    },
  );
});
