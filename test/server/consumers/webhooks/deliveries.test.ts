import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { EventRow } from "../../../../src/server/accept/event-row.ts";
import { makePost, type Post } from "../../../../src/server/consumers/webhooks/post.ts";
import { resolveHost } from "../../../../src/server/consumers/webhooks/public-address.ts";
import type { Answer } from "../../../../src/server/consumers/webhooks/retry-plan.ts";
import { makeSender, type SenderPorts } from "../../../../src/server/consumers/webhooks/sender.ts";
import { drawSecret } from "../../../../src/server/consumers/webhooks/sign.ts";
import { makeWebhooks } from "../../../../src/server/consumers/webhooks/webhooks.ts";
import { makeMemoryStore } from "../../../../src/server/store/memory-store.ts";
import { openSqlStore } from "../../../../src/server/store/sql-store.ts";
import type { Store } from "../../../../src/server/store/store.ts";
import type { SubscriptionRow } from "../../../../src/server/store/subscriptions.ts";
import { noTelemetry } from "../../../../src/server/telemetry/telemetry.ts";
import { fired } from "../../../support/fired.ts";
import { makeLuck } from "../../../support/luck.ts";
import { describeWithPostgres } from "../../../support/with-postgres.ts";
import { consumeAll } from "../../support/consume-all.ts";
import { firstArrivals, type Reaction, type Receiver, startReceiver } from "../../support/receiver.ts";
import { storeWith } from "../../support/store-with.ts";
import { openTestPglite, openTestPostgres } from "../../support/stores.ts";
import { subscriptionRow } from "../../support/subscriptions-contract.ts";
import { aWarehouse, cancelled, shipped } from "../a-warehouse.ts";

const start = Date.parse("2026-03-01T09:00:00.000Z");

/** The clock of server and receiver; it stands still until somebody moves it. */
let now = start;
const clock = () => new Date(now);
let receiver: Receiver;
let react: (path: string) => Reaction;
/** The deadlines of what is under way, by `webhook-id`: an attempt is too late when somebody says so. */
const deadlines = new Map<string, AbortController>();
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  now = start;
  react = () => ({ answer: 204 });
  receiver = await startReceiver(
    (path) => react(path),
    ({ webhookId }, reaction) => {
      if (reaction === "never") deadlines.get(webhookId)?.abort();
    },
  );
});
/** Each shop's subscriptions end with its test: those that follow share the store. */
const clearUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clearUp of clearUps.splice(0)) await clearUp();
  await receiver.close();
  vi.useRealTimers();
});

const endless = new AbortController().signal;

const moveTo = (time: number) => {
  now = Math.max(now, time);
  vi.setSystemTime(now);
};

const post: Post = (sent) => {
  const late = new AbortController();
  deadlines.set(sent.headers["webhook-id"] ?? "", late);
  return makePost({ allowPrivate: true, resolve: resolveHost, deadline: () => late.signal })(sent);
};
const portsWith = (over: Partial<SenderPorts> = {}): SenderPorts => ({
  clock,
  luck: () => 0.5,
  post,
  telemetry: noTelemetry,
  publicUrl: "https://docket.example.com",
  report: (error) => {
    throw error;
  },
  ...over,
});

