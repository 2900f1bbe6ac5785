import { expect, test } from "vitest";
import type { Consumer } from "../../../src/server/consumers/consumer.ts";
import { startConsumers } from "../../../src/server/consumers/run-consumers.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { storeUnavailable } from "../../../src/server/store/store-unavailable.ts";
import { aReader } from "./a-reader.ts";
import { aWarehouse, clock } from "./a-warehouse.ts";

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
