import { expect, test } from "vitest";
import { fired } from "../../../support/fired.ts";
import { firstArrivals } from "../../support/receiver.ts";
import { aWebhookWorld, describeOnEveryStore, start } from "../../support/webhook-world.ts";

const world = aWebhookWorld();
const { aSubscribedWarehouse, clock, portsWith, sendAll } = world;

describeOnEveryStore("webhooks to a receiver that fails", (opened) => {
  test("a receiver that is down for days: each stream's first event is given up after ten attempts, and a person lets it go on in order", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store, { types: ["order-drafted", "order-placed"] });
    const [row] = shop.subscriptions;
    const orders = [await shop.place("K7-1", { TEA: 1 }), await shop.place("K7-2", { TEA: 1 })];
    await shop.follow();
    let asked = 0;
    world.react = () => {
      asked += 1;
      return "reset";
    };
    await sendAll(store);
    expect(asked).toBe(20);
    const hours = (world.now - start) / 3_600_000;
    expect(hours).toBeGreaterThan(22);
    expect(hours).toBeLessThan(25);
    expect(await shop.counts()).toEqual([{ subscription: row?.id, waiting: 4, dead: 2 }]);
    const dead = await shop.list(row, "dead");
    expect(dead).toMatchObject(
      orders.map(({ stream }) => ({
        stream,
        type: "order-drafted",
        attempts: 10,
        fault: { reason: "no-connection" },
      })),
    );
    // It is up again, and nobody has looked yet: the later ones wait.
    world.react = () => ({ answer: 200 });
    await sendAll(store);
    expect(world.receiver.arrived).toEqual([]);
    const revive = (index: number, how: "replay" | "skip") =>
      store.inWorkspace(shop.workspace, (tx) =>
        tx.reviveDelivery(row?.id ?? "", dead[index]?.id ?? "", how, clock().toISOString()),
      );
    await revive(0, "replay");
    await revive(1, "skip");
    await sendAll(store);
    expect(world.receiver.arrived.map(({ event }) => [event.subject, event.type]).sort()).toEqual(
      [
        [orders[0]?.stream, "docket.order-drafted.v1"],
        [orders[0]?.stream, "docket.order-placed.v3"],
        [orders[1]?.stream, "docket.order-placed.v3"],
      ].sort(),
    );
    expect(world.receiver.arrived.find(({ event }) => event.subject === orders[0]?.stream)?.webhookId).toBe(
      dead[0]?.id,
    );
    fired(38, import.meta.url);
  });

  test("[L7] one order's receiver error holds up that order only", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store, { types: ["order-drafted", "order-placed"] });
    await shop.place("K7-1", { TEA: 1 });
    const other = await shop.place("K7-2", { TEA: 1 });
    await shop.follow();
    let first = true;
    world.react = () => {
      const answer = first ? 500 : 200;
      first = false;
      return { answer };
    };
    await sendAll(store, portsWith({ limits: { perSubscription: 1 } }), start);
    expect(world.receiver.arrived.filter(({ event }) => event.subject === other.stream)).toHaveLength(2);
    expect(await shop.counts()).toMatchObject([{ waiting: 2 }]);
  });

  test("410 ends the subscription, visibly; made active again it goes on where it was", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"] });
    const [row] = shop.subscriptions;
    await shop.count("TEA", 1);
    await shop.count("OIL", 1);
    await shop.follow();
    world.react = () => ({ answer: 410 });
    await sendAll(store, portsWith({ limits: { perSubscription: 1 } }));
    expect(world.receiver.arrived).toHaveLength(1);
    const found = await store.inWorkspace(shop.workspace, (tx) => tx.findSubscription(row?.id ?? ""));
    expect(found?.state).toBe("gone");
    world.react = () => ({ answer: 200 });
    await shop.change(row, { state: "active" });
    await sendAll(store);
    expect(firstArrivals(world.receiver.arrived, "/0").size).toBe(2);
    expect(await shop.counts()).toEqual([]);
  });

  test("what happens while it is paused waits, and comes when it goes on", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"], state: "paused" });
    await shop.count("TEA", 1);
    await shop.follow();
    await sendAll(store);
    expect(world.receiver.arrived).toEqual([]);
    await shop.change(shop.subscriptions[0], { state: "active" });
    await sendAll(store);
    expect(world.receiver.arrived).toHaveLength(1);
  });
});
