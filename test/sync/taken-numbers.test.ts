import { IDBTransaction } from "fake-indexeddb";
import { afterEach, describe, expect, test } from "vitest";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { sendAgain } from "../../src/device/outbox/resolve.ts";
import { countWaiting, findOrder, listOutbox } from "../../src/device/views/queries.ts";
import { searchOrders } from "../../src/device/views/search-orders.ts";
import type { ExistingOrder } from "../../src/domain/order/order-state.ts";
import { customerStream } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { problem } from "../../src/protocol/problem.ts";
import type { ExchangePorts } from "../../src/sync/engine/exchange.ts";
import { addLine, mustBeSaved, run, startOrder } from "../device/support/a-device.ts";
import {
  forgetStorages,
  installStorageHooks,
  makeStorage,
  type VirtualStorage,
} from "../programs/simulation/virtual-storage.ts";
import { aFleet, type Member, type TestServer } from "./support/a-fleet.ts";

installStorageHooks(IDBTransaction);
afterEach(forgetStorages);

/**
 * A rep's profile with one order sent, and copies of its disk as it was then. `copy` opens one of them: another device
 * with the same identity, the same seqs and the same next number.
 */
async function aCopiedProfile(options: Parameters<typeof aFleet>[0] = {}) {
  const fleet = await aFleet(options);
  const rep = await fleet.join("rep", "Van", makeStorage());
  await startOrder(rep.device);
  await rep.sync();
  const disk = makeStorage(rep.storage as VirtualStorage);
  const copy = () => fleet.open(rep.device.db.name, makeStorage(disk));
  return { ...fleet, rep, copy };
}

/** An order with a line, placed. */
async function takeOrder({ device }: Member) {
  const order = await startOrder(device);
  await addLine(device, order.stream, { sku: "WINE" });
  await run(device, order.stream, { type: "place-order", data: {} });
  return order;
}

async function orderOn({ device }: Member, id: string): Promise<ExistingOrder> {
  const view = await findOrder(device.db, id);
  if (view === undefined) throw new Error(`expected order ${id}, found none`);
  return view.order;
}

/** Nothing waits, nobody has to do anything, and every command is accounted for. */
async function expectAllSent(...members: readonly Member[]): Promise<void> {
  for (const { device } of members) {
    expect(await listOutbox(device.db)).toEqual([]);
    expect(await countWaiting(device.db)).toEqual({ pending: 0, held: 0, parked: 0 });
    expect((await checkLedger(device.db)).balanced).toBe(true);
  }
}

