import { expect, test } from "vitest";
import { consumePage, retrySetAside } from "../../../src/server/consumers/consume-page.ts";
import type { Consumer } from "../../../src/server/consumers/consumer.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { storeUnavailable } from "../../../src/server/store/store-unavailable.ts";
import { aReader } from "./a-reader.ts";
import { aWarehouse, clock } from "./a-warehouse.ts";

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
  "[L8] %s is the database's own trouble: it is thrown, nothing is set aside, and its position stays",
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
      const [aside, row] = await store.inWorkspace(shop.workspace, async (tx) => [
        await tx.findSetAside("reader", 100),
        await tx.claimConsumer("reader"),
      ]);
      expect([aside, row?.position]).toEqual([[], 0]);
    }
  },
);
