import { expect, test } from "vitest";
import type { EventRow } from "../../../src/server/accept/event-row.ts";
import { consumePage, resetConsumer, retrySetAside } from "../../../src/server/consumers/consume-page.ts";
import type { Consumer } from "../../../src/server/consumers/consumer.ts";
import { startConsumers } from "../../../src/server/consumers/run-consumers.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import type { Store, TokenOwner } from "../../../src/server/store/store.ts";
import { storeUnavailable } from "../../../src/server/store/store-unavailable.ts";
import { aWarehouse, clock, shipped } from "./a-warehouse.ts";

/** Takes every event but those that it is told to choke on, and remembers what it has taken for good. */
function aReader(chokesOn: ReadonlySet<string>) {
  const taken: number[] = [];
  const consumer: Consumer = {
    name: "reader",
    pageEvents: 50,
    appends: false,
    forget: async () => {},
    begin: async () => {
      const own: number[] = [];
      return {
        take: async ({ stream, position }) => {
          if (chokesOn.has(stream)) throw new Error("expected something else");
          own.push(position);
        },
        finish: async () => {
          taken.push(...own);
          return undefined;
        },
      };
    },
  };
  return { consumer, taken };
}

/** The same consumer, but for the event at one position. */
function chokingAt(consumer: Consumer, position: number | undefined): Consumer {
  return {
    ...consumer,
    begin: async (page) => {
      const work = await consumer.begin(page);
      const take = (event: EventRow) =>
        event.position === position ? Promise.reject(new Error("expected something else")) : work.take(event);
      return { ...work, take };
    },
  };
}

test("[L7] an event that cannot be taken is set aside with the later ones of its stream; others go on, and nothing is lost", async () => {
  const store = makeMemoryStore();
  const shop = await aWarehouse(store);
  await shop.place("K7-1", { TEA: 1 });
  const bad = await shop.place("K7-2", { TEA: 1 });
  await shop.place("K7-3", { TEA: 1 });
  await shop.pushed(bad.command(shop.next(), shipped));
  const chokesOn = new Set([bad.stream]);
  const { consumer, taken } = aReader(chokesOn);
  for (;;) {
    const page = await consumePage(store, consumer, shop.workspace, clock);
    if (page.outcome === "consumed" && page.isEnd) break;
  }
  const log = await shop.log();
  const ofBad = log.filter(({ stream }) => stream === bad.stream).map(({ position }) => position);
  expect(taken).toEqual(log.map(({ position }) => position).filter((position) => !ofBad.includes(position)));
  const aside = () => store.inWorkspace(shop.workspace, (tx) => tx.findSetAside("reader", 100));
  expect((await aside()).map(({ position, reason }) => [position, reason])).toEqual(
    ofBad.map((position, index) => [position, index === 0 ? "Error: expected something else" : "behind"]),
  );

  const retry = () => retrySetAside(store, shop.caller, consumer, clock, bad.stream);
  expect(await retry()).toEqual({ value: { outcome: "poisoned", reason: "Error: expected something else" } });
  expect(await aside()).toHaveLength(ofBad.length);
  chokesOn.delete(bad.stream);
  expect(await retry()).toMatchObject({ value: { outcome: "consumed", taken: ofBad.length } });
  expect(await aside()).toEqual([]);
  expect(taken.toSorted((one, other) => one - other)).toEqual(log.map(({ position }) => position));
});

test.each([
  [
    "another process sets it aside",
    (store: Store, { workspace }: TokenOwner, consumer: Consumer) =>
      consumePage(store, consumer, workspace, clock),
  ],
  ["an owner sets the service back", resetConsumer],
])(
  "[L7] nothing but the event that cannot be taken is set aside, when %s at the same moment",
  async (_what, meanwhile) => {
    const store = makeMemoryStore();
    const shop = await aWarehouse(store);
    await shop.place("K7-1", { TEA: 1 });
    const bad = await shop.place("K7-2", { TEA: 1 });
    const last = (await shop.log()).findLast(({ stream }) => stream === bad.stream)?.position;
    await shop.place("K7-3", { TEA: 1 });
    const { consumer } = aReader(new Set());
    const choking = chokingAt(consumer, last);
    let transactions = 0;
    const interrupted: Store = {
      ...store,
      inWorkspace: async (workspace, work, order) => {
        transactions += 1;
        if (transactions === 2) await meanwhile(store, shop.caller, choking);
        return store.inWorkspace(workspace, work, order);
      },
    };
    // What stands before it: the next page begins with the event that cannot be taken.
    await consumePage(store, choking, shop.workspace, clock);
    expect(await consumePage(interrupted, choking, shop.workspace, clock)).toEqual({ outcome: "busy" });
    for (let isEnd = false; !isEnd; ) {
      const page = await consumePage(store, choking, shop.workspace, clock);
      isEnd = page.outcome === "consumed" && page.isEnd;
    }
    const aside = await store.inWorkspace(shop.workspace, (tx) => tx.findSetAside("reader", 100));
    expect(aside.map(({ position, reason }) => [position, reason])).toEqual([
      [last, "Error: expected something else"],
    ]);
  },
);

