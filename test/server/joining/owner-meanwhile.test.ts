import { describe, expect, test, vi } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import type { Consumer } from "../../../src/server/consumers/consumer.ts";
import { resetForOwner, retryConsumer } from "../../../src/server/consumers/progress.ts";
import {
  deleteSubscription,
  replayAll,
  reviveDelivery,
} from "../../../src/server/consumers/webhooks/manage-subscriptions.ts";
import { changeDevice, invite, revokeDevice } from "../../../src/server/joining/manage-devices.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import type { Store, TokenOwner, WorkspaceTx } from "../../../src/server/store/store.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { someTime } from "../support/commands.ts";
import { deviceRow } from "../support/rows.ts";
import { storeWith } from "../support/store-with.ts";
import { openTestPglite, openTestPostgres } from "../support/stores.ts";
import { subscriptionRow } from "../support/subscriptions-contract.ts";

const now = new Date(someTime);
const clock = () => now;

/** A business with two owners and a rep, a webhook with a delivery that was given up, and a service that sets events aside. */
async function aBusiness(store: Store) {
  const [first, second, rep] = [
    deviceRow(),
    deviceRow({ code: "M4" }),
    deviceRow({ code: "P6", role: "rep" }),
  ];
  const workspace = newId();
  await store.createWorkspace({ id: workspace, name: "Shop", createdAt: someTime, owner: first }, false);
  const webhook = subscriptionRow();
  const delivery = newId();
  const stream = `order/${newId()}`;
  const event = newId();
  await store.inWorkspace(workspace, async (tx) => {
    await tx.insertDevice(second);
    await tx.insertDevice(rep);
    await tx.insertSubscription(webhook);
    const given = {
      id: delivery,
      subscription: webhook.id,
      position: 1,
      stream,
      event,
      type: "order-placed",
    };
    await tx.putDeliveries([given], someTime);
    const reason = "expected something else";
    await tx.putSetAside([{ consumer: "reader", position: 1, stream, event, reason, at: someTime }]);
  });
  const wish = { now: someTime, until: someTime, lease: newId(), max: 1, perSubscription: 1 };
  const [claimed] = await store.inWorkspace(workspace, (tx) => tx.claimDeliveries(wish));
  if (claimed === undefined) throw new Error("expected a delivery that is due");
  await store.inWorkspace(workspace, (tx) =>
    tx.settleDelivery(claimed, { outcome: "dead", fault: { reason: "timeout" } }, someTime),
  );
  const callerOf = ({ id }: { readonly id: string }): TokenOwner => ({ workspace, device: id, root: id });
  return { workspace, first: callerOf(first), second: callerOf(second), rep, webhook, delivery, stream };
}
type Business = Awaited<ReturnType<typeof aBusiness>>;

const reader: Consumer = {
  name: "reader",
  pageEvents: 50,
  appends: false,
  forget: async () => {},
  begin: async () => ({ take: async () => {}, finish: async () => undefined }),
};

type Change = (store: Store, business: Business) => Promise<object>;

/** What the second owner does, each with the write that does it. */
const changes: readonly (readonly [what: string, write: keyof WorkspaceTx, change: Change])[] = [
  ["invites", "insertInvite", (store, { second }) => invite(store, second, "owner", now)],
  [
    "gives a role",
    "updateLineage",
    (store, { second, rep }) => changeDevice(store, second, rep.id, { role: "owner" }),
  ],
  [
    "takes access away",
    "updateLineage",
    (store, { second, rep }) => revokeDevice(store, second, rep.id, now),
  ],
  [
    "deletes a webhook",
    "deleteSubscription",
    (store, { second, webhook }) => deleteSubscription(store, second, webhook.id),
  ],
  [
    "sends a delivery again",
    "reviveDelivery",
    (store, { second, webhook, delivery }) =>
      reviveDelivery(store, second, webhook.id, delivery, "replay", now),
  ],
  [
    "leaves a delivery out",
    "reviveDelivery",
    (store, { second, webhook, delivery }) =>
      reviveDelivery(store, second, webhook.id, delivery, "skip", now),
  ],
  [
    "sends all deliveries again",
    "replayDeliveries",
    (store, { second, webhook }) => replayAll(store, second, webhook.id, now),
  ],
  [
    "tries again what a service has set aside",
    "forgetSetAside",
    (store, { second, stream }) => retryConsumer(store, second, reader, clock, stream),
  ],
  ["sets a service back", "moveConsumer", (store, { second }) => resetForOwner(store, second, reader)],
];

const refused = { problem: expect.objectContaining({ status: 401, code: "revoked" }) };

describe.each([
  ["in memory", async () => ({ store: makeMemoryStore(), remove: async () => {} })],
  [
    "PGlite",
    async () => {
      const { driver, remove } = await openTestPglite();
      return { store: await openSqlStore(driver), remove };
    },
  ],
])("an owner whose access is taken away at the same moment (%s)", (_where, open) => {
  test.each(changes)("%s before that, or not at all", async (_what, write, change) => {
    const { store, remove } = await open();
    try {
      // The access ends before the first transaction of what is asked, before the second, and so on.
      for (let before = 1; ; before += 1) {
        const business = await aBusiness(store);
        const happened: string[] = [];
        let transactions = 0;
        const watched = storeWith(store, (tx) => ({
          [write]: (...args: never[]) => {
            happened.push("done");
            return (tx[write] as (...same: never[]) => Promise<unknown>)(...args);
          },
        }));
        const interrupted: Store = {
          ...watched,
          inWorkspace: async (workspace, work, order) => {
            transactions += 1;
            if (transactions === before) {
              await revokeDevice(store, business.first, business.second.device, now);
              happened.push("shut out");
            }
            return watched.inWorkspace(workspace, work, order);
          },
        };
        const answer = await change(interrupted, business);
        if (before === 1) expect(answer).toEqual(refused);
        else expect(happened[0]).toBe("done");
        // What goes on in steps ends there.
        const after = happened.indexOf("shut out");
        if (after >= 0) expect(happened.slice(after)).toEqual(["shut out"]);
        if (transactions < before) break;
      }
    } finally {
      await remove();
    }
  });
});

describeWithPostgres("with PostgreSQL", () => {
  test.each(changes)(
    "an owner who waits while the access is taken away %s no more",
    async (_what, write, change) => {
      const { driver, remove } = await openTestPostgres();
      try {
        const store = await openSqlStore(driver);
        const business = await aBusiness(store);
        const happened: string[] = [];
        const watched = storeWith(store, (tx) => ({
          [write]: (...args: never[]) => {
            happened.push("done");
            return (tx[write] as (...same: never[]) => Promise<unknown>)(...args);
          },
        }));
        const untilWaiting = (many: number) =>
          vi.waitFor(async () => {
            const waiting =
              "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
            expect(await driver.transaction("BEGIN", ({ query }) => query(waiting))).toHaveLength(many);
          }, 30_000);
        const answers = await store.inWorkspace(business.workspace, async (tx) => {
          await tx.lockHead();
          const shutOut = revokeDevice(store, business.first, business.second.device, now);
          await untilWaiting(1);
          const changed = change(watched, business);
          await untilWaiting(2);
          return [shutOut, changed];
        });
        expect(await Promise.all(answers)).toEqual([{ value: expect.anything() }, refused]);
        expect(happened).toEqual([]);
      } finally {
        await remove();
      }
    },
  );
});
