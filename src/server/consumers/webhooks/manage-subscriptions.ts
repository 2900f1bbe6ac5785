import { newId } from "../../../protocol/ids.ts";
import { problem } from "../../../protocol/problem.ts";
import {
  type Deliveries,
  type ListedState,
  type NewSubscription,
  type Subscription,
  type SubscriptionChange,
  type SubscriptionWithSecret,
  subscriptionLimits,
} from "../../../protocol/subscription-messages.ts";
import type { Answer } from "../../answer.ts";
import { asOwner, changeAsOwner } from "../../joining/manage-devices.ts";
import type { Store, TokenOwner, WorkspaceTx } from "../../store/store.ts";
import type { DeliveryCounts, SubscriptionRow } from "../../store/subscriptions.ts";
import { drawSecret } from "./sign.ts";

/** Begins a subscription: what happens from now on is for it. Its secret is told this once. */
export function createSubscription(
  store: Store,
  caller: TokenOwner,
  { url, mode, types, description }: NewSubscription,
  now: Date,
): Promise<Answer<SubscriptionWithSecret>> {
  const [id, secret, createdAt] = [newId(), drawSecret(), now.toISOString()];
  return changeAsOwner(store, caller, async (tx) => {
    // Under the lock of the counter: an event is either before the subscription, or not read by the consumer yet.
    const { position: fromPosition } = await tx.lockHead();
    const existing = await tx.listSubscriptions();
    if (existing.length >= subscriptionLimits.subscriptions) return { problem: tooMany };
    const begun = { state: "active", former: null, lastDeliveredAt: null } as const;
    const madeBy = caller.root;
    const row = { id, url, mode, types, description, secret, fromPosition, createdAt, madeBy, ...begun };
    await tx.insertSubscription(row);
    return { value: { subscription: await shown(tx, row, undefined, createdAt), secret } };
  });
}

export function listSubscriptions(
  store: Store,
  caller: TokenOwner,
  now: Date,
): Promise<Answer<readonly Subscription[]>> {
  return asOwner(store, caller, async (tx) => {
    const counts = new Map((await tx.countDeliveries()).map((count) => [count.subscription, count]));
    const rows = await tx.listSubscriptions();
    const time = now.toISOString();
    return { value: await Promise.all(rows.map((row) => shown(tx, row, counts.get(row.id), time))) };
  });
}

/** Changes a subscription. Made active again after it was full, it goes on with what happens from now on. */
export function changeSubscription(
  store: Store,
  caller: TokenOwner,
  id: string,
  { active, ...change }: SubscriptionChange,
  now: Date,
): Promise<Answer<Subscription>> {
  return withSubscription(
    store,
    caller,
    id,
    async (tx, row) => {
      const isFull = row.state === "full";
      const state =
        active === undefined ? {} : ({ state: active ? "active" : isFull ? "full" : "paused" } as const);
      const from = isFull && active === true ? { fromPosition: (await tx.lockHead()).position } : {};
      const changes = { ...change, ...state, ...from };
      const changed = { ...row, ...changes };
      await tx.updateSubscription(id, changes);
      const counts = (await tx.countDeliveries()).find(({ subscription }) => subscription === id);
      return { value: await shown(tx, changed, counts, now.toISOString()) };
    },
    "change",
  );
}

/** Draws another secret, told this once. The one before signs beside it for a day. */
export function rotateSecret(
  store: Store,
  caller: TokenOwner,
  id: string,
  now: Date,
): Promise<Answer<SubscriptionWithSecret>> {
  const secret = drawSecret();
  const until = new Date(now.getTime() + formerMs).toISOString();
  return withSubscription(
    store,
    caller,
    id,
    async (tx, row) => {
      const changed = { ...row, secret, former: { secret: row.secret, until } };
      await tx.updateSubscription(id, { secret, former: changed.former });
      const counts = (await tx.countDeliveries()).find(({ subscription }) => subscription === id);
      return { value: { subscription: await shown(tx, changed, counts, now.toISOString()), secret } };
    },
    "change",
  );
}

/**
 * Deletes a subscription with all that is on its way to it, in bounded steps. Ended in the middle, it is deleted
 * anyway: the sender clears up what is left.
 */
export async function deleteSubscription(
  store: Store,
  caller: TokenOwner,
  id: string,
): Promise<Answer<{ readonly id: string }>> {
  const first = await withSubscription(
    store,
    caller,
    id,
    async (tx) => ({ value: await tx.deleteSubscription(id, deletedAtOnce) }),
    "change",
  );
  if ("problem" in first) return first;
  for (let isMore = first.value; isMore; )
    isMore = await store.inWorkspace(caller.workspace, (tx) => tx.deleteSubscription(id, deletedAtOnce));
  return { value: { id } };
}

