import { IDBTransaction } from "fake-indexeddb";
import { afterEach, describe, expect, test } from "vitest";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { sendAgain } from "../../src/device/outbox/resolve.ts";
import { listOutbox } from "../../src/device/views/queries.ts";
import { problem } from "../../src/protocol/problem.ts";
import type { ExchangePorts } from "../../src/sync/engine/exchange.ts";
import { mustBeSaved } from "../device/support/a-device.ts";
import {
  forgetStorages,
  installStorageHooks,
  makeStorage,
  type VirtualStorage,
} from "../programs/simulation/virtual-storage.ts";
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

describe("an order that gets a new number", () => {
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

  test("[L6] waits for nobody where the other copy has sent it, and not yet the note of its former number", async () => {
    const { server, owner, rep, copy, open } = await aCopiedProfile();
    const twin = await copy();
    const mine = await takeOrder(rep);
    const other = await open(rep.device.db.name, makeStorage(rep.storage as VirtualStorage));
    await takeOrder(twin);
    await twin.sync();
    for (const member of [rep, other]) for (let turn = 0; turn < 2; turn += 1) await member.exchange();
    // The beginning of the order reaches the server, and nothing behind it.
    await rep.exchange((identity, request) =>
      server.ports.post(identity, { ...request, commands: request.commands.slice(0, 1) }),
    );
    for (const member of [other, rep, other, owner]) await member.sync();
    await expectAllSent(rep, other);
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
