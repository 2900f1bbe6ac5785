import { expect, test } from "vitest";
import { isStoreUnavailable } from "../../../src/server/store/store-unavailable.ts";
import { fired } from "../../support/fired.ts";
import { openTestPglite } from "../support/stores.ts";

const timeout = 120_000;

test.each(["onFsync", "onWrite"] as const)(
  "[L3] a disk that fails (%s) stops PGlite with an error, loses nothing that was committed, and is left behind once it works",
  async (fault) => {
    let isFailing = false;
    let failures = 0;
    const fail = () => {
      if (!isFailing) return;
      failures += 1;
      throw new Error("no space left");
    };
    const { driver, remove } = await openTestPglite({ faults: { [fault]: fail }, reopenPauseMs: 0 });
    const insert = (n: number) =>
      driver.transaction("BEGIN", ({ query }) => query("INSERT INTO kept VALUES ($1) RETURNING n", [n]));
    const failed = (error: unknown) => (isStoreUnavailable(error) ? "unavailable" : error);
    try {
      await driver.transaction("BEGIN", ({ query }) => query("CREATE TABLE kept (n integer PRIMARY KEY)"));
      await insert(1);
      isFailing = true;
      expect(await insert(2).catch(failed)).toBe("unavailable");
      expect(await insert(3).catch(failed)).toBe("unavailable");
      expect(failures).toBeGreaterThan(1);
      fired(28, import.meta.url, failures);
      isFailing = false;
      await insert(4);
      const rows = await driver.transaction("BEGIN", ({ query }) => query("SELECT n FROM kept ORDER BY n"));
      const kept = rows.map(({ n }) => Number(n));
      expect(kept).toEqual(expect.arrayContaining([1, 4]));
      // What failed while it was flushed may be there or not: nobody was told that it is.
      expect(kept.filter((n) => n !== 2)).toEqual([1, 4]);
    } finally {
      await remove();
    }
  },
  timeout,
);
