import { afterAll, afterEach, beforeEach, describe, vi } from "vitest";
import type { EventRow } from "../../../src/server/accept/event-row.ts";
import { makePost, type Post } from "../../../src/server/consumers/webhooks/post.ts";
import { resolveHost } from "../../../src/server/consumers/webhooks/public-address.ts";
import { makeSender, type SenderPorts } from "../../../src/server/consumers/webhooks/sender.ts";
import { drawSecret } from "../../../src/server/consumers/webhooks/sign.ts";
import { makeWebhooks } from "../../../src/server/consumers/webhooks/webhooks.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import type { Store } from "../../../src/server/store/store.ts";
import type { SubscriptionRow } from "../../../src/server/store/subscriptions.ts";
import { noTelemetry } from "../../../src/server/telemetry/telemetry.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { aWarehouse } from "../consumers/a-warehouse.ts";
import { consumeAll } from "./consume-all.ts";
import type { OpenStore } from "./each-store.ts";
import { type Reaction, type Receiver, startReceiver } from "./receiver.ts";
import { openTestPglite, openTestPostgres, type TestDatabase } from "./stores.ts";
import { subscriptionRow } from "./subscriptions-contract.ts";

/** When each test begins. */
export const start = Date.parse("2026-03-01T09:00:00.000Z");

const stepsMax = 5_000;

/** A receiver of webhooks whose clock stands still until a test moves it, and what sends to it; new for every test of a file. */
export function aWebhookWorld() {
  /** The clock of server and receiver; it does not move until somebody moves it. */
  let now = start;
  const clock = () => new Date(now);
  let receiver: Receiver | undefined;
  const mustReceiver = () => {
    if (receiver === undefined) throw new Error("expected a test to be under way");
    return receiver;
  };
  let react: (path: string) => Reaction = () => ({ answer: 204 });
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
    await receiver?.close();
    vi.useRealTimers();
  });

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
      const row = subscriptionRow({ url: mustReceiver().url(path), secret: drawSecret(), ...over });
      mustReceiver().know(path, row.secret);
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

  return {
    clock,
    moveTo,
    portsWith,
    aSubscribedWarehouse,
    sendAll,
    get now() {
      return now;
    },
    get receiver() {
      return mustReceiver();
    },
    set react(next: (path: string) => Reaction) {
      react = next;
    },
  };
}

/** What a subscription should get: the ids of its events by stream, in the order of the log. */
export function expectedOf(log: readonly EventRow[], { types }: Pick<SubscriptionRow, "types">) {
  const streams = new Map<string, readonly string[]>();
  for (const { type, stream, id } of log)
    if (types.length === 0 || types.includes(type)) streams.set(stream, [...(streams.get(stream) ?? []), id]);
  return streams;
}

/** Runs the same tests on every store; `seeds` are those that are played on it. */
export function describeOnEveryStore(
  title: string,
  tests: (opened: Promise<OpenStore>, seeds: readonly number[]) => void,
): void {
  const onStore = (name: string, seeds: readonly number[], open: () => Promise<OpenStore>) =>
    describe(`${title} on ${name}`, () => {
      const opened = open();
      afterAll(async () => (await opened).remove());
      tests(opened, seeds);
    });
  const opening = (openDatabase: () => Promise<TestDatabase>) => async () => {
    const { driver, remove } = await openDatabase();
    return { store: await openSqlStore(driver), remove };
  };
  onStore("the store in memory", [1, 2, 3], async () => ({
    store: makeMemoryStore(),
    remove: async () => {},
  }));
  onStore("PGlite", [4], opening(openTestPglite));
  describeWithPostgres("with PostgreSQL", () => onStore("PostgreSQL", [5], opening(openTestPostgres)));
}
