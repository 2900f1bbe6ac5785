import { expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import type { Store } from "../../../src/server/store/store.ts";
import type {
  ClaimWish,
  NewDelivery,
  Settlement,
  SubscriptionRow,
} from "../../../src/server/store/subscriptions.ts";
import { someTime } from "./commands.ts";

/** A subscription to everything, unless told otherwise. */
export function subscriptionRow(over: Partial<SubscriptionRow> = {}): SubscriptionRow {
  return {
    id: newId(),
    url: "https://example.com/hook",
    description: "",
    mode: "state",
    types: [],
    secret: `whsec_${"A".repeat(43)}=`,
    former: null,
    state: "active",
    fromPosition: 0,
    createdAt: someTime,
    madeBy: null,
    lastDeliveredAt: null,
    ...over,
  };
}

/** A delivery of the event at a position to a subscription. */
function newDelivery(to: SubscriptionRow, position: number, stream: string): NewDelivery {
  return { id: newId(), subscription: to.id, position, stream, event: newId(), type: "order-shipped" };
}

const at = (seconds: number) => new Date(Date.parse(someTime) + seconds * 1000).toISOString();
const fault = { reason: "status", status: 500 } as const;

/** What every store keeps of subscriptions and of what is on its way to them. */
export function describeSubscriptions(storeOf: () => Store, startWorkspace: () => Promise<{ id: string }>) {
  /** A workspace with one subscription and these deliveries to it, `<position><stream>` each. */
  const aSubscribedShop = async (...wanted: readonly (readonly [number, string])[]) => {
    const { id } = await startWorkspace();
    const to = subscriptionRow();
    const deliveries = wanted.map(([position, stream]) => newDelivery(to, position, stream));
    await storeOf().inWorkspace(id, (tx) => tx.insertSubscription(to));
    await storeOf().inWorkspace(id, (tx) => tx.putDeliveries(deliveries, at(0)));
    const claim = (seconds: number, over: Partial<ClaimWish> = {}) =>
      storeOf().inWorkspace(id, (tx) => {
        const wish = { now: at(seconds), until: at(seconds + 20), lease: newId() };
        return tx.claimDeliveries({ ...wish, max: 10, perSubscription: 10, ...over });
      });
    type Claimed = Awaited<ReturnType<typeof claim>>[number];
    const settle = (claimed: Claimed | undefined, settled: Settlement, seconds: number) => {
      if (claimed === undefined) throw new Error("expected a claimed delivery, found none");
      return storeOf().inWorkspace(id, (tx) => tx.settleDelivery(claimed, settled, at(seconds)));
    };
    const list = (state: "pending" | "dead") =>
      storeOf().inWorkspace(id, (tx) => tx.listDeliveries(to.id, state, 0, 100));
    const doorAt = async (seconds: number) =>
      (await storeOf().findDueWorkspaces(at(seconds), 1_000)).due.includes(id);
    return { id, to, deliveries, claim, settle, list, doorAt };
  };
  const positions = (rows: readonly { readonly position: number }[]) =>
    rows.map(({ position }) => position).sort();

  test("a subscription is kept with all it says, and changed", async () => {
    const { id } = await startWorkspace();
    const former = { secret: `whsec_${"B".repeat(43)}=`, until: at(60) };
    const madeBy = newId();
    const row = subscriptionRow({ types: ["order-placed"], former, description: `O'Brien "x"`, madeBy });
    await storeOf().inWorkspace(id, (tx) => tx.insertSubscription(row));
    await storeOf().inWorkspace(id, (tx) =>
      tx.updateSubscription(row.id, { state: "paused", former: null, mode: "notification" }),
    );
    const changed = { ...row, state: "paused", former: null, mode: "notification" };
    const found = await storeOf().inWorkspace(id, async (tx) => [
      await tx.findSubscription(row.id),
      ...(await tx.listSubscriptions()),
    ]);
    expect(found).toEqual([changed, changed]);
  });

  test("of one subscription's share of a stream only the oldest event is due; streams go side by side", async () => {
    const { claim, settle, deliveries, to } = await aSubscribedShop(
      [1, "order/a"],
      [2, "order/a"],
      [3, "order/b"],
    );
    const first = await claim(0);
    expect(positions(first)).toEqual([1, 3]);
    expect(first.find(({ position }) => position === 1)).toEqual({
      ...deliveries[0],
      attempts: 1,
      lease: first[0]?.lease,
      to,
    });
    expect(await claim(1)).toEqual([]);
    const one = first.find(({ position }) => position === 1);
    expect(await settle(one, { outcome: "delivered" }, 1)).toBe(true);
    expect(positions(await claim(1))).toEqual([2]);
  });

  test("what is written while the one before it is delivered is not left behind", async () => {
    const { id, to, claim, settle } = await aSubscribedShop([1, "order/a"]);
    const [one] = await claim(0);
    const second = newDelivery(to, 2, "order/a");
    await Promise.all([
      settle(one, { outcome: "delivered" }, 1),
      storeOf().inWorkspace(id, (tx) => tx.putDeliveries([second], at(1))),
    ]);
    expect(positions(await claim(2))).toEqual([2]);
  });

  test("an attempt that failed is due again later, with its fault to read; one that was given up holds up its stream", async () => {
    const { claim, settle, list } = await aSubscribedShop([1, "order/a"], [2, "order/a"]);
    const [one] = await claim(0);
    await settle(one, { outcome: "retry", dueAt: at(60), fault }, 1);
    expect(await claim(59)).toEqual([]);
    expect(await list("pending")).toMatchObject([
      { position: 1, attempts: 1, triedAt: at(1), fault, dueAt: at(60) },
      { position: 2, attempts: 0, triedAt: null, fault: null, dueAt: null },
    ]);
    const [again] = await claim(60);
    expect(again).toMatchObject({ id: one?.id, attempts: 2 });
    await settle(again, { outcome: "dead", fault }, 61);
    expect(await claim(100_000)).toEqual([]);
    expect(await list("dead")).toMatchObject([{ position: 1, dueAt: null, fault }]);
    expect(positions(await list("pending"))).toEqual([2]);
  });

  test("a person has a given-up delivery tried again, or passed over: its stream goes on", async () => {
    const { id, to, claim, settle, list } = await aSubscribedShop(
      [1, "order/a"],
      [2, "order/a"],
      [3, "order/b"],
      [4, "order/b"],
    );
    for (const claimed of await claim(0)) await settle(claimed, { outcome: "dead", fault }, 1);
    const [first, second] = await list("dead");
    const revive = (delivery: string | undefined, how: "replay" | "skip") =>
      storeOf().inWorkspace(id, (tx) => tx.reviveDelivery(to.id, delivery ?? "", how, at(2)));
    expect(await revive(first?.id, "replay")).toBe(true);
    expect(await revive(second?.id, "skip")).toBe(true);
    expect(await revive(second?.id, "skip")).toBe(false);
    expect(await revive(newId(), "replay")).toBe(false);
    const claimed = await claim(2);
    expect(positions(claimed)).toEqual([1, 4]);
    expect(claimed.map(({ attempts }) => attempts)).toEqual([1, 1]);
    for (const one of claimed) await settle(one, { outcome: "dead", fault }, 3);
    const replayed = await storeOf().inWorkspace(id, (tx) => tx.replayDeliveries(to.id, 100, at(4)));
    expect([replayed, positions(await claim(4))]).toEqual([2, [1, 4]]);
  });

  test("a lease that ran out is taken over, and who had it has no say any more", async () => {
    const { claim, settle } = await aSubscribedShop([1, "order/a"]);
    const [lost] = await claim(0);
    expect(await claim(19)).toEqual([]);
    const [taken] = await claim(20);
    expect(taken).toMatchObject({ id: lost?.id, attempts: 2 });
    expect(await settle(lost, { outcome: "dead", fault }, 21)).toBe(false);
    expect(await settle(taken, { outcome: "delivered" }, 21)).toBe(true);
    expect(await claim(1_000)).toEqual([]);
  });

  test("[L16] no more is under way to one subscription, and in all, than was wished", async () => {
    const streams = ["a", "b", "c", "d", "e"].map((name, index) => [index + 1, `order/${name}`] as const);
    const { claim } = await aSubscribedShop(...streams);
    expect(await claim(0, { max: 2 })).toHaveLength(2);
    expect(await claim(0, { perSubscription: 3 })).toHaveLength(1);
    expect(await claim(0, { perSubscription: 3 })).toHaveLength(0);
    expect(await claim(0)).toHaveLength(2);
  });

  test("a workspace's door says when something is due, and nothing of a paused subscription", async () => {
    const { id, to, claim, settle, doorAt } = await aSubscribedShop([1, "order/a"]);
    expect(await doorAt(0)).toBe(true);
    const [one] = await claim(0);
    expect([await doorAt(19), await doorAt(20)]).toEqual([false, true]);
    await settle(one, { outcome: "retry", dueAt: at(60), fault }, 1);
    expect([await doorAt(59), await doorAt(60)]).toEqual([false, true]);
    const change = (state: "paused" | "active") =>
      storeOf().inWorkspace(id, (tx) => tx.updateSubscription(to.id, { state }));
    await change("paused");
    expect([await doorAt(60), await claim(60)]).toEqual([false, []]);
    await change("active");
    const [again] = await claim(60);
    await settle(again, { outcome: "gone", fault: { reason: "gone", status: 410 } }, 61);
    const found = await storeOf().inWorkspace(id, (tx) => tx.findSubscription(to.id));
    expect([await doorAt(100_000), found?.state]).toEqual([false, "gone"]);
  });

  test("an event is written for a subscription once, and the counts say what waits", async () => {
    const { id, to, deliveries, claim, settle } = await aSubscribedShop([1, "order/a"], [2, "order/a"]);
    await storeOf().inWorkspace(id, (tx) => tx.putDeliveries(deliveries, at(1)));
    const counts = () => storeOf().inWorkspace(id, (tx) => tx.countDeliveries());
    expect(await counts()).toEqual([{ subscription: to.id, waiting: 2, dead: 0 }]);
    const [one] = await claim(1);
    await settle(one, { outcome: "delivered" }, 2);
    await storeOf().inWorkspace(id, (tx) => tx.putDeliveries(deliveries, at(3)));
    expect(await counts()).toEqual([{ subscription: to.id, waiting: 1, dead: 0 }]);
    const [two] = await claim(3);
    await settle(two, { outcome: "dead", fault }, 4);
    expect(await counts()).toEqual([{ subscription: to.id, waiting: 1, dead: 1 }]);
  });

  test("what was delivered is forgotten after a while in steps, and a deleted subscription too", async () => {
    const { id, to, claim, settle, doorAt } = await aSubscribedShop(
      [1, "order/a"],
      [2, "order/b"],
      [3, "order/c"],
      [4, "order/c"],
    );
    for (const claimed of await claim(0)) await settle(claimed, { outcome: "delivered" }, 1);
    const forget = (seconds: number) => storeOf().inWorkspace(id, (tx) => tx.forgetSettled(at(seconds), 2));
    expect([await forget(1), await forget(2), await forget(2), await forget(2)]).toEqual([0, 2, 1, 0]);
    const remove = () => storeOf().inWorkspace(id, (tx) => tx.deleteSubscription(to.id, 1));
    const deleted = () => storeOf().inWorkspace(id, (tx) => tx.listDeletedSubscriptions());
    expect([await remove(), await deleted(), await remove(), await deleted()]).toEqual([
      true,
      [to.id],
      false,
      [],
    ]);
    expect(await storeOf().inWorkspace(id, (tx) => tx.findSubscription(to.id))).toBeUndefined();
    expect([await claim(100), await doorAt(100)]).toEqual([[], false]);
  });

  test("a consumer that is set back forgets what it made of the log, and makes it again", async () => {
    const { id, deliveries, claim, settle } = await aSubscribedShop([1, "order/a"]);
    const [one] = await claim(0);
    await settle(one, { outcome: "delivered" }, 1);
    await storeOf().inWorkspace(id, (tx) => tx.forgetDeliveries());
    await storeOf().inWorkspace(id, (tx) => tx.putDeliveries(deliveries, at(2)));
    expect(await claim(2)).toMatchObject([{ id: one?.id, attempts: 1 }]);
  });

  test("[L15] a workspace neither sees nor changes another's subscriptions and deliveries", async () => {
    const [{ id: own }, other] = [await startWorkspace(), await aSubscribedShop([1, "order/a"])];
    const seen = await storeOf().inWorkspace(own, async (tx) => [
      await tx.listSubscriptions(),
      await tx.findSubscription(other.to.id),
      await tx.countDeliveries(),
      await tx.listDeliveries(other.to.id, "pending", 0, 10),
      await tx.claimDeliveries({ now: at(9), until: at(20), lease: newId(), max: 9, perSubscription: 9 }),
    ]);
    expect(seen).toEqual([[], undefined, [], [], []]);
    await storeOf().inWorkspace(own, (tx) => tx.updateSubscription(other.to.id, { state: "paused" }));
    await storeOf().inWorkspace(own, (tx) => tx.deleteSubscription(other.to.id, 10));
    await storeOf().inWorkspace(own, (tx) => tx.forgetDeliveries());
    expect(await other.claim(0)).toHaveLength(1);
  });
}
