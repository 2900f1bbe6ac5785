import { expect, test } from "vitest";
import { consumePage, resetConsumer, retrySetAside } from "../../../src/server/consumers/consume-page.ts";
import type { Consumer } from "../../../src/server/consumers/consumer.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import type { Store, TokenOwner } from "../../../src/server/store/store.ts";
import { aReader, chokingAt } from "./a-reader.ts";
import { aWarehouse, clock, shipped } from "./a-warehouse.ts";

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
    // What is before it: the next page begins with the event that cannot be taken.
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
