import { expect, test, vi } from "vitest";
import { makePost } from "../../../../src/server/consumers/webhooks/post.ts";
import { resolveHost } from "../../../../src/server/consumers/webhooks/public-address.ts";
import { makeSender } from "../../../../src/server/consumers/webhooks/sender.ts";
import { drawSecret } from "../../../../src/server/consumers/webhooks/sign.ts";
import { makeWebhooks } from "../../../../src/server/consumers/webhooks/webhooks.ts";
import type { Store } from "../../../../src/server/store/store.ts";
import { fired } from "../../../support/fired.ts";
import { makeLuck } from "../../../support/luck.ts";
import { firstArrivals, type Reaction } from "../../support/receiver.ts";
import { storeWith } from "../../support/store-with.ts";
import { subscriptionRow } from "../../support/subscriptions-contract.ts";
import { aWebhookWorld, describeOnEveryStore, expectedOf } from "../../support/webhook-world.ts";
import { cancelled, shipped } from "../a-warehouse.ts";

const world = aWebhookWorld();
const { aSubscribedWarehouse, moveTo, portsWith, sendAll } = world;

const endless = new AbortController().signal;

/** For the longest of these tests: only one that hangs takes it, however busy the machine is. */
const hungMs = 240_000;

describeOnEveryStore("webhooks", (opened, seeds) => {
  test.each(seeds)(
    "a receiver verifies and parses every delivery, in both modes, and gets every event once or more, in order per stream, through everything that goes wrong (seed %i)",
    async (seed) => {
      const { store } = await opened;
      const luck = makeLuck(seed);
      const shop = await aSubscribedWarehouse(
        store,
        { mode: "state" },
        { mode: "notification" },
        { mode: "state", types: ["order-placed", "stock-allocated", "order-shipped"] },
      );
      const happened = { fine: 0, error: 0, busy: 0, never: 0, lost: 0, reset: 0, down: 0, killed: 0 };
      let isDown = false;
      world.react = () => {
        if (isDown) {
          happened.down += 1;
          return "reset";
        }
        const drawn = luck.draw();
        if (drawn < 0.1) return count("error", { answer: luck.oneOf([500, 404, 301]) });
        if (drawn < 0.15) return count("busy", { answer: 503, retryAfter: "90" });
        if (drawn < 0.18) return count("never", "never");
        if (drawn < 0.28) return count("lost", "lose-answer");
        if (drawn < 0.34) return count("reset", "reset");
        return count("fine", { answer: luck.oneOf([200, 202, 204]) });
      };
      const count = (what: keyof typeof happened, reaction: Reaction) => {
        happened[what] += 1;
        return reaction;
      };

      await shop.count("TEA", 10);
      for (let order = 1; order <= 12; order += 1) {
        const hand = await shop.place(`K7-${order}`, { TEA: luck.between(1, 4) });
        await shop.follow();
        if (luck.draw() < 0.5) await shop.pushed(hand.command(shop.next(), luck.oneOf([cancelled, shipped])));
        if (luck.draw() < 0.3) await shop.receive("TEA", 2);
        isDown = luck.draw() < 0.2;
        // A process that is killed after the receiver has it all, and before it could write that down.
        const isKilled = luck.draw() < 0.3;
        const killed: Store = {
          ...store,
          inWorkspace: (workspace, work) =>
            store.inWorkspace(workspace, (tx) =>
              work({ ...tx, settleDelivery: () => Promise.reject(new Error("killed")) }),
            ),
        };
        happened.killed += isKilled ? 1 : 0;
        const sender = isKilled
          ? makeSender(killed, portsWith({ report: () => {} }))
          : makeSender(store, portsWith());
        await sender.look();
        await sender.idle();
        moveTo(world.now + luck.between(0, 120_000));
      }
      isDown = false;
      await shop.follow();
      await sendAll(store);

      expect(world.receiver.faults).toEqual([]);
      const log = await shop.log();
      for (const [index, row] of shop.subscriptions.entries())
        expect(firstArrivals(world.receiver.arrived, `/${index}`)).toEqual(expectedOf(log, row));
      expect(await shop.counts()).toEqual([]);
      // Whoever got something twice could tell.
      const bodies = new Map<string, string>();
      for (const { path, webhookId, event } of world.receiver.arrived) {
        const key = `${path} ${webhookId}`;
        expect(JSON.stringify(event)).toBe(bodies.get(key) ?? JSON.stringify(event));
        bodies.set(key, JSON.stringify(event));
      }
      expect(world.receiver.arrived.length).toBeGreaterThan(bodies.size);
      for (const times of [happened.error, happened.busy, happened.lost, happened.reset, happened.killed])
        expect(times).toBeGreaterThan(0);
      const faults = Object.entries(happened).reduce(
        (sum, [what, n]) => (what === "fine" ? sum : sum + n),
        0,
      );
      fired(38, import.meta.url, faults);
    },
    hungMs,
  );

  test("what arrives says what happened: whole in the one mode, where to read it in the other", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store, { mode: "state" }, { mode: "notification" });
    await shop.count("TEA", 3);
    await shop.place("K7-1", { TEA: 2 });
    await shop.follow();
    await sendAll(store);
    const log = new Map((await shop.log()).map((row) => [row.id, row]));
    expect(world.receiver.arrived).toHaveLength(2 * log.size);
    for (const { path, event, headers } of world.receiver.arrived) {
      const row = log.get(event.id);
      expect(headers["content-type"]).toBe("application/cloudevents+json");
      // Below the event in its trace: a span of the attempt.
      expect(headers.traceparent?.slice(0, 36)).toBe(row?.traceparent.slice(0, 36));
      expect(headers.traceparent).not.toBe(row?.traceparent);
      expect(event).toMatchObject({
        source: `urn:docket:workspace:${shop.workspace}`,
        subject: row?.stream,
        traceparent: row?.traceparent,
        sequence: String(row?.position).padStart(16, "0"),
      });
      if (path === "/0") expect(event.data).toEqual(JSON.parse(row?.dataText ?? ""));
      else {
        expect(event.dataref).toBe(`https://docket.example.com/v1/streams/${row?.stream}`);
        expect(event.data).toBeUndefined();
      }
    }
  });

  test("what happened before a subscription began is not for it", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store);
    await shop.count("TEA", 3);
    const row = subscriptionRow({ url: world.receiver.url("/late"), secret: drawSecret(), fromPosition: 1 });
    world.receiver.know("/late", row.secret);
    await store.inWorkspace(shop.workspace, (tx) => tx.insertSubscription(row));
    await shop.receive("TEA", 1);
    await shop.follow();
    await sendAll(store);
    const later = (await shop.log()).slice(1).map(({ id }) => id);
    expect(world.receiver.arrived.map(({ event }) => event.id).sort()).toEqual(later.sort());
  });

  test("what a slow database lets begin too late for its lease is not sent beside whoever takes it next", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"] });
    await shop.count("TEA", 1);
    await shop.follow();
    const slow = storeWith(store, (tx) => ({
      readEventsAt: (positions) => {
        moveTo(world.now + 11_000);
        return tx.readEventsAt(positions);
      },
    }));
    const sender = makeSender(slow, portsWith());
    expect(await sender.look()).toBe(1);
    await sender.idle();
    expect(world.receiver.arrived).toEqual([]);
    await sendAll(store);
    expect(world.receiver.arrived).toHaveLength(1);
    expect(await shop.counts()).toEqual([]);
  });

  test("the end of a process cuts off what is under way: the next one sends it at once, under the same id", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"] });
    await shop.count("TEA", 1);
    await shop.follow();
    world.react = () => "never";
    const sender = makeSender(
      store,
      portsWith({
        post: (sent) => makePost({ allowPrivate: true, resolve: resolveHost, deadline: () => endless })(sent),
      }),
    );
    await sender.look();
    await vi.waitUntil(() => world.receiver.arrived.length === 1);
    await sender.stop();
    world.react = () => ({ answer: 200 });
    await sendAll(store, portsWith(), world.now);
    const ids = world.receiver.arrived.map(({ webhookId }) => webhookId);
    expect(ids).toEqual([ids[0], ids[0]]);
    expect(await shop.counts()).toEqual([]);
  });

  test("set back to the start of the log, it sends all of it again, under the ids it had", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"] });
    await shop.count("TEA", 1);
    await shop.follow();
    await sendAll(store);
    await store.inWorkspace(shop.workspace, async (tx) => {
      await makeWebhooks().forget(tx);
      await tx.moveConsumer({ consumer: "webhooks", position: 0, movedAt: null });
    });
    await shop.follow();
    await sendAll(store);
    const ids = world.receiver.arrived.map(({ webhookId }) => webhookId);
    expect(ids).toEqual([ids[0], ids[0]]);
  });
});
