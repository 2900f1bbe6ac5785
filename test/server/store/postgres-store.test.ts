import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { someTime } from "../support/commands.ts";
import { eventRow } from "../support/rows.ts";
import { describeStore } from "../support/store-contract.ts";
import { openTestPostgres } from "../support/stores.ts";

describeWithPostgres("with PostgreSQL", () => {
  describeStore("PostgreSQL", async () => {
    const { driver, remove } = await openTestPostgres();
    return { store: await openSqlStore(driver), remove };
  });

  test("[L5] who locks the counter waits for whoever has it, and reads what that one has written", async () => {
    const { driver, remove } = await openTestPostgres();
    try {
      const store = await openSqlStore(driver);
      const [id, device] = [newId(), newId()];
      const token = {
        tokenHash: "a".repeat(64),
        joinedBy: "setup",
        root: device,
        joinedAt: someTime,
        lastSeenAt: null,
        revokedAt: null,
      };
      const owner = { id: device, code: "K9", name: "Office", role: "owner", ...token } as const;
      await store.createWorkspace({ id, name: "Shop", createdAt: someTime, owner }, false);
      const second: Promise<number>[] = [];
      let isThrough = false;
      const isWaiting = async () => {
        const waiting = "SELECT 1 AS found FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        const rows = await driver.transaction("BEGIN", ({ query }) => query(waiting));
        return rows.length > 0;
      };
      await store.inWorkspace(id, async (tx) => {
        await tx.lockHead();
        second.push(
          store.inWorkspace(id, async (other) => {
            const { position } = await other.lockHead();
            isThrough = true;
            return position;
          }),
        );
        while (!isThrough && !(await isWaiting())) await setImmediate();
        const event = eventRow(1);
        await tx.append({
          events: [event],
          commands: [],
          numbers: [],
          head: { position: 1, hash: event.hash ?? "" },
        });
      });
      expect(await Promise.all(second)).toEqual([1]);
    } finally {
      await remove();
    }
  });
});