test("[L7] of a stream that has more set aside than a page holds all is tried again, and what cannot be taken stays with all behind it", async () => {
  const store = makeMemoryStore();
  const shop = await aWarehouse(store);
  await shop.place("K7-1", { TEA: 1 });
  const bad = await shop.place("K7-2", { TEA: 1, OIL: 1 });
  const ofBad = (await shop.log()).filter(({ stream }) => stream === bad.stream);
  const chokesOn = new Set([bad.stream]);
  const { consumer: reader, taken } = aReader(chokesOn);
  const consumer = { ...reader, pageEvents: 2 };
  for (let isEnd = false; !isEnd; ) {
    const page = await consumePage(store, consumer, shop.workspace, clock);
    isEnd = page.outcome === "consumed" && page.isEnd;
  }
  taken.length = 0;
  const aside = async () =>
    (await store.inWorkspace(shop.workspace, (tx) => tx.findSetAside("reader", 100))).map(
      ({ position }) => position,
    );
  const positions = ofBad.map(({ position }) => position);
  expect(await aside()).toEqual(positions);
  chokesOn.clear();
  const chokesOnThird = chokingAt(consumer, positions[2]);
  const retry = (by: Consumer) => retrySetAside(store, shop.caller, by, clock, bad.stream);
  expect(await retry(chokesOnThird)).toEqual({
    value: { outcome: "poisoned", reason: "Error: expected something else" },
  });
  expect([taken, await aside()]).toEqual([positions.slice(0, 2), positions.slice(2)]);
  expect(await retry(consumer)).toMatchObject({
    value: { outcome: "consumed", taken: positions.length - 2 },
  });
  expect([taken, await aside()]).toEqual([positions, []]);
  expect(await retry(consumer)).toEqual({ value: { outcome: "nothing" } });
});

const withCode = (code: string) => Object.assign(new Error("thrown by a driver"), { code });

test.each<[string, () => Error, string]>([
  ["an error of ours", () => new Error("ours"), "Error: ours"],
  ["what a driver says of a value", () => withCode("UNDEFINED_VALUE"), "Error: thrown by a driver"],
  ["what Node says of an argument", () => withCode("ERR_INVALID_ARG_TYPE"), "Error: thrown by a driver"],
  ["a check that the database makes", () => withCode("23514"), "the database refuses it (23514)"],
  [
    "a row that is there for good",
    () => storeUnavailable("6 attempts failed", withCode("23505")),
    "the database refuses it (23505)",
  ],
])(
  "[L7] %s, thrown while an event is taken or when the page is finished, sets that event aside and stops nothing",
  async (_what, thrown, reason) => {
    for (const when of ["take", "finish"] as const) {
      const store = makeMemoryStore();
      const shop = await aWarehouse(store);
      for (let order = 1; order <= 4; order += 1) await shop.place(`K7-${order}`, { TEA: 1 });
      const log = await shop.log();
      const bad = log[Math.floor(log.length / 2)];
      if (bad === undefined) throw new Error("expected events, found none");
      const { consumer, taken } = aReader(new Set());
      const chokesOn = { id: bad.id as string | undefined };
      const choking: Consumer = {
        ...consumer,
        begin: async (page) => {
          const work = await consumer.begin(page);
          let holdsBad = false;
          return {
            take: async (event) => {
              if (event.id !== chokesOn.id) return work.take(event);
              if (when === "take") throw thrown();
              holdsBad = true;
              return work.take(event);
            },
            finish: (isEnd) => (holdsBad ? Promise.reject(thrown()) : work.finish(isEnd)),
          };
        },
      };
      for (let pages = 0, isEnd = false; !isEnd; pages += 1) {
        if (pages > log.length) throw new Error("expected the log to come to an end");
        const page = await consumePage(store, choking, shop.workspace, clock);
        isEnd = page.outcome === "consumed" && page.isEnd;
      }
      const behindIt = log.filter(
        ({ stream, position }) => stream === bad.stream && position >= bad.position,
      );
      const positions = behindIt.map(({ position }) => position);
      const aside = await store.inWorkspace(shop.workspace, (tx) => tx.findSetAside("reader", 100));
      expect([when, aside.map((row) => [row.position, row.reason])]).toEqual([
        when,
        positions.map((position, index) => [position, index === 0 ? reason : "behind"]),
      ]);
      expect(taken).toEqual(log.map(({ position }) => position).filter((at) => !positions.includes(at)));
      const retry = () => retrySetAside(store, shop.caller, choking, clock, bad.stream);
      expect(await retry()).toEqual({ value: { outcome: "poisoned", reason } });
      chokesOn.id = undefined;
      expect(await retry()).toMatchObject({ value: { outcome: "consumed", taken: positions.length } });
    }
  },
);