const codeOf = ({ device }: Member) => device.identity().code;

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
      const orders = await searchOrders(device.db, {
        text: first.number,
        limit: 10,
        signal: new AbortController().signal,
      });
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

  test("[L6] is renumbered twice in a row where the second number is taken too, and is found by both", async () => {
    const { owner, rep, copy } = await aCopiedProfile();
    const [twin, third] = [await copy(), await copy()];
    for (let count = 0; count < 20; count += 1) await addCustomer(rep);
    await rep.sync();
    await takeOrder(twin);
    for (let count = 0; count < 2; count += 1) await takeOrder(third);
    const mine = await takeOrder(rep);
    await twin.sync();
    await rep.exchange();
    const [was, then] = [mine.number, `${codeOf(rep)}-3`];
    expect((await orderOn(rep, mine.id)).number).toBe(then);
    // Before it is sent under that one, another copy's order with it comes in.
    await third.sync();
    await rep.sync();
    await third.sync();
    await expectAllSent(rep, twin, third);
    await owner.sync();
    expect(await orderOn(owner, mine.id)).toMatchObject({
      number: `${codeOf(rep)}-4`,
      formerNumbers: [was, then],
      lines: [{ sku: "WINE" }],
      status: "placed",
    });
  });

  test("[L4] is in the log once where the answer about its new number is lost", async () => {
    const { server, owner, rep, copy } = await aCopiedProfile();
    const twin = await copy();
    const [, second] = [await takeOrder(rep), await takeOrder(twin)];
    await rep.sync();
    for (let turn = 0; turn < 2; turn += 1) await twin.exchange();
    await twin.exchange(async (identity, request) => {
      await server.ports.post(identity, request);
      return { outcome: "failed", trouble: "unreachable" };
    });
    await twin.sync();
    await owner.sync();
    await expectAllSent(twin);
    expect(await orderOn(owner, second.id)).toMatchObject({ number: `${codeOf(twin)}-3` });
  });

  test("[L2] [L6] is renumbered once and whole, at whichever commit the app is killed", async () => {
    const { server, rep, copy, open } = await aCopiedProfile();
    const [first, twin] = [await takeOrder(rep), await copy()];
    const second = await takeOrder(twin);
    expect(second.number).toBe(first.number);
    await rep.sync();
    const disk = twin.storage as VirtualStorage;
    const before = server.backUp();
    let points = 0;
    for (let survived = 0; ; survived += 1) {
      // The disk takes so many commits more, and then the app is gone.
      server.restore(before.copy());
      const killed = makeStorage(disk);
      const app = await open(twin.device.db.name, killed);
      let left = survived;
      let isKilled = false;
      killed.onCommit = () => {
        left -= 1;
        isKilled ||= left < 0;
        return isKilled ? "UnknownError" : undefined;
      };
      for (let turn = 0; turn < 6 && !isKilled; turn += 1) await app.exchange();
      killed.onCommit = undefined;
      const again = await open(twin.device.db.name, makeStorage(killed));
      expect((await checkLedger(again.device.db)).balanced).toBe(true);
      await again.sync();
      await expectAllSent(again);
      expect(await orderOn(again, second.id)).toMatchObject({
        number: `${codeOf(again)}-3`,
        formerNumbers: [second.number],
        status: "placed",
      });
      if (!isKilled) break;
      points += 1;
    }
    expect(points).toBeGreaterThan(4);
  });

  test("[L6] is renumbered once where the profile is set back to before it was: it takes no further number", async () => {
    const { owner, rep, copy, open } = await aCopiedProfile();
    const twin = await copy();
    const [, second] = [await takeOrder(rep), await takeOrder(twin)];
    await rep.sync();
    await twin.exchange();
    const before = makeStorage(twin.storage as VirtualStorage);
    await twin.sync();
    const { number } = await orderOn(twin, second.id);
    const back = await open(twin.device.db.name, before);
    await back.sync();
    await owner.sync();
    await expectAllSent(back);
    for (const member of [owner, back])
      expect(await orderOn(member, second.id)).toMatchObject({ number, formerNumbers: [second.number] });
  });

  test("[L4] [L6] is in the log once where two copies hold it and each gives it a number of its own", async () => {
    const { owner, rep, copy, open } = await aCopiedProfile();
    const twin = await copy();
    const mine = await takeOrder(rep);
    const other = await open(rep.device.db.name, makeStorage(rep.storage as VirtualStorage));
    await takeOrder(twin);
    await twin.sync();
    // Both are told that the number is taken, and neither knows of the other.
    for (const member of [rep, other]) {
      for (let turn = 0; turn < 2; turn += 1) await member.exchange();
      expect(await orderOn(member, mine.id)).toMatchObject({ formerNumbers: [mine.number] });
    }
    for (const member of [rep, other, owner, twin]) await member.sync();
    await expectAllSent(rep, other, twin);
    const found = await Promise.all([owner, rep, other].map((member) => orderOn(member, mine.id)));
    expect(found[0]).toMatchObject({ formerNumbers: [mine.number], status: "placed" });
    expect(new Set(found.map(({ number }) => number)).size).toBe(1);
  });

  test("[L8] waits for a person after three numbers that the server would not take, and goes on when it is sent again", async () => {
    const { server, owner, rep } = await aCopiedProfile();
    const order = await takeOrder(rep);
    const refusing: ExchangePorts["post"] = async (identity, request) => {
      const reply = await server.ports.post(identity, { ...request, commands: [] });
      if (reply.outcome !== "answered") return reply;
      const verdicts = request.commands.map(({ id: command, events: [event] }) =>
        event?.type === "order-drafted"
          ? { command, outcome: "refused" as const, problem: problem("number-taken", 409, "taken") }
          : { command, outcome: "conflict" as const, version: 0 },
      );
      return { ...reply, body: { ...reply.body, verdicts } };
    };
    for (let turn = 0; turn < 6; turn += 1) await rep.exchange(refusing);
    const parked = (await listOutbox(rep.device.db)).find(({ state }) => state === "parked");
    expect(parked).toMatchObject({ parked: { problem: { code: "number-taken" } }, redraws: 3 });
    expect((await checkLedger(rep.device.db)).balanced).toBe(true);
    mustBeSaved(await sendAgain(rep.device, parked?.seq ?? 0));
    await rep.sync();
    await owner.sync();
    const numbers = [2, 3, 4, 5, 6].map((count) => `${codeOf(rep)}-${count}`);
    const found = await orderOn(owner, order.id);
    expect(found).toMatchObject({ number: numbers[4], status: "placed" });
    expect(found.formerNumbers.toSorted()).toEqual(numbers.slice(0, 4));
    expect((await checkLedger(rep.device.db)).balanced).toBe(true);
  });
});

async function addCustomer({ device }: Member): Promise<void> {
  const address = { name: "", street: "", city: "", region: "", postalCode: "", country: "" };
  await run(device, customerStream(newId()), {
    type: "add-customer",
    data: {
      ...{ code: newId(), company: "Café", contactName: "", contactTitle: "", email: "", phone: "" },
      ...{ note: "", address, shipTo: null, archived: false },
    },
  });
}