/** A warehouse with subscriptions, each to a path of the receiver. */
async function aSubscribedWarehouse(store: Store, ...wanted: readonly Partial<SubscriptionRow>[]) {
  const shop = await aWarehouse(store);
  const webhooks = makeWebhooks();
  const subscriptions = wanted.map((over, index) => {
    const path = `/${index}`;
    const row = subscriptionRow({ url: receiver.url(path), secret: drawSecret(), ...over });
    receiver.know(path, row.secret);
    return row;
  });
  await store.inWorkspace(shop.workspace, async (tx) => {
    for (const row of subscriptions) await tx.insertSubscription(row);
  });
  clearUps.push(() =>
    store.inWorkspace(shop.workspace, async (tx) => {
      for (const { id } of await tx.listSubscriptions()) await tx.deleteSubscription(id, 10_000);
    }),
  );
  const counts = () => store.inWorkspace(shop.workspace, (tx) => tx.countDeliveries());
  return {
    ...shop,
    subscriptions,
    counts,
    /** Inventory and webhooks read the log to its end. */
    follow: async () => {
      await shop.consume();
      await consumeAll(store, webhooks, shop.workspace, clock);
    },
    change: (row: SubscriptionRow | undefined, change: Partial<SubscriptionRow>) =>
      store.inWorkspace(shop.workspace, (tx) => tx.updateSubscription(row?.id ?? "", change)),
    list: (row: SubscriptionRow | undefined, state: "pending" | "dead") =>
      store.inWorkspace(shop.workspace, (tx) => tx.listDeliveries(row?.id ?? "", state, 0, 1_000)),
  };
}

const stepsMax = 5_000;

/** For the longest of these tests: only one that hangs takes it, however busy the machine is. */
const hungMs = 240_000;

/** Sends what is due, and what is due next, moving the clock there, until nothing is or `until` says so. */
async function sendAll(store: Store, ports: SenderPorts = portsWith(), until = Number.POSITIVE_INFINITY) {
  const sender = makeSender(store, ports);
  for (let step = 0; ; step += 1) {
    if (step > stepsMax) throw new Error(`expected an end of sending, found none after ${step} steps`);
    const began = await sender.look();
    await sender.idle();
    if (began > 0) continue;
    const { due, nextAt } = await store.findDueWorkspaces(clock().toISOString(), 100);
    // What a killed process had counts until its lease runs out.
    const next =
      due.length > 0 ? now + 1_000 : nextAt === null ? Number.POSITIVE_INFINITY : Date.parse(nextAt);
    if (next === Number.POSITIVE_INFINITY || next > until) return;
    moveTo(next);
  }
}

/** What a subscription should get: the ids of its events by stream, in the order of the log. */
function expectedOf(log: readonly EventRow[], { types }: Pick<SubscriptionRow, "types">) {
  const streams = new Map<string, readonly string[]>();
  for (const { type, stream, id } of log)
    if (types.length === 0 || types.includes(type)) streams.set(stream, [...(streams.get(stream) ?? []), id]);
  return streams;
}