test.each([
  "08006",
  "25006",
  "40001",
  "42P01",
  "53100",
  "57P01",
  "ECONNRESET",
  "ENOSPC",
  "CONNECTION_CLOSED",
])(
  "[L8] %s is the database's own trouble: it is thrown, nothing is set aside, and the place stays",
  async (code) => {
    for (const when of ["take", "finish"] as const) {
      const store = makeMemoryStore();
      const shop = await aWarehouse(store);
      await shop.place("K7-1", { TEA: 1 });
      const { consumer } = aReader(new Set());
      const failing: Consumer = {
        ...consumer,
        begin: async (page) => ({
          ...(await consumer.begin(page)),
          [when]: () => Promise.reject(withCode(code)),
        }),
      };
      await expect(consumePage(store, failing, shop.workspace, clock)).rejects.toThrow("thrown by a driver");
      const [aside, place] = await store.inWorkspace(shop.workspace, async (tx) => [
        await tx.findSetAside("reader", 100),
        await tx.claimConsumer("reader"),
      ]);
      expect([aside, place?.position]).toEqual([[], 0]);
    }
  },
);

test("[L8] a database that does not answer is asked again, and no event is set aside for it", async () => {
  const store = makeMemoryStore();
  const shop = await aWarehouse(store);
  await shop.place("K7-1", { TEA: 1 });
  let failures = 2;
  const { consumer, taken } = aReader(new Set());
  const flaky: Consumer = {
    ...consumer,
    begin: async (page) => {
      failures -= 1;
      if (failures >= 0) throw storeUnavailable("it restarts");
      return consumer.begin(page);
    },
  };
  const reported: unknown[] = [];
  const done = new Promise<void>((resolve) => {
    const running = startConsumers(store, [flaky], {
      clock,
      report: (_consumer, error) => void reported.push(error),
      onAside: () => reported.push("aside"),
      onPage: ({ taken: count }) => {
        if (count > 0) running.stop().then(resolve, resolve);
      },
    });
  });
  await done;
  expect(taken).toEqual((await shop.log()).map(({ position }) => position));
  // An outage is one line, however long it is.
  expect(reported).toHaveLength(1);
});

test("what is announced wakes a consumer at once, and what was lost is found automatically", async () => {
  const store = makeMemoryStore();
  const shop = await aWarehouse(store);
  await shop.place("K7-1", { TEA: 1 });
  const { consumer, taken } = aReader(new Set());
  const reads = new Promise<void>((resolve) => {
    const running = startConsumers({ ...store, listen: () => () => {} }, [consumer], {
      clock,
      report: (_consumer, error) => {
        throw error;
      },
      onAside: () => {},
      // Nothing is heard: only the look at all workspaces finds it.
      sweepMs: 10,
      onPage: () => {
        if (taken.length > 0) running.stop().then(resolve, resolve);
      },
    });
  });
  await reads;
  expect(taken).toEqual((await shop.log()).map(({ position }) => position));
});
