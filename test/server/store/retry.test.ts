import { describe, expect, test } from "vitest";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import { withRetry } from "../../../src/server/store/retry.ts";
import type { SqlDriver } from "../../../src/server/store/sql-driver.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import { isStoreUnavailable, storeUnavailable } from "../../../src/server/store/store-unavailable.ts";
import { push } from "../../../src/server/sync/push.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import { fired } from "../../support/fired.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { newOrder, someTime } from "../support/commands.ts";
import { openTestPostgres } from "../support/stores.ts";

const failure = (code: string) => Object.assign(new Error("failed"), { code });

describe("a transaction", () => {
  test.each(["40001", "40P01", "23505", "08006", "57P01", "CONNECTION_CLOSED"])(
    "that fails with %s is run again",
    async (code) => {
      let runs = 0;
      const run = async () => {
        runs += 1;
        if (runs < 3) throw failure(code);
        return "done";
      };
      expect(await withRetry(run, { luck: () => 0 })).toBe("done");
      expect(runs).toBe(3);
      fired(29, import.meta.url, 2);
    },
  );

  test.each([failure("42601"), new Error("ours"), storeUnavailable("no disk")])(
    "that fails otherwise (%s) is not",
    async (error) => {
      let runs = 0;
      const run = async () => {
        runs += 1;
        throw error;
      };
      await expect(withRetry(run, { luck: () => 0 })).rejects.toBe(error);
      expect(runs).toBe(1);
    },
  );

  test("[L16] that fails again and again is given up as unavailable, so that the device comes back later", async () => {
    let runs = 0;
    const run = async () => {
      runs += 1;
      throw failure("40001");
    };
    expect(isStoreUnavailable(await withRetry(run, { luck: () => 0 }).catch((error: unknown) => error))).toBe(
      true,
    );
    expect(runs).toBe(6);
  });
});

/** A driver that fails at a point of every n-th transaction, as a database does, and counts how often it did. */
function faulty(driver: SqlDriver, code: string, when: "before commit" | "after commit", every: number) {
  let transactions = 0;
  let fired = 0;
  const shouldFail = () => {
    transactions += 1;
    if (transactions % every !== 0) return false;
    fired += 1;
    return true;
  };
  const wrapped: SqlDriver = {
    ...driver,
    transaction: async (begin, work) => {
      const isFailing = shouldFail();
      const result = await driver.transaction(begin, async (session) => {
        const done = await work(session);
        if (isFailing && when === "before commit") throw failure(code);
        return done;
      });
      if (isFailing) throw failure(code);
      return result;
    },
  };
  return { driver: wrapped, fired: () => fired };
}

describeWithPostgres("a database that fails", () => {
  test.each([
    ["40001", "before commit"],
    ["40P01", "before commit"],
    ["08006", "after commit"],
    ["CONNECTION_CLOSED", "after commit"],
  ] as const)("[L4] %s %s: each push has one effect", async (code, when) => {
    const { driver, remove } = await openTestPostgres();
    try {
      const failing = faulty(driver, code, when, 2);
      const store = await openSqlStore(failing.driver);
      const [workspace, device] = [newId(), newId()];
      const row = { id: device, code: "K9", name: "Till", role: "owner", tokenHash: "a".repeat(64) } as const;
      const times = { joinedAt: someTime, lastSeenAt: null, revokedAt: null };
      const owner = { ...row, ...times, joinedBy: "setup", root: device };
      const create = () =>
        store.createWorkspace({ id: workspace, name: "Shop", createdAt: someTime, owner }, false);
      // Its own retry finds the id taken, since the first did commit: whoever asks reads what is there.
      await create().catch(() => {});
      const cache = makeStateCache();
      for (let seq = 1; seq <= 8; seq += 1) {
        const request = { workspace, device, cursor: cursorStart, serverTime: someTime, clockOffsetMs: 0 };
        const ended = await push(store, cache, { ...request, commands: [prepareCommand(newOrder(seq))] });
        expect(ended).toMatchObject({ verdicts: [{ positions: [seq] }] });
      }
      const page = await store.inWorkspace(workspace, (tx) =>
        tx.readPage(0, { events: 100, bytes: 100_000 }),
      );
      expect(page.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(failing.fired()).toBeGreaterThan(8);
    } finally {
      await remove();
    }
  });
});