/** One page of what waits or was given up, the oldest first. */
export function listDeliveries(
  store: Store,
  caller: TokenOwner,
  id: string,
  state: ListedState,
  after: string | undefined,
): Promise<Answer<Deliveries>> {
  return withSubscription(store, caller, id, async (tx) => {
    const { page } = subscriptionLimits;
    const rows = await tx.listDeliveries(id, state, Number(after ?? 0), page + 1);
    const deliveries = rows.slice(0, page).map(({ subscription: _, ...row }) => ({ ...row, state }));
    const last = deliveries.at(-1);
    return { value: { deliveries, after: rows.length > page ? String(last?.position) : null } };
  });
}

/** Tries a given-up delivery again, or passes it over: either way its stream goes on. */
export function reviveDelivery(
  store: Store,
  caller: TokenOwner,
  id: string,
  delivery: string,
  how: "replay" | "skip",
  now: Date,
): Promise<Answer<{ readonly id: string }>> {
  return withSubscription(
    store,
    caller,
    id,
    async (tx) =>
      (await tx.reviveDelivery(id, delivery, how, now.toISOString()))
        ? { value: { id: delivery } }
        : { problem: notDead },
    "change",
  );
}

/** Tries all given-up deliveries of a subscription again. */
export async function replayAll(
  store: Store,
  caller: TokenOwner,
  id: string,
  now: Date,
): Promise<Answer<{ readonly replayed: number }>> {
  let replayed = 0;
  for (;;) {
    const step = await withSubscription(
      store,
      caller,
      id,
      async (tx) => ({ value: await tx.replayDeliveries(id, replayedAtOnce, now.toISOString()) }),
      "change",
    );
    if ("problem" in step) return step;
    replayed += step.value;
    if (step.value < replayedAtOnce) return { value: { replayed } };
  }
}

/** Reads a subscription for an attempt that is made at once. */
export function findSubscription(
  store: Store,
  caller: TokenOwner,
  id: string,
): Promise<Answer<SubscriptionRow>> {
  return withSubscription(store, caller, id, async (_tx, row) => ({ value: row }));
}

/**
 * What belongs to another workspace is not there (L15). `change` is for whatever an owner changes: no other change of
 * the subscription comes between, and whoever is shut out at the same moment does it before, or not at all.
 */
function withSubscription<Value>(
  store: Store,
  caller: TokenOwner,
  id: string,
  work: (tx: WorkspaceTx, row: SubscriptionRow) => Promise<Answer<Value>>,
  purpose: "read" | "change" = "read",
): Promise<Answer<Value>> {
  const run = purpose === "change" ? changeAsOwner : asOwner;
  return run(store, caller, async (tx) => {
    const row = await (purpose === "change" ? tx.lockSubscription(id) : tx.findSubscription(id));
    return row === undefined ? { problem: noSuchSubscription } : work(tx, row);
  });
}

async function shown(
  tx: WorkspaceTx,
  row: SubscriptionRow,
  counts: DeliveryCounts | undefined,
  now: string,
): Promise<Subscription> {
  const { id, url, mode, types, description, state, createdAt, lastDeliveredAt, former } = row;
  const facts = { id, url, mode, types: [...types], description, state, createdAt, lastDeliveredAt };
  const formerSecretUntil = former !== null && now < former.until ? former.until : null;
  const endedMaker = row.madeBy === null ? null : await findEndedMaker(tx, row.madeBy);
  const open = { waiting: counts?.waiting ?? 0, dead: counts?.dead ?? 0 };
  return { ...facts, endedMaker, formerSecretUntil, ...open };
}

/** By what name a lineage went last, where it has no access any more. */
async function findEndedMaker(tx: WorkspaceTx, madeBy: string): Promise<string | null> {
  const lineage = await tx.listLineage(madeBy);
  const hasAccess = lineage.some(({ revokedAt }) => revokedAt === null);
  return hasAccess ? null : (lineage.at(-1)?.name ?? null);
}

/** How long the secret before signs too. */
const formerMs = 24 * 60 * 60_000;
const deletedAtOnce = 2_000;
const replayedAtOnce = 1_000;

const noSuchSubscription = problem("not-found", 404, "There is nothing here");
const notDead = problem("not-dead", 409, "This delivery was not given up", {
  detail: "only a delivery that is listed with state=dead can be replayed or skipped",
});
const tooMany = problem("too-many-subscriptions", 409, "There are too many subscriptions", {
  detail: `a workspace may have ${subscriptionLimits.subscriptions}: delete one that is not used`,
});