function describeDeliveries(
  name: string,
  seeds: readonly number[],
  open: () => Promise<{ store: Store; remove: () => Promise<void> }>,
) {
  describe(`webhooks on ${name}`, () => {
    const opened = open();
    afterAll(async () => (await opened).remove());

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
        react = () => {
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
          if (luck.draw() < 0.5)
            await shop.pushed(hand.command(shop.next(), luck.oneOf([cancelled, shipped])));
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
          moveTo(now + luck.between(0, 120_000));
        }
        isDown = false;
        await shop.follow();
        await sendAll(store);

        expect(receiver.faults).toEqual([]);
        const log = await shop.log();
        for (const [index, row] of shop.subscriptions.entries())
          expect(firstArrivals(receiver.arrived, `/${index}`)).toEqual(expectedOf(log, row));
        expect(await shop.counts()).toEqual([]);
        // Whoever got something twice could tell.
        const bodies = new Map<string, string>();
        for (const { path, webhookId, event } of receiver.arrived) {
          const key = `${path} ${webhookId}`;
          expect(JSON.stringify(event)).toBe(bodies.get(key) ?? JSON.stringify(event));
          bodies.set(key, JSON.stringify(event));
        }
        expect(receiver.arrived.length).toBeGreaterThan(bodies.size);
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
      expect(receiver.arrived).toHaveLength(2 * log.size);
      for (const { path, event, headers } of receiver.arrived) {
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
      const row = subscriptionRow({ url: receiver.url("/late"), secret: drawSecret(), fromPosition: 1 });
      receiver.know("/late", row.secret);
      await store.inWorkspace(shop.workspace, (tx) => tx.insertSubscription(row));
      await shop.receive("TEA", 1);
      await shop.follow();
      await sendAll(store);
      const later = (await shop.log()).slice(1).map(({ id }) => id);
      expect(receiver.arrived.map(({ event }) => event.id).sort()).toEqual(later.sort());
    });

    test("a receiver that is down for days: each stream's first event is given up after ten attempts, and a person lets it go on in order", async () => {
      const { store } = await opened;
      const shop = await aSubscribedWarehouse(store, { types: ["order-drafted", "order-placed"] });
      const [row] = shop.subscriptions;
      const orders = [await shop.place("K7-1", { TEA: 1 }), await shop.place("K7-2", { TEA: 1 })];
      await shop.follow();
      let asked = 0;
      react = () => {
        asked += 1;
        return "reset";
      };
      await sendAll(store);
      expect(asked).toBe(20);
      const hours = (now - start) / 3_600_000;
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
      react = () => ({ answer: 200 });
      await sendAll(store);
      expect(receiver.arrived).toEqual([]);
      const revive = (index: number, how: "replay" | "skip") =>
        store.inWorkspace(shop.workspace, (tx) =>
          tx.reviveDelivery(row?.id ?? "", dead[index]?.id ?? "", how, clock().toISOString()),
        );
      await revive(0, "replay");
      await revive(1, "skip");
      await sendAll(store);
      expect(receiver.arrived.map(({ event }) => [event.subject, event.type]).sort()).toEqual(
        [
          [orders[0]?.stream, "docket.order-drafted.v1"],
          [orders[0]?.stream, "docket.order-placed.v3"],
          [orders[1]?.stream, "docket.order-placed.v3"],
        ].sort(),
      );
      expect(receiver.arrived.find(({ event }) => event.subject === orders[0]?.stream)?.webhookId).toBe(
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
      react = () => {
        const answer = first ? 500 : 200;
        first = false;
        return { answer };
      };
      await sendAll(store, portsWith({ limits: { perSubscription: 1 } }), start);
      expect(receiver.arrived.filter(({ event }) => event.subject === other.stream)).toHaveLength(2);
      expect(await shop.counts()).toMatchObject([{ waiting: 2 }]);
    });

    test("410 ends the subscription, visibly; made active again it goes on where it was", async () => {
      const { store } = await opened;
      const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"] });
      const [row] = shop.subscriptions;
      await shop.count("TEA", 1);
      await shop.count("OIL", 1);
      await shop.follow();
      react = () => ({ answer: 410 });
      await sendAll(store, portsWith({ limits: { perSubscription: 1 } }));
      expect(receiver.arrived).toHaveLength(1);
      const found = await store.inWorkspace(shop.workspace, (tx) => tx.findSubscription(row?.id ?? ""));
      expect(found?.state).toBe("gone");
      react = () => ({ answer: 200 });
      await shop.change(row, { state: "active" });
      await sendAll(store);
      expect(firstArrivals(receiver.arrived, "/0").size).toBe(2);
      expect(await shop.counts()).toEqual([]);
    });

    test("what happens while it is paused waits, and comes when it goes on", async () => {
      const { store } = await opened;
      const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"], state: "paused" });
      await shop.count("TEA", 1);
      await shop.follow();
      await sendAll(store);
      expect(receiver.arrived).toEqual([]);
      await shop.change(shop.subscriptions[0], { state: "active" });
      await sendAll(store);
      expect(receiver.arrived).toHaveLength(1);
    });

    test("[L16] when too much waits nothing more is kept for it, and its owner is told", async () => {
      const { store } = await opened;
      const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"], state: "paused" });
      const few = makeWebhooks(2);
      for (const sku of ["A", "B", "C"]) await shop.count(sku, 1);
      await consumeAll(store, few, shop.workspace, clock);
      await shop.count("D", 1);
      await consumeAll(store, few, shop.workspace, clock);
      const found = await store.inWorkspace(shop.workspace, (tx) => tx.listSubscriptions());
      expect(found).toMatchObject([{ state: "full" }]);
      expect(await shop.counts()).toMatchObject([{ waiting: 3 }]);
    });

    test("[L16] to one receiver no more than four requests are open at once, however much is due", async () => {
      const { store } = await opened;
      const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"] });
      for (let sku = 1; sku <= 9; sku += 1) await shop.count(`SKU${sku}`, 1);
      await shop.follow();
      let answer = (_answer: Answer) => {};
      const held = new Promise<Answer>((release) => {
        answer = release;
      });
      const sender = makeSender(store, portsWith({ post: () => held }));
      expect(await sender.look()).toBe(4);
      expect(await sender.look()).toBe(0);
      expect(await makeSender(store, portsWith()).look()).toBe(0);
      answer({ outcome: "answered", status: 204, retryAfter: null });
      await sender.idle();
      expect(await sender.look()).toBe(4);
      await sender.idle();
    });

    test("what a slow database lets begin too late for its lease is not sent beside whoever takes it next", async () => {
      const { store } = await opened;
      const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"] });
      await shop.count("TEA", 1);
      await shop.follow();
      const slow = storeWith(store, (tx) => ({
        readEventsAt: (positions) => {
          moveTo(now + 11_000);
          return tx.readEventsAt(positions);
        },
      }));
      const sender = makeSender(slow, portsWith());
      expect(await sender.look()).toBe(1);
      await sender.idle();
      expect(receiver.arrived).toEqual([]);
      await sendAll(store);
      expect(receiver.arrived).toHaveLength(1);
      expect(await shop.counts()).toEqual([]);
    });

    test("[L16] what waits is counted now and then, not with every page: counting reads all of it", async () => {
      const { store } = await opened;
      const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"] });
      let counted = 0;
      const counting = storeWith(store, (tx) => ({
        countDeliveries: () => {
          counted += 1;
          return tx.countDeliveries();
        },
      }));
      const webhooks = { ...makeWebhooks(), pageEvents: 1 };
      for (let sku = 1; sku <= 30; sku += 1) await shop.count(`SKU${sku}`, 1);
      await consumeAll(counting, webhooks, shop.workspace, clock);
      expect(await shop.counts()).toMatchObject([{ waiting: 30 }]);
      expect(counted).toBe(2);
    });

    test("the end of a process cuts off what is under way: the next one sends it at once, under the same id", async () => {
      const { store } = await opened;
      const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"] });
      await shop.count("TEA", 1);
      await shop.follow();
      react = () => "never";
      const sender = makeSender(
        store,
        portsWith({
          post: (sent) =>
            makePost({ allowPrivate: true, resolve: resolveHost, deadline: () => endless })(sent),
        }),
      );
      await sender.look();
      await vi.waitUntil(() => receiver.arrived.length === 1);
      await sender.stop();
      react = () => ({ answer: 200 });
      await sendAll(store, portsWith(), now);
      const ids = receiver.arrived.map(({ webhookId }) => webhookId);
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
      const ids = receiver.arrived.map(({ webhookId }) => webhookId);
      expect(ids).toEqual([ids[0], ids[0]]);
    });
  });
}

describeDeliveries("the store in memory", [1, 2, 3], async () => ({
  store: makeMemoryStore(),
  remove: async () => {},
}));
describeDeliveries("PGlite", [4], async () => {
  const { driver, remove } = await openTestPglite();
  return { store: await openSqlStore(driver), remove };
});
describeWithPostgres("with PostgreSQL", () =>
  describeDeliveries("PostgreSQL", [5], async () => {
    const { driver, remove } = await openTestPostgres();
    return { store: await openSqlStore(driver), remove };
  }),
);
